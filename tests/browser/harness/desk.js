// An agent's desk: the page as a person finds it, by roles and names, never by structure.

import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import AxeBuilder from '@axe-core/playwright';
import { expect, test as base } from '@playwright/test';
import { Daemon } from './daemon.js';

export const SCREENSHOTS = fileURLToPath(new URL('../screenshots/', import.meta.url));
mkdirSync(SCREENSHOTS, { recursive: true });

export { expect };

export class Desk {
  /**
   * @param {import('@playwright/test').Page} page
   * @param {Daemon} daemon
   */
  constructor(page, daemon) {
    this.page = page;
    this.daemon = daemon;
    this.state = page.getByRole('button', { name: /^State: / });
    this.answer = page.getByRole('button', { name: /^Answer/ });
    this.hold = page.getByRole('button', { name: /^(Hold|Retrieve)/ });
    this.end = page.locator('#end');
    this.cards = page.locator('.call');
    this.lamp = page.locator('#lamp');
    this.number = page.getByRole('textbox', { name: 'Number' });
    this.dialButton = page.getByRole('button', { name: 'Call', exact: true });
    this.finishWrapUp = page.getByRole('button', { name: 'Finish wrap-up', exact: true });
    this.signInButton = page.getByRole('button', { name: 'Sign in' });
  }

  /**
   * @param {string} id
   * @param {{password?: string, extension?: string}} [more]
   */
  async fillSignIn(id, { password = '1234', extension = `3${id.slice(1)}` } = {}) {
    await this.page.goto(this.daemon.page);
    await this.page.getByLabel('Agent ID').fill(id);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByLabel('Extension').fill(extension);
  }

  /** @param {string} id */
  async signIn(id) {
    await this.fillSignIn(id);
    await this.signInButton.click();
    await this.inState(/Not ready/);
  }

  /** @param {RegExp} state */
  async inState(state) {
    await expect(this.state).toHaveAccessibleName(new RegExp(`State: .*${state.source}`));
  }

  async ready() {
    await this.state.click();
    await this.page.getByRole('menuitemradio', { name: 'Ready', exact: true }).click();
    await this.inState(/Ready/);
  }

  async notReady() {
    await this.state.click();
    await this.page.getByRole('menuitemradio', { name: /^Not ready/ }).click();
    await this.inState(/Not ready/);
  }

  /** Opens the page of the menu that asks whether to sign out; with the reason, signs out. @param {RegExp} reason */
  async signOut(reason) {
    await this.state.click();
    await this.page.getByRole('menuitem', { name: 'Sign out', exact: true }).click();
    await this.page.getByRole('menuitem', { name: reason }).click();
  }

  /** @param {'rings' | 'dialling' | 'talking' | 'on hold' | 'wrap-up'} phase @param {number} [card] */
  async phase(phase, card = 0) {
    await expect(this.cards.nth(card)).toHaveAccessibleName(new RegExp(`, ${phase}$`));
  }

  /** @param {string} name */
  async screenshot(name) {
    await this.page.screenshot({ path: `${SCREENSHOTS}${name}.png` });
  }

  /** Nothing on the screen breaks a rule of WCAG 2.1 AA that a machine can check. */
  async isAccessible() {
    const results = await new AxeBuilder({ page: this.page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
    expect(results.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
  }
}

/**
 * Every test gets a daemon with a simulator of its own and a desk. Whatever the test does, the page must not throw, break its
 * content security policy, or ask anybody but the daemon.
 * @type {import('@playwright/test').TestType<
 *   import('@playwright/test').PlaywrightTestArgs & import('@playwright/test').PlaywrightTestOptions & {daemon: Daemon, desk: Desk},
 *   import('@playwright/test').PlaywrightWorkerArgs & import('@playwright/test').PlaywrightWorkerOptions>}
 */
export const test = base.extend({
  daemon: async ({}, use, info) => {
    const daemon = await Daemon.start();
    await use(daemon);
    if (info.status !== info.expectedStatus) writeFileSync(info.outputPath('daemon.log'), daemon.output.join(''));
    await daemon.stop();
  },
  desk: async ({ page, daemon }, use) => {
    /** @type {string[]} */
    const wrong = [];
    page.on('pageerror', (error) => wrong.push(`error: ${error.message}`));
    page.on('console', (message) => {
      // A socket that cannot be opened is told on the console by the browser itself.
      if (message.type() === 'error' && !/WebSocket connection to .* failed/.test(message.text())) wrong.push(`console: ${message.text()}`);
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(daemon.page) && !request.url().startsWith('data:')) wrong.push(`request: ${request.url()}`);
    });
    await use(new Desk(page, daemon));
    expect(wrong).toEqual([]);
  },
});
