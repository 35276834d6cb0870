import { Desk, expect, test } from '../harness/desk.js';

test('side A stops in mid-call: the lamp says so, the call stays and can be ended on side B', async ({ desk, daemon }) => {
  await desk.signIn('1001');
  await desk.ready();
  await daemon.call('1001');
  await desk.answer.click();
  await desk.phase('talking');
  await daemon.side('a', 'stop');
  await expect(desk.lamp).toHaveText(/^Switching sides, \d+ s$/);
  await expect(desk.page.getByText('The phone system’s connection is being switched.')).toBeVisible();
  await expect(desk.cards).toHaveCount(1);
  await expect(desk.hold).toHaveAttribute('aria-disabled', 'true');
  await desk.screenshot('links-switching');

  await expect(desk.lamp).toHaveText('In service', { timeout: 30_000 });
  await expect(desk.page.getByText(/^Back in service after .* Nothing changed meanwhile\.$/)).toBeVisible();
  await desk.phase('talking');
  await desk.screenshot('links-back');
  await desk.hold.click();
  await desk.phase('on hold');
  await desk.hold.click();
  await desk.phase('talking');
  await desk.end.click();
  await desk.phase('wrap-up');
  await expect.poll(async () => (await daemon.truth()).calls).toEqual([]);
});

test('side A dies in mid-consult: both cards stay, and the transfer is completed on side B', async ({ desk, daemon }) => {
  await desk.signIn('1006');
  await desk.ready();
  await daemon.call('1006');
  await desk.answer.click();
  await desk.phase('talking');
  await desk.page.getByRole('button', { name: /^Consult somebody/ }).click();
  await desk.number.fill('+41445557766');
  await desk.page.keyboard.press('Enter');
  await desk.phase('talking', 1);
  await daemon.side('a', 'stop');
  await expect(desk.lamp).toHaveText(/^Switching sides, \d+ s$/);
  await expect(desk.cards).toHaveCount(2);
  await desk.isAccessible();
  await expect(desk.lamp).toHaveText('In service', { timeout: 30_000 });
  await desk.phase('on hold', 0);
  await desk.phase('talking', 1);
  await desk.page.getByRole('button', { name: /^Transfer .* to / }).click();
  await desk.phase('wrap-up');
  await expect(desk.page.getByText('The call was transferred')).toBeVisible();
  expect((await daemon.agentTruth('1006')).legs).toEqual([]);
});

test('a page reloaded in mid-call comes back without a password, with the same card and the same timer', async ({ desk, daemon }) => {
  await desk.signIn('1002');
  await desk.ready();
  await daemon.call('1002');
  await desk.answer.click();
  await desk.phase('talking');
  const timer = desk.page.locator('.call-timer');
  await expect(timer).toHaveText('00:02');
  desk.page.on('dialog', (dialog) => void dialog.accept());
  await desk.page.reload();
  await desk.phase('talking');
  await expect(desk.page.getByRole('heading', { name: '+41 44 555 01 23' })).toBeVisible();
  expect(await timer.textContent()).not.toBe('00:00');
  await expect(desk.page.getByRole('button', { name: 'Sign in' })).toBeHidden();
  await desk.hold.click();
  await desk.phase('on hold');
});

test('a network that breaks is shown with seconds, keeps the picture, and heals by itself', async ({ desk, daemon, context }) => {
  await desk.signIn('1003');
  await desk.ready();
  await daemon.call('1003');
  await desk.answer.click();
  await desk.phase('talking');
  await context.setOffline(true);
  await expect(desk.lamp).toHaveText(/^Offline, \d+ s$/);
  await expect(desk.cards).toHaveCount(1);
  await expect(desk.end).toHaveAttribute('aria-disabled', 'true');
  await desk.screenshot('links-offline');
  await context.setOffline(false);
  await expect(desk.lamp).toHaveText('In service');
  await desk.end.click();
  await desk.phase('wrap-up');
});

test('a second window asks before it takes over, and the first says what happened', async ({ desk, daemon, browser }) => {
  await desk.signIn('1004');
  const other = await browser.newPage();
  await other.goto(daemon.page);
  await other.getByLabel('Agent ID').fill('1004');
  await other.getByLabel('Password').fill('1234');
  await other.getByLabel('Extension').fill('3004');
  await other.getByRole('button', { name: 'Sign in' }).click();
  await other.getByRole('button', { name: 'Take over here' }).click();
  await expect(other.getByRole('button', { name: /^State: / })).toBeVisible();
  await expect(desk.page.getByText('This agent was signed in at another window.')).toBeVisible();
  await other.close();
});

test('a second window can look on, and take over without ending anything', async ({ desk, daemon, browser }) => {
  await desk.signIn('1005');
  await desk.ready();
  await daemon.call('1005');
  await desk.answer.click();
  await desk.phase('talking');
  const second = new Desk(await (await browser.newContext()).newPage(), daemon);
  await second.fillSignIn('1005');
  await second.signInButton.click();
  await second.page.getByRole('button', { name: 'Only look on' }).click();
  await second.phase('talking');
  await expect(second.page.getByText('This window only looks on; another one commands.')).toBeVisible();
  await expect(second.hold).toHaveAccessibleDescription('This window only looks on');
  await desk.hold.click();
  await second.phase('on hold');
  await second.screenshot('mirror');
  await second.isAccessible();

  // A reload must not turn looking on into taking over.
  await second.page.reload();
  await second.phase('on hold');
  await expect(second.page.getByText('This window only looks on; another one commands.')).toBeVisible();

  await second.page.getByRole('button', { name: 'Take over here' }).click();
  await expect(desk.page.getByText('This window only looks on; another one commands.')).toBeVisible();
  await second.hold.click();
  await second.phase('talking');
  await desk.phase('talking');
  await second.end.click();
  await second.phase('wrap-up');
  await desk.phase('wrap-up');
  await second.page.context().close();
});
