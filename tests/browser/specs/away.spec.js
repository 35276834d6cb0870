import { expect, test } from '../harness/desk.js';

test('a call that comes while nobody looks is shown on the desktop, and taken away when the phone answers it', async ({ desk, daemon, context }) => {
  await context.grantPermissions(['notifications']);
  // A headless browser shows no notifications, so the test stands where the desktop would be. The page is hidden on demand.
  await context.addInitScript(() => {
    const state = /** @type {any} */ (window);
    state.away = false;
    state.shown = [];
    state.Notification = class {
      static permission = 'granted';
      /** @param {string} title @param {{body: string}} options */
      constructor(title, options) {
        state.shown.push(`${title}: ${options.body}`);
      }
      close() {
        state.shown.pop();
      }
    };
    Object.defineProperty(document, 'hidden', { get: () => state.away });
  });
  const shown = () => desk.page.evaluate(() => /** @type {any} */ (window).shown);
  await desk.signIn('1001');
  await desk.ready();
  const seen = await daemon.call('1001');
  await desk.phase('rings');
  expect(await shown(), 'not while the page is looked at').toEqual([]);
  await daemon.farEnd(seen, 'hangup');
  await expect(desk.cards).toHaveCount(0);
  await desk.ready();

  await desk.page.evaluate(() => Object.assign(window, { away: true }));
  await daemon.call('1001');
  await expect.poll(shown).toEqual(['Incoming call: +41 44 555 01 23\nSales']);
  await expect(desk.page).toHaveTitle('Call: +41 44 555 01 23');
  await daemon.phone('3001', 'answer');
  await desk.phase('talking');
  expect(await shown()).toEqual([]);
});

test('leaving the page during a call is warned about, and the call goes on', async ({ desk, daemon }) => {
  await desk.signIn('1002');
  await desk.ready();
  await daemon.call('1002');
  await desk.answer.click();
  await desk.phase('talking');
  const warned = new Promise((fulfil) => {
    desk.page.once('dialog', (dialog) => {
      fulfil(dialog.type());
      void dialog.accept();
    });
  });
  await desk.page.close({ runBeforeUnload: true });
  expect(await warned).toBe('beforeunload');
  expect((await daemon.agentTruth('1002')).legs).toEqual(['connected']);
});

test('click-to-dial works the hundredth time as the first', async ({ desk, daemon }) => {
  test.setTimeout(600_000);
  await desk.signIn('1003');
  for (let time = 1; time <= 100; time += 1) {
    const number = `+414455${String(1000 + time)}5`; // none that the simulator's rules make busy or silent
    await desk.number.fill(number);
    await desk.dialButton.click();
    await expect(desk.cards).toHaveAccessibleName(/, (dialling|talking)$/);
    await desk.end.click();
    await desk.phase('wrap-up');
    await desk.finishWrapUp.click();
    await expect(desk.cards).toHaveCount(0);
    await desk.notReady();
    await expect(desk.dialButton).toBeEnabled();
  }
  expect((await daemon.truth()).calls).toEqual([]);
});
