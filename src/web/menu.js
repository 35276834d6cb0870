// The state menu: the states, their reasons, and signing out. Follows the menu pattern of the ARIA practices: one item in the
// tab order, arrow keys move, Escape closes and gives the focus back.

import { h, icon, setAttribute, show } from './dom.js';
import { agentStateLook, reasonText, standstill } from './controls.js';
import { text } from './texts.js';

/** @typedef {import('./store.js').State} State */
/** @typedef {import('./picture.js').Reason} Reason */

/**
 * @typedef {object} MenuActions
 * @property {() => void} ready
 * @property {(reason: Reason | null) => void} notReady
 * @property {() => void} work
 * @property {() => void} logIn
 * @property {(reason: Reason | null) => void} signOut
 * @property {() => void} closeForm
 */

/**
 * @typedef {{kind: 'heading', label: string} | {kind: 'line'}
 *   | {kind: 'item', id: string, label: string, icon: string | null, tone: string, checked: boolean | null, why: string, run: () => void}} Entry
 */

export class Menu {
  /** @type {HTMLElement} */ #element;
  /** @type {HTMLButtonElement} */ #opener;
  /** @type {MenuActions} */ #actions;
  /** @type {'closed' | 'main' | 'signOut'} */ #page = 'closed';
  /** @type {import('./store.js').Form | null} */ #form = null;
  /** What is drawn, to draw it again only when it changes. */ #drawn = '';
  /** @type {State | null} */ #state = null;

