// A tab that nobody has looked at for a minute. A headless browser hides no tab, so this one has a screen: Xvfb's.

import { spawn } from 'node:child_process';
import { chromium } from '@playwright/test';
import { Desk, expect, test } from '../harness/desk.js';

const AWAY_MS = 60_000;

/** @returns {Promise<{display: string, stop: () => void}>} */
function screen() {
  return new Promise((fulfil, reject) => {
    const server = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1400x900x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'pipe', 'ignore'] });
    server.once('error', () => reject(new Error('Xvfb is not installed: the Debian package is called xvfb')));
    server.stdout.once('data', (number) => fulfil({ display: `:${String(number).trim()}`, stop: () => server.kill() }));
  });
}

test('a call that comes after a minute in a hidden tab is there at once', async ({ daemon, launchOptions }) => {
  test.setTimeout(AWAY_MS + 120_000);
  const { display, stop } = await screen();
  const browser = await chromium.launch({ ...launchOptions, headless: false, env: { ...process.env, DISPLAY: display } });
  try {
    const context = await browser.newContext();
    const desk = new Desk(await context.newPage(), daemon);
    await desk.signIn('1001');
    await desk.ready();
    const other = await context.newPage();
    await other.bringToFront();
    await expect.poll(() => desk.page.evaluate(() => document.hidden)).toBe(true);
    await other.waitForTimeout(AWAY_MS);
    // The call ends before anybody looks, and another comes: neither may be missing.
    const missed = await daemon.call('1001');
    await expect(desk.page).toHaveTitle(/^Call: /, { timeout: 5_000 });
    await daemon.farEnd(missed, 'hangup');
    await expect(desk.page).toHaveTitle('ctibridge', { timeout: 5_000 });
    await daemon.ask('POST', '/agents/1001', { state: 'AVAILABLE' }).catch(() => {});
    await desk.page.evaluate(() => /** @type {HTMLElement} */ (document.getElementById('state')).click());
    await desk.page.evaluate(() => /** @type {HTMLElement} */ (document.querySelector('[data-item="ready"]')).click());
    await desk.inState(/Ready/);
    await daemon.call('1001');
    await expect(desk.page).toHaveTitle(/^Call: /, { timeout: 5_000 });
    expect(await desk.page.evaluate(() => document.hidden), 'still nobody looks').toBe(true);
    await desk.page.bringToFront();
    await expect(desk.cards).toHaveAccessibleName(/rings$/, { timeout: 500 });
    await desk.answer.click();
    await desk.phase('talking');
  } finally {
    await browser.close();
    stop();
  }
});
