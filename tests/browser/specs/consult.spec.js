import { Daemon } from '../harness/daemon.js';
import { Desk, expect, test } from '../harness/desk.js';

/** @param {import('../harness/desk.js').Desk} desk @param {import('../harness/daemon.js').Daemon} daemon @param {string} agent */
async function onACall(desk, daemon, agent) {
  await desk.signIn(agent);
  await desk.ready();
  const call = await daemon.call(agent);
  await desk.answer.click();
  await desk.phase('talking');
  return call;
}

test('asking a colleague: both cards are seen, swap goes to and fro, back ends the consultation only', async ({ desk, daemon }) => {
  await onACall(desk, daemon, '1001');
  const { page } = desk;
  await page.getByRole('button', { name: /^Consult somebody/ }).click();
  await expect(page.getByRole('heading', { name: 'Consult whom?' })).toBeVisible();
  await expect(desk.number).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { name: 'Dial', exact: true })).toBeVisible();
  await desk.phase('talking');

  await page.getByRole('button', { name: /^Consult somebody/ }).click();
  await desk.number.fill('+41 44 555 77 66');
  await page.getByRole('button', { name: 'Consult', exact: true }).click();
  await expect(desk.cards).toHaveCount(2);
  await desk.phase('on hold', 0);
  await desk.phase('dialling', 1);
  await expect(page.getByRole('button', { name: 'Transfer', exact: true })).toHaveAccessibleDescription('Possible once the colleague has answered');
  await desk.screenshot('consult-1-dialling');
  await desk.phase('talking', 1);
  await desk.isAccessible();
  await desk.screenshot('consult-2-talking');
  await expect(desk.end).toHaveAccessibleName('End only the consultation with +41 44 555 77 66');

  const swap = page.getByRole('button', { name: /^Swap between/ });
  await swap.click();
  await desk.phase('talking', 0);
  await desk.phase('on hold', 1);
  await swap.click();
  await desk.phase('on hold', 0);
  await desk.phase('talking', 1);

  await page.getByRole('button', { name: /^Back to/ }).click();
  await expect(desk.cards).toHaveCount(1);
  await desk.phase('talking');
  expect((await daemon.agentTruth('1001')).legs).toEqual(['connected']);
});

test('the consulted colleague gets the caller, and this desk goes to wrap-up', async ({ desk, daemon, browser }) => {
  const colleague = new Desk(await (await browser.newContext()).newPage(), daemon);
  await colleague.signIn('1006');
  await onACall(desk, daemon, '1002');
  const { page } = desk;
  await page.keyboard.press('Control+Shift+U');
  await page.keyboard.type('3006');
  await page.keyboard.press('Enter');
  await colleague.phase('rings');
  await colleague.answer.click();
  await desk.phase('talking', 1);
  await page.keyboard.press('Control+Shift+X');
  await desk.phase('wrap-up');
  await expect(desk.cards).toHaveCount(1);
  await expect(page.getByText('The call was transferred')).toBeVisible();
  expect((await daemon.agentTruth('1002')).legs).toEqual([]);
  await expect(colleague.cards).toHaveAccessibleName(/\+41 44 555 01 23, talking$/);
  expect((await daemon.agentTruth('1006')).legs).toEqual(['connected']);
  await colleague.screenshot('consult-4-colleague');
  await colleague.page.context().close();
});

test('caller, colleague and agent in a conference', async ({ desk, daemon }) => {
  await onACall(desk, daemon, '1003');
  const { page } = desk;
  await page.getByRole('button', { name: /^Consult somebody/ }).click();
  await desk.number.fill('+41445557766');
  await page.keyboard.press('Enter');
  await desk.phase('talking', 1);
  await page.getByRole('button', { name: /^Join/ }).click();
  await expect(desk.cards).toHaveCount(1);
  await desk.phase('talking');
  await expect(page.getByText('+41 44 555 01 23, +41 44 555 77 66')).toBeVisible();
  await desk.screenshot('consult-3-conference');
  expect((await daemon.truth()).calls.map((call) => call.parties.length)).toEqual([3]);
  await desk.end.click();
  await desk.phase('wrap-up');
});

test('a call is handed over without asking', async ({ desk, daemon }) => {
  await onACall(desk, daemon, '1004');
  const { page } = desk;
  await page.getByRole('button', { name: /^Transfer call/ }).click();
  await expect(page.getByRole('heading', { name: 'Transfer to whom?' })).toBeVisible();
  await desk.number.fill('+41445557766');
  await page.getByRole('button', { name: 'Transfer', exact: true }).click();
  await desk.phase('wrap-up');
  expect((await daemon.agentTruth('1004')).legs).toEqual([]);
});

test('tones are sent by mouse, by digits and by pasting, all and in order', async ({ desk, daemon, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await onACall(desk, daemon, '1005');
  const { page } = desk;
  await page.keyboard.press('Control+Shift+D');
  const panel = page.getByRole('group', { name: 'Keypad' });
  await expect(panel).toBeVisible();
  await panel.getByRole('button', { name: '4 G H I' }).click();
  await page.keyboard.type('711#');
  await page.evaluate(() => navigator.clipboard.writeText('12 34'));
  await page.keyboard.press('Control+V');
  await expect(page.getByRole('status', { name: 'Sent tones' })).toHaveText('4711#1234');
  await desk.screenshot('keypad');
  await desk.isAccessible();
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
  await expect(page.getByRole('button', { name: /^Keypad for/ })).toBeFocused();
  await desk.phase('talking');
});

test('sent tones are dots where the operator wants them to be', async ({ page }) => {
  const masked = await Daemon.start({ CTIBRIDGE__MEDIABAR__MASK_DIGITS: 'true' });
  const desk = new Desk(page, masked);
  await onACall(desk, masked, '1006');
  await page.keyboard.press('Control+Shift+D');
  await page.keyboard.type('4711');
  await expect(page.getByRole('status', { name: 'Sent tones' })).toHaveText('••••');
  await masked.stop();
});
