// The keypad: tones for the call in focus, by mouse, by the keyboard's digits while it is open, and by pasting.
//
// Tones typed faster than the phone system takes them are kept and sent together, in order.

import { byId, h, setText, show } from './dom.js';
import { keypadButton, note } from './controls.js';

/** @typedef {import('./store.js').State} State */

/** Key and letters, as printed on phones. */
const KEYS = ['1', '2 ABC', '3 DEF', '4 GHI', '5 JKL', '6 MNO', '7 PQRS', '8 TUV', '9 WXYZ', '*', '0 +', '#'];
/** What stands for a sent tone that nobody is to read. */
const DOT = '•';
/** How many sent tones stay on view. */
const SHOWN = 24;

export class Keypad {
  #panel = byId('keypad-panel');
  #send;
  #waiting = '';
  #sent = '';
  #isSending = false;
  /** The leg it was opened for. */ #target = '';
  /** @type {State | null} */ #state = null;
  /** Whether dots are shown instead of the tones; until the server has said that they need not be. */ isMasked = true;

  /** @param {(target: string, digits: string) => Promise<boolean>} send fulfils with whether the tones were taken */
  constructor(send) {
    this.#send = send;
    byId('keypad-keys').append(
      ...KEYS.map((key) => {
        const [digit = '', letters = ''] = key.split(' ');
        const button = h('button', { type: 'button', class: 'key', 'aria-label': [digit, ...letters].join(' ') }, h('b', {}, digit), h('small', { 'aria-hidden': 'true' }, letters));
        button.addEventListener('click', () => this.#press(digit));
        return button;
      }),
    );
    byId('keypad-close').addEventListener('click', () => this.close());
    this.#panel.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') {
        event.preventDefault();
        this.close();
      } else if (/^[\d*#]$/.test(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey) {
        event.preventDefault();
        this.#press(event.key);
      }
    });
    this.#panel.addEventListener('paste', (event) => {
      event.preventDefault();
      this.#press((event.clipboardData?.getData('text') ?? '').normalize('NFKC').replace(/[^\d*#]/g, ''));
    });
  }

  /** @param {string} target */
  toggle(target) {
    if (!this.#panel.hidden) return this.close();
    if (target !== this.#target) this.#sent = '';
    this.#target = target;
    this.#waiting = '';
    show(this.#panel, true);
    if (this.#state) this.render(this.#state);
    byId('keypad-keys').querySelector('button')?.focus();
  }

  close() {
    if (this.#panel.hidden) return;
    const hadFocus = this.#panel.contains(document.activeElement);
    show(this.#panel, false);
    this.#waiting = '';
    if (hadFocus) byId('keypad').focus();
  }

  /** @param {State} state */
  render(state) {
    this.#state = state;
    if (this.#panel.hidden) return;
    const button = keypadButton(state);
    if (button.target !== '' && button.target !== this.#target) return this.close();
    if (button.target === '' && state.link.downSince === null) return this.close();
    setText(byId('keypad-who'), button.name);
    const sent = this.#sent.slice(-SHOWN);
    setText(byId('keypad-sent'), this.isMasked ? DOT.repeat(sent.length) : sent);
    const said = note(state, ['keypad'], '');
    setText(byId('keypad-message'), said.kind === 'failed' || said.kind === 'late' ? said.text : '');
  }

  /** @param {string} digits */
  #press(digits) {
    this.#waiting += digits;
    void this.#flush();
  }

  async #flush() {
    if (this.#isSending) return;
    this.#isSending = true;
    while (this.#waiting !== '' && !this.#panel.hidden) {
      const digits = this.#waiting;
      this.#waiting = '';
      if (await this.#send(this.#target, digits)) this.#sent += digits;
      else this.#waiting = '';
      if (this.#state) this.render(this.#state);
    }
    this.#isSending = false;
  }
}
