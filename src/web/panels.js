// Draws the panels below the strip: the call's data and the wrap-up form, the dial box with recent calls and the directory.

import { callPhase } from './picture.js';
import { focusedCall } from './store.js';
import { byId, h, icon, setAttribute, setIcon, setText, show } from './dom.js';
import { agentStateLook, callFields, dialRefusal, note, standstill, who } from './controls.js';
import { dialable, readableNumber } from './format.js';
import { text } from './texts.js';

/** @typedef {import('./store.js').State} State */
/** @typedef {import('./picture.js').Interaction} Interaction */
/** @typedef {{dispositionId: number | null, notes: string}} Draft */

/**
 * @typedef {object} PanelIntents
 * @property {(andReady: boolean) => void} finish
 * @property {(number: string, skill?: string) => void} dial
 * @property {(mode: 'consult' | 'transfer', number: string) => void} hand consult or transfer to a number
 * @property {(mode: 'consult' | 'transfer') => import('./controls.js').Button} ask what such a press would do now
 */

/** What the number in the box is for. @typedef {'dial' | 'consult' | 'transfer'} Mode */

/** More directory entries than this are found by typing. */
const DIRECTORY_SHOWN = 50;

export class Panels {
  #intents;
  /** What was entered for each call, kept while another is in focus. @type {Map<string, Draft>} */ #drafts = new Map();
  #drawn = { fields: '', choices: '', recent: '', directory: '', skills: '' };
  /** @type {string | null} */ #call = null;
  #number = /** @type {HTMLInputElement} */ (byId('dial-number'));
  #notes = /** @type {HTMLTextAreaElement} */ (byId('wrap-up-notes'));
  /** A sentence of our own at the dial box or the wrap-up form. */ #said = { dial: '', wrapUp: '' };
  /** @type {State | null} */ #state = null;
  /** @type {Mode} */ #mode = 'dial';

