// The shared worker: keeps the lines of all tabs of this browser, so that no sleeping tab loses a call.

import { Connection, surroundings } from './ctibridge.js';

/** @typedef {import('./ctibridge.js').Surroundings} Surroundings */

/** A tab that only reloads is back before this; then another of its agent's tabs takes over. */
const PROMOTE_MS = 2_000;

/**
 * The worker's side: one line for each tab, kept where no browser slows it down. Tabs of one session cannot fight: the first
 * commands, the others look on, and when the first is gone the next one takes over.
 */
export class Switchboard {
  /** @type {Set<any>} */ #tabs = new Set();
  #around;

  /** @param {Surroundings} [around] */
  constructor(around = surroundings()) {
    this.#around = around;
  }

  /**
   * Serves one tab.
   * @param {MessagePort} port
   */
  attach(port) {
    /** @type {any} */
    let tab = null;
    port.onmessage = ({ data }) => {
      if (data.do === 'attach' && tab === null) {
        tab = this.#open(port, String(data.url));
        // The lock is the tab's as long as it lives, however it dies.
        if (typeof data.lock === 'string') void globalThis.navigator?.locks?.request(data.lock, () => this.#gone(tab));
      } else if (tab !== null) {
        this.#serve(tab, data);
      }
    };
  }

  /**
   * @param {MessagePort} port
   * @param {string} url
   */
  #open(port, url) {
    const tell = (/** @type {object} */ message) => port.postMessage(message);
    const to = (/** @type {string} */ on) => (/** @type {any[]} */ ...args) => tell({ on, args });
    /** @type {any} */
    const tab = { url, ticket: null, mode: 'command', tell, isGone: false };
    tab.line = new Connection(
      url,
      {
        onEvent: to('onEvent'),
        onLink: to('onLink'),
        onSync: to('onSync'),
        onResumed: to('onResumed'),
        onMode: (mode) => {
          tab.mode = mode;
          tell({ on: 'onMode', args: [mode] });
        },
        onTicket: (ticket) => {
          tab.ticket = ticket;
          tell({ on: 'onTicket', args: [ticket] });
        },
        onEnd: (end) => {
          tab.ticket = null;
          tell({ on: 'onEnd', args: [end] });
        },
      },
      this.#around,
    );
    this.#tabs.add(tab);
    tell({ on: 'hello' });
    return tab;
  }

  /** @param {any} tab @param {any} asked */
  #serve(tab, asked) {
    const answer = (/** @type {unknown} */ value) => tab.tell({ on: 'answer', n: asked.n, value });
    const line = /** @type {Connection} */ (tab.line);
    switch (asked.do) {
      case 'signIn':
        return void line.signIn(asked.credentials).then(answer);
      case 'resume': {
        // A duplicated tab holds its model's ticket: it looks on, or it would throw the other out.
        const other = this.#command(tab.url, asked.ticket.session, tab);
        return void line.resume(other ? { ...asked.ticket, mirror: true } : asked.ticket).then(answer);
      }
      case 'find':
        return answer([...this.#tabs].find((one) => one !== tab && one.url === tab.url && one.ticket !== null)?.ticket ?? null);
      case 'request':
        return void line.request(asked.command, asked.target, asked.data).then(answer);
      case 'close':
        tab.ticket = null;
        return line.close();
      case 'hurry':
        line.hurry();
        return answer(true);
      case 'interrupt':
        return line.interrupt();
      case 'gone':
        return this.#gone(tab);
    }
  }

  /** @param {string} url @param {string} session @param {any} [but] */
  #command(url, session, but) {
    return [...this.#tabs].find((one) => one !== but && one.url === url && one.mode === 'command' && one.ticket?.session === session);
  }

  /** @param {any} tab */
  #gone(tab) {
    if (tab.isGone) return;
    tab.isGone = true;
    this.#tabs.delete(tab);
    const session = tab.ticket?.session;
    tab.line.close();
    if (session === undefined || tab.mode !== 'command') return;
    this.#around.later(() => {
      if (this.#command(tab.url, session)) return;
      const heir = [...this.#tabs].find((one) => one.url === tab.url && one.ticket?.session === session);
      void heir?.line.request('session.takeover', session);
    }, PROMOTE_MS);
  }
}

// A worker has this; a test that only wants the class has not.
if ('onconnect' in globalThis) {
  const switchboard = new Switchboard();
  /** @type {any} */ (globalThis).onconnect = (/** @type {MessageEvent} */ event) => {
    const [port] = event.ports;
    if (port) switchboard.attach(port);
  };
}
