// A tab that nobody has looked at for a minute. A headless browser hides no tab, and Playwright keeps every page awake; so this
// browser has a screen (Xvfb's) and is spoken to over its debugging port directly.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { expect, test } from '../harness/desk.js';

const AWAY_MS = 60_000;

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {'stdout' | 'stderr'} stream
 * @param {RegExp} wanted
 * @returns {Promise<string>}
 */
function says(child, stream, wanted) {
  let text = '';
  return new Promise((fulfil, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`${child.spawnfile} ended: ${text.slice(-500)}`)));
    child[stream]?.on('data', (chunk) => {
      text += chunk;
      const found = wanted.exec(text);
      if (found) fulfil(String(found[1]));
    });
  });
}

class Tab {
  #socket;
  #asked = 0;
  /** @type {Map<number, (answer: any) => void>} */ #waiting = new Map();

  /** @param {string} id @param {WebSocket} socket */
  constructor(id, socket) {
    this.id = id;
    this.#socket = socket;
    socket.on('message', (text) => {
      const answer = JSON.parse(String(text));
      this.#waiting.get(answer.id)?.(answer);
    });
  }

  /** @param {string} port @param {string} url */
  static async open(port, url) {
    const target = await (await fetch(`http://127.0.0.1:${port}/json/new?${url}`, { method: 'PUT' })).json();
    const socket = new WebSocket(target.webSocketDebuggerUrl);
    await new Promise((fulfil) => socket.once('open', fulfil));
    return new Tab(target.id, socket);
  }

  /** @param {string} expression @returns {Promise<any>} */
  async see(expression) {
    const id = (this.#asked += 1);
    /** @type {any} */
    const answer = await new Promise((fulfil) => {
      this.#waiting.set(id, fulfil);
      this.#socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params: { expression, returnByValue: true } }));
    });
    return answer.result?.result?.value;
  }

  /** @param {string} expression @param {unknown} value @param {number} [timeout] */
  async becomes(expression, value, timeout = 20_000) {
    await expect.poll(() => this.see(expression), { timeout, intervals: [50] }).toEqual(value);
  }
}

test('a call that comes after a minute in a hidden tab is there at once', async ({ daemon }) => {
  test.setTimeout(AWAY_MS + 180_000);
  const folder = mkdtempSync(join(tmpdir(), 'ctibridge-hidden-'));
  const screen = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1400x900x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const display = await says(screen, 'stdout', /^(\d+)\n/).catch(() => Promise.reject(new Error('Xvfb does not run: the Debian package is called xvfb')));
  const browser = spawn(process.env['CHROMIUM'] ?? '/usr/bin/chromium', ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-sync', '--disable-component-update', '--disable-background-networking', '--remote-debugging-port=0', `--user-data-dir=${folder}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, DISPLAY: `:${display}` },
  });
  try {
    const port = await says(browser, 'stderr', /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//);
    const tab = await Tab.open(port, `${daemon.page}?lang=en`);
    const state = `document.getElementById('state')?.getAttribute('aria-label')?.split('.')[0]`;
    const menu = (/** @type {string} */ item) => tab.see(`document.getElementById('state').click(); document.querySelector('[data-item="${item}"]').click()`);
    await tab.becomes(`document.getElementById('sign-in')?.hidden`, false);
    await tab.see(`for (const [id, value] of [['agent-id', '1001'], ['password', '1234'], ['extension', '3001']]) document.getElementById(id).value = value; document.getElementById('sign-in-button').click()`);
    await tab.becomes(state, 'State: Not ready');
    await menu('ready');
    await tab.becomes(state, 'State: Ready');

    await Tab.open(port, 'about:blank');
    await tab.becomes('document.hidden', true);
    await new Promise((fulfil) => setTimeout(fulfil, AWAY_MS));
    // One call comes and goes before anybody looks, and another rings: neither may be missing.
    const call = await daemon.call('1001');
    await tab.becomes('document.title.slice(0, 5)', 'Call:', 5_000);
    await daemon.farEnd(call, 'hangup');
    await tab.becomes('document.title', 'ctibridge', 5_000);
    await menu('ready');
    await tab.becomes(state, 'State: Ready');
    await daemon.call('1001');
    await tab.becomes('document.title.slice(0, 5)', 'Call:', 5_000);
    expect(await tab.see('document.hidden'), 'still nobody looks').toBe(true);
    await fetch(`http://127.0.0.1:${port}/json/activate/${tab.id}`);
    await tab.becomes('document.hidden', false);
    expect(await tab.see(`document.querySelector('.call')?.dataset.phase`)).toBe('ringing');
    await tab.see(`document.getElementById('answer').click()`);
    await tab.becomes(`document.querySelector('.call')?.dataset.phase`, 'talking', 5_000);
  } finally {
    browser.kill();
    screen.kill();
    await new Promise((fulfil) => (browser.exitCode === null && browser.signalCode === null ? browser.once('exit', fulfil) : fulfil(undefined)));
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
  }
});
