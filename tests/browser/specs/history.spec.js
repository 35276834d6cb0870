import { expect, test } from '../harness/reader.js';

const NASTY = { 1: '<img src=x onerror=alert(1)>', 2: '<script>alert(2)</script>', 3: '\u202egnp.exe', 4: '😀👩🏽‍💻𝕬', 5: '"\'&lt;{who}' };

/**
 * A call with all its parts: rings, is answered, held, retrieved, ended by the caller, wrapped up.
 * @param {import('../harness/desk.js').Desk} desk
 * @param {object} [more]
 */
async function wholeCall(desk, more = {}) {
  const { daemon } = desk;
  const call = await daemon.call('1001', more);
  await desk.phase('rings');
  await desk.page.waitForTimeout(1_200);
  await desk.answer.click();
  await desk.phase('talking');
  await desk.page.waitForTimeout(1_500);
  await desk.hold.click();
  await desk.phase('on hold');
  await desk.page.waitForTimeout(2_000);
  await desk.hold.click();
  await desk.phase('talking');
  await desk.page.waitForTimeout(500);
  await daemon.farEnd(call, 'hangup');
  await desk.phase('wrap-up');
  await desk.page.waitForTimeout(1_000);
  await desk.page.getByRole('button', { name: 'Finish and go ready' }).click();
  await expect(desk.cards).toHaveCount(0);
  return call;
}

test('look', async ({ reader, desk }) => {
  await reader.open();
  await reader.screenshot('sign-in');
  await desk.signIn('1001');
  await desk.ready();
  await wholeCall(desk, { callVariables: NASTY });
  const session = await reader.newest('CLOSED');
  console.log(JSON.stringify(session));
  await reader.signIn();
  await expect(reader.rows).toHaveCount(1);
  await reader.screenshot('search');
  await reader.rows.getByRole('link').click();
  await expect(reader.pieces.first()).toBeVisible();
  await reader.screenshot('session');
  await reader.page.goto(`${reader.daemon.page}history?view=day&agent=1001`);
  await expect(reader.page.locator('#day-picture .piece').first()).toBeVisible();
  await reader.screenshot('day');
});
