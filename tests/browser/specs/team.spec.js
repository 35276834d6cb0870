import { Desk, expect, test } from '../harness/desk.js';

test('a supervisor sees the team, listens to a call and reads a text; an agent sees no such panel', async ({ desk, daemon, browser }) => {
  await desk.signIn('1001');
  await expect(desk.page.getByRole('heading', { name: 'Team 1' })).toBeVisible();
  const agent = new Desk(await (await browser.newContext()).newPage(), daemon);
  await agent.signIn('1002');
  await agent.ready();
  await expect(desk.page.locator('#team-list li').filter({ hasText: 'Ready' })).toHaveCount(1);
  await expect(agent.page.locator('#team-panel')).toBeHidden();

  await daemon.call('1002');
  await agent.answer.click();
  await agent.phase('talking');
  const listen = desk.page.getByRole('button', { name: /^Listen: / });
  await expect(listen).toBeVisible();
  await desk.isAccessible();
  await desk.screenshot('team');
  await listen.click();
  await desk.phase('talking');
  await desk.screenshot('team-listening');
  await desk.end.click();
  await expect(desk.cards.filter({ hasText: 'talking' })).toHaveCount(0);
  await agent.phase('talking');

  await desk.page.getByRole('textbox', { name: 'Text to the team' }).fill('Kaffee? <b>😀</b>');
  await desk.page.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(agent.page.getByText('Kaffee? <b>😀</b>', { exact: true })).toBeVisible();
  await agent.page.context().close();
});

test('the page sends its own log on demand, without numbers in it', async ({ desk, daemon }) => {
  await desk.signIn('1003');
  await desk.ready();
  await daemon.call('1003');
  await desk.answer.click();
  await desk.phase('talking');
  await desk.page.getByRole('button', { name: 'Send log' }).click();
  await expect(desk.page.getByText('The log of this page was sent to the server.')).toBeAttached();
  await expect.poll(() => daemon.output.join('')).toContain('answered answer success');
  expect(daemon.output.join('')).not.toContain('445550123');
});

test('a recording that the switch does not offer is refused in one sentence, and nothing is pretended', async ({ desk, daemon }) => {
  await desk.signIn('1004');
  await desk.ready();
  await daemon.call('1004');
  await desk.answer.click();
  await desk.phase('talking');
  const record = desk.page.locator('#record');
  await expect(record).toHaveAccessibleName('Record call with +41 44 555 01 23');
  await record.click();
  await expect(desk.page.locator('#record-note')).toHaveText(/refused the request/);
  await expect(record).toHaveAttribute('aria-pressed', 'false');
  await desk.phase('talking');
});

test('a key can be changed, a used one is refused, and the change outlives a reload', async ({ desk }) => {
  await desk.signIn('1005');
  const { page } = desk;
  await page.getByRole('button', { name: 'Keys', exact: true }).click();
  await page.getByRole('button', { name: 'State menu: Ctrl+Shift+S. Change' }).click();
  await page.keyboard.press('Control+Shift+H');
  await expect(page.getByText('Ctrl+Shift+H is used for “Hold or retrieve”.')).toBeVisible();
  await page.keyboard.press('F8');
  await expect(page.getByRole('button', { name: 'State menu: F8. Change' })).toBeFocused();
  await page.getByLabel('Ring for calls').check();
  await desk.screenshot('keys-changed');
  await desk.isAccessible();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.reload();
  await desk.inState(/Not ready/);
  await page.keyboard.press('Control+Shift+S');
  await expect(page.getByRole('menu')).toBeHidden();
  await page.keyboard.press('F8');
  await expect(page.getByRole('menu')).toBeVisible();
});

test('whoever looks for a number sees who of the team is free, and is told no more than that', async ({ desk, daemon, browser }) => {
  const boss = new Desk(await (await browser.newContext()).newPage(), daemon);
  await boss.signIn('1001');
  await desk.signIn('1002');
  const entry = desk.page.locator('#directory-list').getByRole('button', { name: /Team 1, 3001/ });
  await expect(entry).toHaveAccessibleName('Use number of Team 1, 3001');
  await desk.number.focus();
  await expect(entry).toHaveAccessibleName('Use number of Team 1, 3001, Not ready');
  await boss.ready();
  await expect(entry).toHaveAccessibleName('Use number of Team 1, 3001, Ready');
  await desk.state.focus();
  await expect(entry).toHaveAccessibleName('Use number of Team 1, 3001');
  await desk.number.focus();
  await expect(entry).toHaveAccessibleName('Use number of Team 1, 3001, Ready');
  await boss.page.context().close();
});
