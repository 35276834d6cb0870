// How long an agent waits. The bounds are generous, for a loaded machine; the figures are printed and belong in the README.

import { expect, test } from '../harness/desk.js';

const ROUNDS = 15;

/** @param {number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

test('the first picture is quick, and so is Answer', async ({ desk, daemon }) => {
  test.setTimeout(180_000);
  const { page } = desk;
  const painted = async () => page.evaluate(() => Math.round(performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0));
  await desk.fillSignIn('1001');
  const paint = await painted();
  const signedIn = Date.now();
  await desk.signInButton.click();
  await expect(desk.state).toBeVisible();
  const picture = Date.now() - signedIn;
  await page.reload();
  await desk.inState(/Not ready/);
  const again = await page.evaluate(() => Math.round(performance.now()));

  /** @type {number[]} */
  const shown = [];
  /** @type {number[]} */
  const pressed = [];
  await desk.ready();
  for (let round = 0; round < ROUNDS; round += 1) {
    const visible = page.evaluate(() => new Promise((fulfil) => {
      const answer = /** @type {HTMLElement} */ (document.getElementById('answer'));
      const look = () => answer.getAttribute('aria-disabled') !== 'true' && (watch.disconnect(), fulfil(Date.now()));
      const watch = new MutationObserver(look);
      watch.observe(answer, { attributes: true });
      look();
    }));
    const placed = Date.now();
    const call = await daemon.call('1001');
    shown.push(Number(await visible) - placed);
    pressed.push(await page.evaluate(() => new Promise((fulfil) => {
      const card = /** @type {HTMLElement} */ (document.querySelector('.call'));
      const start = performance.now();
      const watch = new MutationObserver(() => card.dataset['phase'] === 'talking' && (watch.disconnect(), fulfil(performance.now() - start)));
      watch.observe(card, { attributes: true });
      /** @type {HTMLElement} */ (document.getElementById('answer')).click();
    })));
    await daemon.farEnd(call, 'hangup');
    await desk.phase('wrap-up');
    await page.getByRole('button', { name: 'Finish and go ready' }).click();
    await expect(desk.cards).toHaveCount(0);
    await desk.inState(/Ready/);
  }
  console.log(`first paint ${paint} ms; signed in to first picture ${picture} ms; reload to picture ${again} ms; call placed to Answer ${median(shown)} ms; Answer to talking ${median(pressed).toFixed(0)} ms (medians of ${ROUNDS})`);
  expect(paint).toBeLessThan(5_000);
  expect(median(shown)).toBeLessThan(2_000);
  expect(median(pressed)).toBeLessThan(2_000);
});
