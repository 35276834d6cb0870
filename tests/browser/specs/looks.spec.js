import { Desk, expect, test } from '../harness/desk.js';

/** @type {Record<string, {viewport: {width: number, height: number}, colorScheme?: 'light' | 'dark', forcedColors?: 'active' | 'none', locale?: string}>} */
const LOOKS = {
  light: { viewport: { width: 1366, height: 768 } },
  dark: { viewport: { width: 1366, height: 768 }, colorScheme: 'dark' },
  narrow: { viewport: { width: 320, height: 640 } },
  middle: { viewport: { width: 900, height: 600 } },
  forced: { viewport: { width: 1366, height: 768 }, forcedColors: 'active' },
  // 200 % zoom of 1366 × 768 leaves half as many CSS pixels.
  zoomed: { viewport: { width: 683, height: 384 } },
};

/** @param {Desk} desk @param {string} screen */
async function isWhole(desk, screen) {
  const { wanted, has } = await desk.page.evaluate(() => ({ wanted: document.documentElement.scrollWidth, has: window.innerWidth }));
  expect(wanted, `${screen} does not scroll sideways`).toBeLessThanOrEqual(has);
}

for (const [look, options] of Object.entries(LOOKS)) {
  test.describe(look, () => {
    test.use({ viewport: options.viewport, colorScheme: options.colorScheme ?? 'light', contextOptions: { forcedColors: options.forcedColors ?? 'none', reducedMotion: 'reduce' } });

    test(`every screen is whole and accessible: ${look}`, async ({ desk, daemon, context }) => {
      test.setTimeout(180_000);
      const whole = async (/** @type {string} */ screen, on = desk) => {
        await isWhole(on, screen);
        await on.screenshot(`${look}-${screen}`);
        await on.isAccessible();
      };
      await desk.fillSignIn('1001');
      await whole('1-sign-in');
      await desk.signInButton.click();
      await desk.inState(/Not ready/);
      await whole('2-idle');
      await desk.state.click();
      await whole('3-menu');
      await desk.page.getByRole('menuitemradio', { name: 'Ready', exact: true }).click();
      await desk.inState(/Ready/);
      const call = await daemon.call('1001', { callVariables: { 1: 'CUST-88213', 2: 'gold', 3: 'a value as long as a call variable takes' } });
      await desk.phase('rings');
      await whole('4-ringing');
      await desk.answer.click();
      await desk.phase('talking');
      await whole('5-talking');
      await desk.page.getByRole('button', { name: /^Keypad for/ }).click();
      await whole('6-keypad');
      await desk.page.keyboard.press('Escape');
      await desk.hold.click();
      await desk.phase('on hold');
      await whole('7-on-hold');
      await desk.hold.click();
      await desk.phase('talking');
      await desk.page.getByRole('button', { name: /^Consult somebody/ }).click();
      await whole('8-consult-whom');
      await desk.number.fill('+41445557766');
      await desk.page.keyboard.press('Enter');
      await desk.phase('talking', 1);
      await whole('9-consulting');
      await desk.page.getByRole('button', { name: /^Join/ }).click();
      await expect(desk.cards).toHaveCount(1);
      await whole('10-conference');

      const second = new Desk(await context.newPage(), daemon);
      await second.page.goto(daemon.page);
      await second.phase('talking');
      await whole('11-mirror', second);
      await second.page.close();

      await daemon.side('a', 'stop');
      await expect(desk.lamp).toHaveText(/^Switching sides/);
      await whole('12-failover');
      await expect(desk.lamp).toHaveText('In service', { timeout: 30_000 });
      await whole('13-back');
      await desk.end.click();
      await desk.phase('wrap-up');
      await whole('14-wrap-up');
      await daemon.farEnd(call, 'hangup').catch(() => {}); // the two others may go on without us
    });

    test(`a supervisor's team is whole and accessible: ${look}`, async ({ desk, daemon, browser }) => {
      const agent = new Desk(await (await browser.newContext()).newPage(), daemon);
      await desk.signIn('1001');
      await agent.signIn('1002');
      await agent.ready();
      await daemon.call('1002');
      await agent.answer.click();
      await agent.phase('talking');
      await expect(desk.page.getByRole('button', { name: /^Listen: / })).toBeVisible();
      await agent.page.context().close();
      await desk.page.locator('#team-panel').scrollIntoViewIfNeeded();
      await isWhole(desk, 'team');
      await desk.screenshot(`${look}-15-team`);
      await desk.isAccessible();
      await desk.page.getByRole('button', { name: 'Keys', exact: true }).click();
      await desk.screenshot(`${look}-16-keys`);
      await desk.isAccessible();
    });
  });
}

test.describe('in German', () => {
  test.use({ locale: 'de-CH', viewport: { width: 900, height: 600 } });

  test('the page speaks the language of the browser, and another on demand', async ({ desk, daemon }) => {
    await desk.page.goto(daemon.page);
    await expect(desk.page.getByRole('heading', { name: 'Anmelden' })).toBeVisible();
    await expect(desk.page.locator('html')).toHaveAttribute('lang', 'de');
    await desk.page.getByLabel('Agenten-ID').fill('1001');
    await desk.page.getByLabel('Kennwort').fill('1234');
    await desk.page.getByLabel('Nebenstelle').fill('3001');
    await desk.page.getByRole('button', { name: 'Anmelden' }).click();
    await expect(desk.page.getByRole('button', { name: /^Status: Nicht bereit/ })).toBeVisible();
    await desk.screenshot('german');
    await desk.isAccessible();
    await desk.page.getByRole('button', { name: 'Show the page in English' }).click();
    await desk.inState(/Not ready/);
  });
});

test('what callers send is text, whatever it looks like', async ({ desk, daemon }) => {
  await desk.signIn('1001');
  await desk.ready();
  const nasty = { 1: '<img src=x onerror=alert(1)>', 2: '<script>alert(2)</script>', 3: '\u202egnp.exe', 4: '😀👩🏽‍💻𝕬', 5: '"\'&lt;{who}' };
  await daemon.call('1001', { callVariables: nasty, eccVariables: { 'user.name': `${'Wolfeschlegelsteinhausen'.repeat(8)}` } });
  await desk.phase('rings');
  for (const value of Object.values(nasty)) await expect(desk.page.locator('#call-fields dd').getByText(value, { exact: true })).toBeVisible();
  expect(await desk.page.locator('#bar-page img, #bar-page script').count()).toBe(0);
  expect(await desk.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  await desk.screenshot('nasty');
});

test('a withheld number is said in words and cannot be copied', async ({ desk, daemon }) => {
  await desk.signIn('1002');
  await desk.ready();
  await daemon.call('1002', { from: '' });
  await desk.phase('rings');
  await expect(desk.cards).toHaveAccessibleName(/^Number withheld, rings$/);
  await desk.answer.click();
  await desk.phase('talking');
});

test('without storage and with notifications denied the page works', async ({ desk, context }) => {
  await context.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage']) {
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException('denied', 'SecurityError');
        },
      });
    }
  });
  await desk.signIn('1003');
  await expect(desk.page.locator('#line-hint')).toHaveText('This browser keeps nothing: after a reload you have to sign in again.');
  await desk.isAccessible();
  await desk.page.getByRole('button', { name: 'Show the page in German' }).or(desk.page.locator('#language')).click();
  await expect(desk.page.getByRole('button', { name: /^Status: / })).toBeVisible();
});
