// The supervisor's panel: who of the team does what since when, listening in and its stronger forms, texts to and fro.

import { byId, h, icon, setAttribute, setText, show } from './dom.js';
import { agentStateLook, note, reasonText, standstill } from './controls.js';
import { duration } from './format.js';
import { text } from './texts.js';

/** @typedef {import('./store.js').State} State */
/** @typedef {import('./picture.js').TeamMember} TeamMember */
/** @typedef {'MONITOR' | 'WHISPER' | 'BARGE_IN' | 'INTERCEPT' | 'CLEAR'} Supervision */

/** What can be done with a colleague's call, mildest first. @type {readonly [Supervision, import('./texts.js').TextKey][]} */
const ACTIONS = [
  ['MONITOR', 'superviseMonitor'],
  ['WHISPER', 'superviseWhisper'],
  ['BARGE_IN', 'superviseBarge'],
  ['INTERCEPT', 'superviseIntercept'],
  ['CLEAR', 'superviseClear'],
];

export class Team {
  #intents;
  /** By agent id. @type {Map<string, {root: HTMLElement, timer: HTMLElement}>} */ #rows = new Map();
  #drawn = '';
  #text = /** @type {HTMLInputElement} */ (byId('team-text'));

  /** @param {{supervise: (action: Supervision, agent: string, callId: number) => void, send: (text: string) => void}} intents */
  constructor(intents) {
    this.#intents = intents;
    byId('team-form').addEventListener('submit', (event) => {
      event.preventDefault();
      const words = this.#text.value.trim();
      if (words === '') return;
      intents.send(words);
      this.#text.value = '';
    });
  }

  /** @param {State} state @param {number} now */
  render(state, now) {
    const { team, messages, agent } = state.picture;
    const isBoss = team?.members.some((member) => member.id === agent?.id && member.supervisor) ?? false;
    const panel = byId('team-panel');
    show(panel, state.phase === 'signedIn' && (isBoss || messages.length > 0));
    if (panel.hidden) return;
    show(byId('team'), isBoss);
    setText(byId('team-title'), isBoss && team ? team.name : text('messages'));
    const still = standstill(state);
    const others = isBoss && team ? team.members.filter((member) => member.id !== agent?.id) : [];
    const members = others.filter((member) => member.state !== 'LOGOUT');
    setText(byId('team-absent'), others.length > members.length ? text('teamAbsent', { count: others.length - members.length }) : '');
    const drawn = JSON.stringify([members, still, text('superviseMonitor')]);
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset['team'] : undefined;
      this.#rows.clear();
      byId('team-list').replaceChildren(...members.map((member) => this.#row(member, still)));
      if (focused !== undefined) /** @type {HTMLElement | null} */ (byId('team-list').querySelector(`[data-team="${CSS.escape(focused)}"]`))?.focus();
    }
    for (const member of members) {
      const row = this.#rows.get(member.id);
      if (row) setText(row.timer, member.since === null ? '' : duration(now - member.since));
    }
    const said = note(state, ['team'], '');
    setText(byId('team-message'), said.kind === 'why' ? '' : said.text);
    this.#messages(state);
  }

  /** @param {TeamMember} member @param {string} still */
  #row(member, still) {
    const look = agentStateLook(member.state);
    const timer = h('span', { class: 'timer quiet' });
    const line = h(
      'div',
      { class: 'member', 'data-tone': look.tone },
      icon(look.icon),
      h('b', { dir: 'auto' }, member.name),
      h('span', {}, [look.word, member.reason ? reasonText(member.reason) : ''].filter(Boolean).join(', ')),
      timer,
    );
    const root = h('li', {}, line);
    if (member.callId !== null) {
      const callId = member.callId;
      const buttons = ACTIONS.map(([action, word]) => {
        const button = h('button', { type: 'button', class: 'plain small', 'aria-label': `${text(word)}: ${member.name}`, 'aria-disabled': still === '' ? null : 'true', title: still || null, 'data-team': `${action} ${member.id}` }, text(word));
        button.addEventListener('click', () => still === '' && this.#intents.supervise(action, member.id, callId));
        return button;
      });
      root.append(h('div', { class: 'row', role: 'group', 'aria-label': text('superviseWhom', { name: member.name }) }, ...buttons));
    }
    this.#rows.set(member.id, { root, timer });
    return root;
  }

  /** @param {State} state */
  #messages(state) {
    const list = byId('message-list');
    const drawn = JSON.stringify(state.picture.messages);
    if (list.dataset['drawn'] === drawn) return;
    list.dataset['drawn'] = drawn;
    list.replaceChildren(...state.picture.messages.map((one) => h('li', {}, h('b', { dir: 'auto' }, one.from), ' ', h('span', { dir: 'auto' }, one.text))));
    setAttribute(list, 'hidden', state.picture.messages.length === 0);
  }
}