  /**
   * @param {HTMLElement} element
   * @param {HTMLButtonElement} opener
   * @param {MenuActions} actions
   */
  constructor(element, opener, actions) {
    this.#element = element;
    this.#opener = opener;
    this.#actions = actions;
    opener.addEventListener('click', () => (this.#page === 'closed' ? this.open('main') : this.close(true)));
    opener.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowDown' || this.#page !== 'closed') return;
      event.preventDefault();
      this.open('main');
    });
    element.addEventListener('keydown', (event) => this.#key(event));
    element.addEventListener('focusin', (event) => this.#rove(/** @type {HTMLElement} */ (event.target)));
    document.addEventListener('pointerdown', (event) => {
      const at = /** @type {Node} */ (event.target);
      if (this.#page !== 'closed' && !element.contains(at) && !opener.contains(at)) this.close(false);
    });
    element.addEventListener('focusout', (event) => {
      const to = /** @type {Node | null} */ (event.relatedTarget);
      if (to !== null && !element.contains(to) && !opener.contains(to)) this.close(false);
    });
  }

  /** @param {'main' | 'signOut'} page */
  open(page) {
    this.#page = page;
    this.#drawn = '';
    if (this.#state) this.render(this.#state);
    this.#items()[0]?.focus();
  }

  /** @param {boolean} giveFocusBack */
  close(giveFocusBack) {
    if (this.#page === 'closed') return;
    this.#page = 'closed';
    show(this.#element, false);
    setAttribute(this.#opener, 'aria-expanded', 'false');
    if (giveFocusBack) this.#opener.focus();
    if (this.#form !== null) this.#actions.closeForm();
  }

  /** @param {State} state */
  render(state) {
    this.#state = state;
    const form = state.form?.kind === 'logout' || state.form?.kind === 'notReady' || state.form?.kind === 'agentState' ? state.form : null;
    const asked = form !== null && form !== this.#form;
    this.#form = form;
    if (asked) return this.open(form.kind === 'logout' ? 'signOut' : 'main');
    if (this.#page === 'closed') return;
    const entries = this.#page === 'signOut' ? this.#signOutPage(state) : this.#mainPage(state);
    const drawn = JSON.stringify(entries);
    show(this.#element, true);
    setAttribute(this.#opener, 'aria-expanded', 'true');
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const focused = document.activeElement instanceof HTMLElement && this.#element.contains(document.activeElement) ? document.activeElement.dataset['item'] : undefined;
    this.#element.replaceChildren(...entries.map((entry) => this.#draw(entry)));
    this.#rove(this.#items()[0] ?? null);
    if (focused !== undefined) (this.#items().find((item) => item.dataset['item'] === focused) ?? this.#items()[0])?.focus();
  }

  /** @param {State} state @returns {Entry[]} */
  #mainPage(state) {
    const { agent, channel, reasons } = state.picture;
    if (state.mode === 'mirror') return [this.#item('forget', text('mirrorLeave'), 'off', 'off', null, '', () => this.#actions.signOut(null))];
    const down = standstill(state);
    // Nothing is known yet: the one thing that can be done is to stop waiting.
    if (!state.picture.initialized) return [this.#item('forget', text('signOut'), 'off', 'off', null, '', () => this.#actions.signOut(null))];
    if (channel?.state !== 'ACTIVE') {
      const extension = channel?.endpoint ?? '';
      return [
        this.#item('login', text('logInPhone', { extension }), 'ready', 'ready', null, down, this.#actions.logIn),
        { kind: 'line' },
        ...this.#signOutEntry(state, down),
      ];
    }
    const now = agent?.state ?? '';
    const next = agent?.pending?.state ?? null;
    const shownReasons = this.#form?.kind === 'notReady' && this.#form.reasons.length > 0 ? this.#form.reasons : reasons.notReady;
    const reasonNow = agent?.state === 'NOT_READY' ? (agent.reason?.code ?? null) : undefined;
    const needed = this.#form?.kind === 'notReady';
    /** @type {Entry[]} */
    const entries = [];
    if (this.#form?.kind === 'agentState') entries.push({ kind: 'heading', label: text('chooseState') });
    if (needed) entries.push({ kind: 'heading', label: text('reasonNeeded') });
    else entries.push(this.#item('ready', text('goReady'), 'ready', 'ready', now === 'AVAILABLE' || next === 'AVAILABLE', down, this.#actions.ready));
    const plainWhy = down;
    if (!needed) {
      const checked = (now === 'NOT_READY' && (reasonNow === null || shownReasons.length === 0)) || next === 'NOT_READY';
      entries.push(this.#item('notready', shownReasons.length > 0 ? text('goNotReadyPlain') : text('goNotReady'), 'notready', 'notready', checked, plainWhy, () => this.#actions.notReady(null)));
    }
    if (shownReasons.length > 0) {
      entries.push({ kind: 'heading', label: text('notReadyReasons') });
      for (const reason of shownReasons) {
        entries.push(this.#item(`reason-${reason.code}`, reasonText(reason), null, 'notready', reasonNow === reason.code, down, () => this.#actions.notReady(reason)));
      }
    }
    if (!needed) {
      if (channel.can['channel.work'] || now.startsWith('WORK_')) {
        entries.push({ kind: 'line' });
        entries.push(this.#item('work', text('goWrapUp'), 'wrapup', 'wrapup', now.startsWith('WORK_') || (next ?? '').startsWith('WORK_'), down, this.#actions.work));
      }
      entries.push({ kind: 'line' }, ...this.#signOutEntry(state, down));
    }
    return entries;
  }

  /** @param {State} state @param {string} down @returns {Entry[]} */
  #signOutEntry(state, down) {
    const why = down || (state.picture.interactions.length > 0 ? text('signOutDuringCall') : '');
    return [this.#item('signout', text('signOut'), 'off', 'off', null, why, () => this.open('signOut'))];
  }

  /** @param {State} state @returns {Entry[]} */
  #signOutPage(state) {
    const form = this.#form?.kind === 'logout' ? this.#form : null;
    const reasons = form && form.reasons.length > 0 ? form.reasons : state.picture.reasons.logout;
    const why = standstill(state) || (state.picture.interactions.length > 0 ? text('signOutDuringCall') : '');
    /** @type {Entry[]} */
    const entries = [{ kind: 'heading', label: form?.required ? text('reasonNeeded') : reasons.length > 0 ? text('signOutReasons') : text('signOutAsk') }];
    for (const reason of reasons) entries.push(this.#item(`logout-${reason.code}`, reasonText(reason), null, 'off', null, why, () => this.#actions.signOut(reason)));
    if (!form?.required) {
      entries.push(this.#item('logout', reasons.length > 0 ? text('signOutPlain') : text('signOut'), 'off', 'off', null, why, () => this.#actions.signOut(null)));
    }
    entries.push({ kind: 'line' }, this.#item('cancel', text('cancel'), 'close', 'off', null, '', () => {}));
    return entries;
  }

  /**
   * @param {string} id
   * @param {string} label
   * @param {string | null} picture
   * @param {string} tone
   * @param {boolean | null} checked null: an item that is no choice
   * @param {string} why
   * @param {() => void} run
   * @returns {Entry}
   */
  #item(id, label, picture, tone, checked, why, run) {
    return { kind: 'item', id, label, icon: picture, tone, checked, why, run };
  }

  /** @param {Entry} entry @returns {HTMLElement} */
  #draw(entry) {
    if (entry.kind === 'heading') return h('p', { role: 'presentation' }, entry.label);
    if (entry.kind === 'line') return h('hr', { role: 'separator' });
    const button = h('button', {
      type: 'button',
      role: entry.checked === null ? 'menuitem' : 'menuitemradio',
      'aria-checked': entry.checked === null ? null : String(entry.checked),
      'aria-disabled': entry.why === '' ? null : 'true',
      tabindex: '-1',
      class: entry.icon === null ? 'indent' : null,
      'data-item': entry.id,
      'data-tone': entry.tone,
    });
    if (entry.icon !== null) button.append(icon(entry.icon));
    button.append(h('span', {}, entry.label));
    if (entry.why !== '') button.append(h('small', {}, entry.why));
    else if (entry.checked) button.append(h('small', { 'aria-hidden': 'true' }, '✓'));
    button.addEventListener('click', () => {
      if (entry.why !== '') return;
      // What the item runs may open another page, which must not be closed again.
      const page = this.#page;
      if (entry.id !== 'signout') this.close(true);
      if (page !== 'closed') entry.run();
    });
    return button;
  }

  /** @returns {HTMLElement[]} */
  #items() {
    return [...this.#element.querySelectorAll('button')];
  }

  /** @param {HTMLElement | null} current */
  #rove(current) {
    for (const item of this.#items()) setAttribute(item, 'tabindex', item === current ? '0' : '-1');
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const items = this.#items();
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const go = (/** @type {number} */ index) => items[(index + items.length) % items.length]?.focus();
    if (event.key === 'ArrowDown') go(at + 1);
    else if (event.key === 'ArrowUp') go(at - 1);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(items.length - 1);
    else if (event.key === 'Escape') this.close(true);
    else if (event.key === 'Tab') return this.close(true);
    else if (/^\S$/u.test(event.key) && !event.ctrlKey && !event.altKey) {
      const letter = event.key.toLowerCase();
      const rest = [...items.slice(at + 1), ...items.slice(0, at + 1)];
      rest.find((item) => item.textContent?.trim().toLowerCase().startsWith(letter))?.focus();
      return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** @param {State} state */
export function stateLook(state) {
  const channel = state.picture.channel;
  if (channel !== null && channel.state !== 'ACTIVE') return agentStateLook('LOGOUT');
  return agentStateLook(state.picture.agent?.state ?? '');
}