  /** @param {PanelIntents} intents */
  constructor(intents) {
    this.#intents = intents;
    byId('wrap-up').addEventListener('submit', (event) => {
      event.preventDefault();
      intents.finish(false);
    });
    byId('wrap-up-ready').addEventListener('click', () => intents.finish(true));
    this.#notes.addEventListener('input', () => this.#change({ notes: this.#notes.value }));
    byId('dial-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#dial();
    });
    this.#number.addEventListener('paste', (event) => {
      const cleaned = dialable(event.clipboardData?.getData('text') ?? '');
      if (cleaned === '') return;
      event.preventDefault();
      this.#number.setRangeText(cleaned, this.#number.selectionStart ?? 0, this.#number.selectionEnd ?? 0, 'end');
      this.#typed();
    });
    this.#number.addEventListener('input', () => this.#typed());
    byId('dial-cancel').addEventListener('click', () => this.ask('dial'));
    byId('dial-panel').addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.#mode !== 'dial') this.ask('dial');
    });
  }

  /**
   * Asks for a number to consult or to transfer to; `dial` puts the box back to its own use.
   * @param {Mode} mode
   */
  ask(mode) {
    const left = this.#mode;
    this.#mode = mode;
    this.#number.value = '';
    this.#typed();
    if (mode !== 'dial') this.#number.focus();
    else if (left !== 'dial') byId(left).focus();
  }

  /** @param {State} state */
  render(state) {
    this.#state = state;
    if (state.phase !== 'signedIn') {
      this.#drafts.clear();
      this.#number.value = '';
      return;
    }
    for (const path of this.#drafts.keys()) {
      if (!state.picture.interactions.some((one) => one.path === path)) this.#drafts.delete(path);
    }
    const call = focusedCall(state);
    this.#renderCall(call);
    this.#renderWrapUp(state, call);
    this.#renderDial(state);
  }

  /** @param {string} path @returns {Draft} */
  draft(path) {
    return this.#drafts.get(path) ?? { dispositionId: null, notes: '' };
  }

  /** Says at the wrap-up form what is missing, and goes there. @param {string} sentence */
  askForDisposition(sentence) {
    this.#said.wrapUp = sentence;
    if (this.#state) this.render(this.#state);
    byId('wrap-up-list').querySelector('input')?.focus();
  }

  /** Empties the dial box once its call exists. */
  dialled() {
    this.#mode = 'dial';
    this.#number.value = '';
    this.#typed();
  }

  /** @param {Interaction | null} call */
  #renderCall(call) {
    show(byId('call-empty'), call === null);
    show(byId('call-data'), call !== null);
    setText(byId('call-panel-title'), call === null ? text('callPanel') : who(call));
    const fields = call === null ? [] : callFields(call);
    const drawn = JSON.stringify([call === null, fields, text('noData')]);
    if (drawn === this.#drawn.fields) return;
    this.#drawn.fields = drawn;
    show(byId('call-no-data'), fields.length === 0);
    byId('call-fields').replaceChildren(...fields.map((field) => h('div', {}, h('dt', {}, field.label), h('dd', { dir: 'auto' }, field.value))));
  }

  /** @param {State} state @param {Interaction | null} call */
  #renderWrapUp(state, call) {
    const ended = call !== null && callPhase(call) === 'ended' ? call : null;
    const form = byId('wrap-up');
    if (ended === null && form.contains(document.activeElement)) byId('state').focus();
    show(form, ended !== null);
    if (ended === null) {
      this.#call = null;
      this.#said.wrapUp = '';
      return;
    }
    const asked = state.form?.kind === 'disposition' && state.form.target === ended.path ? state.form : null;
    const list = asked && asked.list.length > 0 ? asked.list : (state.picture.dispositions ?? []);
    setText(byId('wrap-up-need'), asked ? text(asked.required ? 'wrapUpRequired' : 'wrapUpOptional') : '');
    const draft = this.draft(ended.path);
    const drawn = JSON.stringify([ended.path, list, text('wrapUpNoList')]);
    if (drawn !== this.#drawn.choices || this.#call !== ended.path) {
      this.#drawn.choices = drawn;
      const choices = list.map((one) => {
        const input = h('input', { type: 'radio', name: 'disposition', value: String(one.dispositionId) });
        input.checked = draft.dispositionId === one.dispositionId;
        input.addEventListener('change', () => this.#change({ dispositionId: one.dispositionId }));
        return h('label', { class: 'choice' }, input, h('span', {}, icon('finish'), one.dispositionName));
      });
      byId('wrap-up-list').replaceChildren(...(choices.length > 0 ? choices : [h('p', { class: 'quiet' }, text('wrapUpNoList'))]));
    }
    if (this.#call !== ended.path) {
      this.#call = ended.path;
      this.#notes.value = draft.notes;
    }
    const still = standstill(state);
    const usable = still === '';
    const working = state.pending.finish !== undefined;
    for (const id of ['wrap-up-finish', 'wrap-up-ready']) {
      setAttribute(byId(id), 'aria-disabled', usable ? null : 'true');
      byId(id).classList.toggle('working', working);
    }
    const said = note(state, ['finish'], still);
    const message = byId('wrap-up-message');
    setText(message, said.kind === 'failed' || said.kind === 'late' ? said.text : this.#said.wrapUp || said.text);
    message.classList.toggle('calm', said.kind !== 'failed' && this.#said.wrapUp === '');
  }

  /** @param {Partial<Draft>} change */
  #change(change) {
    if (this.#call === null) return;
    this.#drafts.set(this.#call, { ...this.draft(this.#call), ...change });
    this.#said.wrapUp = '';
    if (this.#state) this.render(this.#state);
  }

  /** @param {State} state */
  #renderDial(state) {
    // What the box was for is over, by whatever hand.
    if (this.#mode !== 'dial' && this.#intents.ask(this.#mode).does !== this.#mode) this.#mode = 'dial';
    const mode = this.#mode;
    const refusal = mode === 'dial' ? dialRefusal(state) : this.#intents.ask(mode).why;
    const button = byId('dial');
    const working = state.pending[mode] !== undefined;
    setText(byId('dial-panel-title'), text(mode === 'dial' ? 'dialPanel' : mode === 'consult' ? 'consultPanel' : 'transferPanel'));
    setText(byId('dial-word'), text(mode === 'dial' ? 'dialCall' : mode));
    setIcon(byId('dial-icon'), mode === 'dial' ? 'answer' : mode);
    show(byId('dial-cancel'), mode !== 'dial');
    byId('dial-panel').classList.toggle('asking', mode !== 'dial');
    setAttribute(button, 'aria-disabled', refusal === '' ? null : 'true');
    button.classList.toggle('working', working);
    setAttribute(button, 'aria-busy', working ? 'true' : null);
    const said = note(state, [mode], '');
    const message = byId('dial-note');
    const cleaned = this.#cleaned();
    const hint = refusal !== '' ? refusal : cleaned !== '' && cleaned !== this.#number.value ? text('dialCleaned', { number: readableNumber(cleaned) }) : '';
    setText(message, said.text || this.#said.dial || hint);
    message.classList.toggle('calm', said.kind !== 'failed' && this.#said.dial === '');
    this.#renderSkills(state);
    this.#renderRecent(state);
    this.#renderDirectory(state);
  }

  /** @param {State} state */
  #renderSkills(state) {
    const form = state.form?.kind === 'skill' ? state.form : null;
    const drawn = JSON.stringify(form);
    show(byId('dial-skills'), form !== null);
    if (drawn === this.#drawn.skills || form === null) return void (this.#drawn.skills = drawn);
    this.#drawn.skills = drawn;
    byId('dial-skills').replaceChildren(
      ...form.skills.map((skill) => {
        const button = h('button', { type: 'button', class: 'plain' }, skill.skillName);
        button.addEventListener('click', () => this.#intents.dial(form.destination, skill.id));
        return button;
      }),
    );
  }

  /** @param {State} state */
  #renderRecent(state) {
    show(byId('recent'), state.recent.length > 0);
    const drawn = JSON.stringify([state.recent, text('recent')]);
    if (drawn === this.#drawn.recent) return;
    this.#drawn.recent = drawn;
    byId('recent-list').replaceChildren(
      ...state.recent.map((one) => {
        const picture = one.direction === 'INBOUND' ? 'in' : one.direction === 'OUTBOUND' ? 'out' : 'internal';
        const button = h('button', { type: 'button', 'aria-label': text('recentCall', { who: readableNumber(one.number) }) }, icon(picture), h('b', {}, readableNumber(one.number)));
        button.addEventListener('click', () => this.#choose(one.number));
        return h('li', {}, button);
      }),
    );
  }

  /** @param {State} state */
  #renderDirectory(state) {
    const typed = this.#number.value.trim().toLocaleLowerCase();
    const matches = (/** @type {{name: string, number: string}} */ entry) => typed === '' || entry.name.toLocaleLowerCase().includes(typed) || entry.number.includes(typed);
    let left = DIRECTORY_SHOWN;
    const found = state.picture.directory
      .map((category) => ({ name: category.name, entries: category.entries.filter((entry) => matches(entry) && left-- > 0) }))
      .filter((category) => category.entries.length > 0);
    show(byId('directory'), state.picture.directory.length > 0);
    const drawn = JSON.stringify([found, text('directoryNone'), state.picture.team?.members.map((member) => [member.extension, member.state])]);
    if (drawn === this.#drawn.directory) return;
    this.#drawn.directory = drawn;
    /** @type {HTMLElement[]} */
    const lines = [];
    for (const category of found) {
      lines.push(h('li', { class: 'category' }, category.name));
      for (const entry of category.entries) {
        const label = text('directoryCall', { name: entry.name, number: entry.number });
        const colleague = state.picture.team?.members.find((member) => member.extension !== '' && member.extension === entry.number);
        const presence = colleague ? agentStateLook(colleague.state).word : '';
        const button = h('button', { type: 'button', 'aria-label': presence ? `${label}, ${presence}` : label }, h('b', {}, entry.name), ...(presence ? [h('span', { class: 'quiet' }, presence)] : []), h('small', {}, readableNumber(entry.number)));
        button.addEventListener('click', () => this.#choose(entry.number));
        lines.push(h('li', {}, button));
      }
    }
    byId('directory-list').replaceChildren(...(lines.length > 0 ? lines : [h('li', { class: 'category' }, text('directoryNone'))]));
  }

  /** A listed number goes into the box; calling it is a press of its own. @param {string} number */
  #choose(number) {
    this.#number.value = number;
    this.#typed();
    byId('dial').focus();
  }

  #typed() {
    this.#said.dial = '';
    if (this.#state) this.#renderDial(this.#state);
  }

  #dial() {
    const number = this.#cleaned();
    if (number !== '' && this.#mode !== 'dial') return this.#intents.hand(this.#mode, number);
    if (number !== '') return this.#intents.dial(number);
    this.#said.dial = text('dialEmpty');
    this.#number.focus();
    if (this.#state) this.#renderDial(this.#state);
  }

  #cleaned() {
    return dialable(this.#number.value);
  }
}
