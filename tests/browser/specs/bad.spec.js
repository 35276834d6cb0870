import { expect, test } from '../harness/desk.js';

test('a server that is gone is said in one sentence, and the sign-in goes on once it is back', async ({ desk, context }) => {
  await context.addInitScript(() => Reflect.deleteProperty(window, 'SharedWorker'));
  await desk.fillSignIn('1001');
  await context.setOffline(true);
  // What a browser says about a socket that cannot be opened comes on the console; the page says it to people.
  await desk.signInButton.click();
  await expect(desk.page.getByText('The server cannot be reached. Trying again …')).toBeVisible();
  await desk.screenshot('bad-server-gone');
  await desk.isAccessible();
  await context.setOffline(false);
  await desk.inState(/Not ready/);
});

test('a session that has run out is said in one sentence, and signing in again works', async ({ desk, context }) => {
  await context.addInitScript(() => Reflect.deleteProperty(window, 'SharedWorker'));
  /** @type {import('@playwright/test').WebSocketRoute[]} */
  const sockets = [];
  await desk.page.routeWebSocket(/mediabar/, (socket) => {
    socket.connectToServer();
    sockets.push(socket);
  });
  await desk.signIn('1002');
  await sockets[sockets.length - 1]?.close({ code: 4004, reason: 'token expired' });
  await expect(desk.page.getByText('The session is over. Sign in again.')).toBeVisible();
  await desk.page.getByLabel('Password').fill('1234');
  await desk.signInButton.click();
  await desk.inState(/Not ready/);
});

test('on a desk whose clock is an hour wrong the timers are right', async ({ desk, daemon, context }) => {
  await context.addInitScript(() => {
    const RightDate = Date;
    const ahead = 3_600_000;
    globalThis.Date = /** @type {any} */ (
      class extends RightDate {
        /** @param {any[]} values */
        constructor(...values) {
          if (values.length === 0) super(RightDate.now() + ahead);
          else super(.../** @type {[any]} */ (values));
        }
        static now() {
          return RightDate.now() + ahead;
        }
      }
    );
  });
  await desk.signIn('1003');
  await desk.ready();
  await daemon.call('1003');
  await desk.answer.click();
  await desk.phase('talking');
  await expect(desk.page.locator('.call-timer')).toHaveText(/^00:0\d$/);
  await expect(desk.page.locator('#state-timer')).toHaveText(/^00:0\d$/);
  await expect(desk.page.locator('#line-hint')).toHaveText(/^This computer’s clock is (1:00:0\d|59:5\d) fast\. The times here are right\.$/);
});

test('notifications that were denied are not asked for again, and a call is still shown', async ({ desk, daemon, context }) => {
  await context.addInitScript(() => {
    const denied = /** @type {any} */ (window);
    denied.Notification = class {
      static permission = 'default';
      static requestPermission() {
        this.permission = 'denied';
        return Promise.resolve('denied');
      }
    };
  });
  await desk.signIn('1004');
  await desk.page.getByRole('button', { name: 'Notify me of calls' }).click();
  await expect(desk.page.getByText('The browser does not allow notifications here.')).toBeAttached();
  await expect(desk.page.getByRole('button', { name: 'Notify me of calls' })).toBeHidden();
  await desk.ready();
  await daemon.call('1004');
  await desk.phase('rings');
});

test('names of 200 characters and numbers that are none break nothing', async ({ desk, daemon }) => {
  await desk.signIn('1005');
  await desk.ready();
  const name = `${'ÄÖÜ'.repeat(26)}😀`;
  const from = '\u202e+1<b>😀';
  await daemon.call('1005', { from, eccVariables: { 'user.name': name } });
  await desk.phase('rings');
  await expect(desk.page.locator('#call-fields dd').getByText(name, { exact: true })).toBeVisible();
  await expect(desk.page.locator('.call-number')).toHaveText(from);
  await expect(desk.page).toHaveTitle(`Call: ${from}`);
  expect(await desk.page.locator('#bar-page b:text-is("😀")').count()).toBe(0);
  for (const width of [1366, 320]) {
    await desk.page.setViewportSize({ width, height: 700 });
    expect(await desk.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  }
  await desk.isAccessible();
  await desk.number.fill('x'.repeat(200));
  await desk.page.keyboard.press('Enter');
  await expect(desk.page.locator('#dial-note')).not.toHaveText('');
});

test('a ring that the agent asked for sounds while a call rings, and a browser that forbids sound changes nothing', async ({ desk, daemon, context }) => {
  await context.addInitScript(() => {
    const state = /** @type {any} */ (window);
    state.sounds = [];
    state.AudioContext = class {
      state = state.forbidden ? 'suspended' : 'running';
      currentTime = 0;
      destination = {};
      constructor() {
        state.sounds.push('open');
      }
      resume() {
        return new Promise(() => {}); // until somebody touches the page
      }
      close() {
        state.sounds.push('close');
        return Promise.resolve();
      }
      createGain() {
        return { gain: { value: 1 }, connect() {} };
      }
      createOscillator() {
        return { frequency: { value: 0 }, connect() {}, start: () => state.sounds.push('tone'), stop() {} };
      }
    };
  });
  const sounds = () => desk.page.evaluate(() => /** @type {any} */ (window).sounds);
  await desk.signIn('1006');
  await desk.page.getByRole('button', { name: 'Keys', exact: true }).click();
  await desk.page.getByLabel('Ring for calls').check();
  await desk.page.getByRole('button', { name: 'Close', exact: true }).click();
  await desk.ready();
  const call = await daemon.call('1006');
  await desk.phase('rings');
  await expect.poll(sounds).toEqual(['open', 'tone', 'tone']);
  await daemon.farEnd(call, 'hangup');
  await expect(desk.cards).toHaveCount(0);
  await expect.poll(sounds).toEqual(['open', 'tone', 'tone', 'close']);

  await desk.page.evaluate(() => Object.assign(window, { sounds: [], forbidden: true }));
  await desk.ready();
  await daemon.call('1006');
  await desk.phase('rings');
  await desk.answer.click();
  await desk.phase('talking');
  expect(await sounds()).toEqual(['open', 'close']);
});
