import { expect, test } from '../harness/desk.js';

test('the whole story without a mouse', async ({ desk, daemon }) => {
  const { page } = desk;
  const keys = page.keyboard;
  await page.goto(daemon.page);
  await expect(page.getByLabel('Agent ID')).toBeFocused();
  await keys.type('1001');
  await keys.press('Tab');
  await keys.type('1234');
  await keys.press('Tab');
  await keys.type('3001');
  await keys.press('Enter');
  await desk.inState(/Not ready/);
  await expect(desk.state).toBeFocused();

  await keys.press('Control+Shift+S');
  await expect(page.getByRole('menuitemradio', { name: 'Ready', exact: true })).toBeFocused();
  await keys.press('Enter');
  await desk.inState(/Ready/);
  await expect(desk.state).toBeFocused();

  // The dial box has the focus when the call comes, and keeps it.
  await desk.number.focus();
  await keys.type('80');
  const call = await daemon.call('1001');
  await desk.phase('rings');
  await keys.type('02');
  await expect(desk.number).toBeFocused();
  await expect(desk.number).toHaveValue('8002');
  await expect(desk.answer).toBeEnabled();
  await keys.press('Control+Shift+A');
  await desk.phase('talking');

  await keys.press('F2');
  await expect(desk.state).toBeFocused();
  await keys.press('End');
  await expect(desk.end).toBeFocused();
  for (let place = 0; place < 6; place += 1) await keys.press('ArrowLeft');
  await expect(desk.hold).toBeFocused();
  await keys.press('Enter');
  await desk.phase('on hold');
  await expect(desk.hold).toBeFocused();
  await expect(desk.hold).toHaveAttribute('aria-pressed', 'true');
  await keys.press('Control+Shift+H');
  await desk.phase('talking');

  // Escape closes panels and never a call.
  await keys.press('Control+Shift+S');
  await expect(page.getByRole('menu')).toBeVisible();
  await keys.press('Escape');
  await expect(page.getByRole('menu')).toBeHidden();
  await keys.press('Escape');
  await desk.phase('talking');
  expect((await daemon.agentTruth('1001')).legs).toEqual(['connected']);

  await keys.press('Control+Shift+Digit1');
  await desk.phase('wrap-up');
  await expect.poll(async () => (await daemon.truth()).calls.map((one) => one.callId)).not.toContain(call);
  // At once the key is still the End key of a call that has just gone; it must not finish anything.
  await keys.press('Control+Shift+Digit1');
  await expect(page.getByText('The call has just changed.')).toBeVisible();
  await expect(desk.cards).toHaveCount(1);
  await expect(async () => {
    await keys.press('Control+Shift+Digit1');
    await expect(desk.cards).toHaveCount(0, { timeout: 300 });
  }).toPass({ timeout: 5_000 });

  await keys.press('Control+Shift+L');
  await expect(page.getByRole('menuitem', { name: /^(No reason|Sign out)$/ })).toBeVisible();
  await expect(async () => {
    await keys.press('ArrowDown');
    await expect(page.getByRole('menuitem', { name: /^(No reason|Sign out)$/ })).toBeFocused({ timeout: 50 });
  }).toPass({ timeout: 5_000 });
  await keys.press('Enter');
  await expect(page.getByText('You are signed out.')).toBeVisible();
});

test('the bar is one tab stop, and its buttons have names that say what they do to whom', async ({ desk, daemon }) => {
  await desk.signIn('1002');
  await desk.ready();
  await daemon.call('1002');
  await desk.phase('rings');
  await expect(desk.answer).toHaveAccessibleName('Answer call from +41 44 555 01 23');
  await expect(desk.end).toHaveAccessibleName('Reject call from +41 44 555 01 23');
  await expect(desk.hold).toHaveAccessibleDescription('Possible once the call is answered');
  await expect(desk.page.getByRole('toolbar').locator('button[tabindex="0"]')).toHaveCount(1);
  await desk.answer.focus();
  await expect(desk.page.getByRole('toolbar').locator('button[tabindex="0"]')).toHaveCount(1);
  await expect(desk.page.getByRole('toolbar')).toMatchAriaSnapshot(`
    - toolbar "Media bar":
      - button /State/
      - group "Calls":
        - group /\\+41 44 555 01 23, rings/:
          - button "Copy number +41 44 555 01 23"
      - group "Call controls":
        - button "Answer call from +41 44 555 01 23"
        - button "Hold" [disabled]
        - button "Consult" [disabled]
        - button "Transfer" [disabled]
        - button "Conference" [disabled]
        - button "Keypad" [disabled]
        - button "Reject call from +41 44 555 01 23"
  `);
});

test('keys can be switched off', async ({ desk }) => {
  await desk.signIn('1003');
  await desk.page.getByRole('button', { name: 'Keys' }).click();
  await expect(desk.page.getByText('Your browser keeps Ctrl+Shift+T for itself')).toBeVisible();
  await desk.screenshot('keys');
  await desk.isAccessible();
  await desk.page.getByLabel('Use these keys').uncheck();
  await desk.page.getByRole('button', { name: 'Close', exact: true }).click();
  await desk.page.keyboard.press('Control+Shift+S');
  await expect(desk.page.getByRole('menu')).toBeHidden();
});
