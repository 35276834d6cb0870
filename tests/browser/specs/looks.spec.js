import { expect, test } from '../harness/desk.js';

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

for (const [look, options] of Object.entries(LOOKS)) {
  test.describe(look, () => {
    test.use({ viewport: options.viewport, colorScheme: options.colorScheme ?? 'light', contextOptions: { forcedColors: options.forcedColors ?? 'none', reducedMotion: 'reduce' } });

    test(`every screen is whole and accessible: ${look}`, async ({ desk, daemon }) => {
      const whole = async (/** @type {string} */ screen) => {
        const { wanted, has } = await desk.page.evaluate(() => ({ wanted: document.documentElement.scrollWidth, has: window.innerWidth }));
        expect(wanted, `${screen} does not scroll sideways`).toBeLessThanOrEqual(has);
        await desk.screenshot(`${look}-${screen}`);
        await desk.isAccessible();
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
      await desk.hold.click();
      await desk.phase('on hold');
      await whole('6-on-hold');
      await daemon.farEnd(call, 'hangup');
      await desk.phase('wrap-up');
      await whole('7-wrap-up');
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
  await desk.page.getByRole('button', { name: 'Show the page in German' }).or(desk.page.locator('#language')).click();
  await expect(desk.page.getByRole('button', { name: /^Status: / })).toBeVisible();
});
