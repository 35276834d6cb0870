import { expect, test } from '../harness/desk.js';

test('a day at the desk: sign in, take a call, wrap up, dial out, sign out', async ({ desk, daemon }) => {
  await desk.fillSignIn('1001');
  await desk.screenshot('day-1-sign-in');
  await desk.signInButton.click();
  await desk.inState(/Not ready/);
  await expect(desk.lamp).toHaveText('In service');
  await desk.ready();
  await expect.poll(async () => (await daemon.agentTruth('1001')).state).toBe('AVAILABLE');
  await desk.screenshot('day-2-ready');

  const call = await daemon.call('1001', { callVariables: { 1: 'CUST-88213', 2: 'gold' }, eccVariables: { 'user.ticketId': 'T-5520' } });
  await desk.phase('rings');
  await expect(desk.page.getByRole('alert').filter({ hasText: 'Incoming call from +41 44 555 01 23' })).toBeAttached();
  await expect(desk.page).toHaveTitle('Call: +41 44 555 01 23');
  await expect(desk.page.getByText('CUST-88213').first()).toBeVisible();
  await desk.screenshot('day-3-ringing');

  const places = async () => Promise.all([desk.answer, desk.hold, desk.end].map((button) => button.boundingBox()));
  const ringing = await places();
  await desk.answer.click();
  await desk.phase('talking');
  await desk.inState(/On a call/);
  expect(await places(), 'the buttons stay where they are').toEqual(ringing);
  expect((await daemon.agentTruth('1001')).legs).toEqual(['connected']);
  await expect(desk.page).toHaveTitle('ctibridge');
  await desk.screenshot('day-4-talking');

  await desk.hold.click();
  await desk.phase('on hold');
  expect((await daemon.agentTruth('1001')).legs).toEqual(['held']);
  await desk.screenshot('day-5-on-hold');
  await desk.hold.click();
  await desk.phase('talking');
  expect((await daemon.agentTruth('1001')).legs).toEqual(['connected']);

  await daemon.farEnd(call, 'hangup');
  await desk.phase('wrap-up');
  await desk.inState(/Wrap-up/);
  await expect(desk.page.locator('#state-detail')).toHaveText(/^\d\d:\d\d left$/);
  expect(await places()).toEqual(ringing);
  await desk.screenshot('day-6-wrap-up');
  await desk.page.getByRole('radio').first().check();
  await desk.page.getByLabel('Notes').fill('Windscreen, photos follow');
  await desk.finishWrapUp.click();
  await expect(desk.cards).toHaveCount(0);

  // A Unified CCE phone dials in not ready only.
  await desk.notReady();
  await desk.number.fill('+41 (0)44 555 99 88');
  await desk.dialButton.click();
  await desk.phase('dialling');
  await expect(desk.cards).toHaveAccessibleName(/\+41 44 555 99 88/);
  await desk.screenshot('day-7-dialling');
  await desk.phase('talking');
  await desk.end.click();
  await desk.phase('wrap-up');
  await expect.poll(async () => (await daemon.truth()).calls).toEqual([]);
  await desk.finishWrapUp.click();
  await expect(desk.cards).toHaveCount(0);

  await desk.signOut(/^(No reason|Sign out)$/);
  await expect(desk.page.getByText('You are signed out.')).toBeVisible();
  expect((await daemon.agentTruth('1001')).state).toBe('LOGOUT');
  await desk.screenshot('day-8-signed-out');
});

test('a wrong password is said in one sentence, and the right one then works', async ({ desk }) => {
  await desk.fillSignIn('1002', { password: 'wrong' });
  await desk.signInButton.click();
  await expect(desk.page.getByText('Agent ID or password is wrong.')).toBeVisible();
  await desk.page.getByLabel('Password').fill('1234');
  await desk.signInButton.click();
  await desk.inState(/Not ready/);
});

test('a rejected call goes away and the caller is not lost', async ({ desk, daemon }) => {
  await desk.signIn('1003');
  await desk.ready();
  await daemon.call('1003');
  await desk.phase('rings');
  await desk.end.click();
  await expect(desk.cards.filter({ hasText: 'rings' })).toHaveCount(0);
  await expect.poll(async () => (await daemon.agentTruth('1003')).legs).toEqual([]);
});

test('a busy number is told, and nothing is left behind', async ({ desk }) => {
  await desk.signIn('1004');
  await desk.number.fill('+4144555990000');
  await desk.dialButton.click();
  await expect(desk.page.getByText(/busy|could not be connected/).first()).toBeVisible();
  await desk.finishWrapUp.click();
  await expect(desk.cards).toHaveCount(0);
});

test('reasons are asked for where the desk settings demand them', async ({ desk, daemon }) => {
  await desk.signIn('1011');
  await desk.ready();
  await desk.state.click();
  await desk.page.getByRole('menuitemradio', { name: /^Not ready/ }).click();
  const lunch = desk.page.getByRole('menuitemradio', { name: 'Lunch' });
  await lunch.click();
  await desk.inState(/Not ready, Lunch/);

  await desk.ready();
  const call = await daemon.call('1011');
  await desk.answer.click();
  await desk.phase('talking');
  await desk.state.click();
  await expect(desk.page.getByRole('menuitem', { name: /Sign out/ })).toHaveAttribute('aria-disabled', 'true');
  await expect(desk.page.getByText('Finish the call first')).toBeVisible();
  await desk.page.keyboard.press('Escape');
  await daemon.farEnd(call, 'hangup');
  await desk.phase('wrap-up');
  await desk.finishWrapUp.click();
  await expect(desk.page.getByText('Choose what the call was about.')).toBeVisible();
  await desk.page.getByRole('radio').last().check();
  await desk.finishWrapUp.click();
  await expect(desk.cards).toHaveCount(0);

  await desk.signOut(/^(No reason|Sign out)$/);
  await desk.page.getByRole('menuitem', { name: 'End of shift' }).click();
  await expect(desk.page.getByText('You are signed out.')).toBeVisible();
});

test('a click copies the number exactly as it was received', async ({ desk, daemon, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await desk.signIn('1005');
  await desk.ready();
  await daemon.call('1005');
  await desk.phase('rings');
  await expect(desk.page.getByRole('definition').filter({ hasText: /^\+41445550123$/ })).toBeVisible();
  await desk.page.getByRole('button', { name: 'Copy number +41 44 555 01 23' }).click();
  await expect(desk.page.getByText('Number copied')).toBeAttached();
  expect(await desk.page.evaluate(() => navigator.clipboard.readText())).toBe('+41445550123');
  await desk.phase('rings');
});

test('a press that the phone system is slow to carry out says so, and one that it refuses too', async ({ desk, daemon }) => {
  await desk.signIn('1006');
  await desk.ready();
  await daemon.call('1006');
  await desk.answer.click();
  await desk.phase('talking');
  await daemon.ask('PUT', '/behaviour', { confirmDelayMs: 4_000, eventDelayMs: 4_000 });
  await desk.hold.click();
  await expect(desk.hold).toHaveAttribute('aria-busy', 'true');
  await expect(desk.page.locator('#hold-note')).toHaveText('Still waiting for the phone system');
  await desk.phase('on hold');
  await expect(desk.hold).not.toHaveAttribute('aria-busy');
  await daemon.ask('PUT', '/behaviour', { confirmDelayMs: null, eventDelayMs: null, failNext: { request: 'RETRIEVE_CALL_REQ', status: 1 } });
  await desk.hold.click();
  await expect(desk.page.locator('#hold-note')).toHaveText(/refused the request/);
  await desk.phase('on hold');
  await desk.hold.click();
  await desk.phase('talking');
});
