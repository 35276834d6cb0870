// What a screen reader finds at each step of the list that would otherwise be gone through by hand. Times are blanked.

import { expect, test } from '../harness/desk.js';

test('the accessibility tree at every step of the day', async ({ desk, daemon }) => {
  const { page } = desk;
  const tree = async (/** @type {string} */ step, /** @type {string} */ where = '#bar-page') => {
    const text = (await page.locator(where).ariaSnapshot()).replace(/\d+:\d\d(:\d\d)?/g, 'm:ss');
    expect(text).toMatchSnapshot(`tree-${step}.yml`);
  };
  await page.goto(daemon.page);
  await expect(page.getByLabel('Agent ID')).toBeFocused();
  await tree('1-sign-in', '#sign-in');
  await desk.signIn('1002');
  await expect(page.getByText('Sales')).toBeVisible();
  await desk.state.click();
  await tree('2-state-menu', '#bar');
  await page.keyboard.press('Escape');
  await desk.ready();
  await daemon.call('1002', { callVariables: { 1: 'gold' } });
  await desk.phase('rings');
  await tree('3-answer', '#bar');
  await desk.answer.click();
  await desk.phase('talking');
  await expect(desk.hold).toHaveAccessibleName(/^Hold/);
  await tree('4-talking', '#bar');
  await page.getByRole('button', { name: /^Keypad for/ }).click();
  await tree('5-keypad', '#keypad-panel');
  await page.keyboard.press('Escape');
  await desk.hold.click();
  await desk.phase('on hold');
  await tree('6-hold', '#bar');
  await desk.hold.click();
  await desk.phase('talking');
  await page.getByRole('button', { name: /^Consult/ }).click();
  await expect(page.getByRole('button', { name: 'Use number of Team 1, 3001, Logged out' })).toBeVisible();
  await tree('7-consult-whom', '#dial-panel');
  await desk.number.fill('+41445559988');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('group', { name: '+41 44 555 99 88, talking' })).toBeVisible();
  await tree('8-consulting', '#bar');
  await page.getByRole('button', { name: /^Transfer .* to / }).click();
  await desk.phase('wrap-up');
  await tree('9-wrap-up');
  await desk.finishWrapUp.click();
  await expect(desk.cards).toHaveCount(0);
  await desk.notReady();
  await desk.state.click();
  await page.getByRole('menuitem', { name: 'Sign out', exact: true }).click();
  await tree('10-sign-out', '#state-menu');
});
