// Somebody who reads the session history, and agents at their desks who make something to read.

import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import AxeBuilder from '@axe-core/playwright';
import { expect, test as base } from '@playwright/test';
import { Daemon } from './daemon.js';
import { Desk } from './desk.js';

const SCREENSHOTS = fileURLToPath(new URL('../screenshots/', import.meta.url));
mkdirSync(SCREENSHOTS, { recursive: true });

export { expect };

export class Reader {
  /**
   * @param {import('@playwright/test').Page} page
   * @param {Daemon} daemon
   */
  constructor(page, daemon) {
    this.page = page;
    this.daemon = daemon;
    this.rows = page.locator('#results-rows tr');
    this.signInButton = page.getByRole('button', { name: 'Sign in' });
    this.problem = page.locator('#problem-text');
    this.pieces = page.locator('#timeline .piece');
    this.said = page.locator('#results-said');
  }

  /** @param {string} [search] the address from ? on */
  async open(search = '') {
    await this.page.goto(`${this.daemon.page}history${search}`);
  }

  async signIn(id = 'demo', secret = 'demo') {
    await this.page.getByRole('textbox', { name: 'Client ID' }).fill(id);
    await this.page.getByLabel('Secret').fill(secret);
    await this.signInButton.click();
  }

  /** Opens the page at a place, as somebody who is signed in. @param {string} [search] */
  async at(search = '') {
    await this.open(search);
    await this.signIn();
    await expect(this.page.locator('#who')).toHaveText('Signed in as demo');
  }

  /** What the daemon itself says. @param {string} path */
  async ask(path) {
    const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'demo', client_secret: 'demo' });
    const token = await (await fetch(`${this.daemon.page}login/connect/token`, { method: 'POST', body: form })).json();
    const answer = await fetch(`${this.daemon.page}api/v1/${path}`, { headers: { authorization: `Bearer ${token.access_token}` } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** The newest contact, once it is as far as wanted. @param {string} status */
  async newest(status) {
    let found = /** @type {any} */ (null);
    await expect(async () => {
      [found] = await this.ask('Sessions?limit=1');
      expect(found?.status).toBe(status);
    }).toPass({ timeout: 20_000 });
    return found;
  }

  /** @param {string} name */
  async screenshot(name) {
    await this.page.screenshot({ path: `${SCREENSHOTS}history-${name}.png`, fullPage: true });
  }

  /** The page is no wider than its window. */
  async isWhole() {
    const { wanted, has } = await this.page.evaluate(() => ({ wanted: document.documentElement.scrollWidth, has: window.innerWidth }));
    expect(wanted, 'the page does not scroll sideways').toBeLessThanOrEqual(has);
  }

  /** Nothing on the screen breaks a rule of WCAG 2.1 AA that a machine can check. */
  async isAccessible() {
    const results = await new AxeBuilder({ page: this.page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
    expect(results.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
  }
}

/**
 * Every test gets a daemon with a simulator of its own, a reader, and an agent's desk in another window. Whatever the test does,
 * the history page must not throw, break its content security policy, or ask anybody but the daemon.
 * @type {import('@playwright/test').TestType<
 *   import('@playwright/test').PlaywrightTestArgs & import('@playwright/test').PlaywrightTestOptions & {environment: Record<string, string>, daemon: Daemon, reader: Reader, desk: Desk},
 *   import('@playwright/test').PlaywrightWorkerArgs & import('@playwright/test').PlaywrightWorkerOptions>}
 */
export const test = base.extend({
  environment: [{}, { option: true }],
  daemon: async ({ environment }, use, info) => {
    const daemon = await Daemon.start(environment);
    await use(daemon);
    if (info.status !== info.expectedStatus) writeFileSync(info.outputPath('daemon.log'), daemon.output.join(''));
    await daemon.stop();
  },
  reader: async ({ page, daemon }, use) => {
    /** @type {string[]} */
    const wrong = [];
    page.on('pageerror', (error) => wrong.push(`error: ${error.message}`));
    page.on('console', (message) => {
      // An answer that is a failure is told on the console by the browser itself.
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) wrong.push(`console: ${message.text()}`);
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(daemon.page) && !/^(data|blob):/.test(request.url())) wrong.push(`request: ${request.url()}`);
    });
    await use(new Reader(page, daemon));
    expect(wrong).toEqual([]);
  },
  desk: async ({ browser, daemon }, use) => {
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'en-GB' });
    await use(new Desk(await context.newPage(), daemon));
    await context.close();
  },
});
