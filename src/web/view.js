// Draws the strip: state, cards, buttons, banner, bottom line. Decides nothing; every press goes to the `Intents`.

import { activeLeg, callPhase, changesBetween, otherParty } from './picture.js';
import { focusedCall, inService } from './store.js';
import { byId, h, icon, setAttribute, setIcon, setText, show } from './dom.js';
import { answerButton, callFields, cardVariables, endButton, endedText, holdButton, note, pendingText, phaseText, reasonText, who } from './controls.js';
import { agentStateLook } from './controls.js';
import { duration, readableNumber } from './format.js';
import { Menu, stateLook } from './menu.js';
import { text } from './texts.js';

/** @typedef {import('./store.js').State} State */
/** @typedef {import('./store.js').Control} Control */
/** @typedef {import('./picture.js').Interaction} Interaction */
/** @typedef {import('./texts.js').TextKey} TextKey */

/**
 * @typedef {object} Intents
 * @property {() => void} answer
 * @property {() => void} hold
 * @property {() => void} end
 * @property {() => void} cancelNext
 * @property {(path: string) => void} focus
 * @property {(number: string) => void} copy
 * @property {() => void} dismissBanner
 */

/** What the End place does must stand this long before a press counts: nobody ends, rejects or finishes what just came under the mouse. */
export const GUARD_MS = 1_000;

export class View {
  #intents;
  /** @type {Menu} */ menu;
  /** @type {Map<string, ReturnType<View['makeCard']>>} */ #cards = new Map();
  /** What the End place did when it could last be pressed, and when that was. */ #end = { does: '', usableAt: 0, guardedUntil: 0, answering: false };
  #bar = byId('bar');

  /**
   * @param {Intents} intents
   * @param {import('./menu.js').MenuActions} menuActions
   */
  constructor(intents, menuActions) {
    this.#intents = intents;
    this.menu = new Menu(byId('state-menu'), byId('state'), menuActions);
    byId('answer').addEventListener('click', intents.answer);
    byId('hold').addEventListener('click', intents.hold);
    byId('end').addEventListener('click', intents.end);
    byId('state-next').addEventListener('click', intents.cancelNext);
    byId('banner-close').addEventListener('click', intents.dismissBanner);
    this.#bar.addEventListener('keydown', (event) => this.#arrow(event));
    this.#bar.addEventListener('focusin', (event) => {
      if (event.target instanceof HTMLButtonElement) this.#rove(event.target);
    });
  }

  /**
   * @param {State} state
   * @param {number} now
   */
  render(state, now) {
    show(byId('sign-in'), state.phase !== 'signedIn');
    show(byId('bar-page'), state.phase === 'signedIn');
    if (state.phase !== 'signedIn') return;
    byId('bar-page').classList.toggle('down', !inService(state));
    this.#renderState(state, now);
    this.#renderCards(state, now);
    this.#renderButtons(state, now);
    this.#renderBanner(state, now);
    this.#renderLine(state, now);
    this.menu.render(state);
    this.#rove(null);
  }

  /** Whether the End place has just changed its meaning. @param {number} now */
  endIsGuarded(now) {
    return now < this.#end.guardedUntil;
  }

  /** Puts the focus on the bar's one tab stop. */
  focusBar() {
    this.#stops().find((stop) => stop.tabIndex === 0)?.focus();
  }

  /** @param {State} state @param {number} now */
  #renderState(state, now) {
    const agent = state.picture.agent;
    const look = stateLook(state);
    const button = byId('state');
    const reason = agent && look.tone === 'notready' ? reasonText(agent.reason) : '';
    const left = agent?.until ? text('endsIn', { time: duration(agent.until - now) }) : '';
    setAttribute(button, 'data-tone', look.tone);
    setAttribute(button, 'aria-label', text('stateButton', { state: [look.word, reason].filter(Boolean).join(', ') }));
    setIcon(byId('state-icon'), look.icon);
    setText(byId('state-word'), look.word);
    setText(byId('state-detail'), reason || left);
    setText(byId('state-timer'), agent ? duration(now - agent.since) : '');
    button.classList.toggle('working', state.pending.state !== undefined || state.pending.signOut !== undefined);
    setAttribute(button, 'aria-busy', state.pending.state !== undefined ? 'true' : null);

    const pending = agent?.pending && agent.pending.state !== agent.state ? agent.pending : null;
    show(byId('state-next'), pending !== null);
    if (pending) {
      setText(byId('state-next-text'), text('thenState', { state: pendingText(pending) }));
      setAttribute(byId('state-next'), 'aria-label', text('cancelNext', { state: pendingText(pending) }));
    }
    this.#note(byId('state-note'), note(state, ['state', 'signOut'], ''));
    show(byId('state-note'), byId('state-note').textContent !== '');
  }

  /** @param {State} state @param {number} now */
  #renderCards(state, now) {
    const zone = byId('cards');
    const calls = state.picture.interactions;
    const focused = focusedCall(state);
    for (const [path, card] of this.#cards) {
      if (calls.some((call) => call.path === path)) continue;
      const hadFocus = card.root.contains(document.activeElement);
      card.root.remove();
      this.#cards.delete(path);
      if (hadFocus) this.focusBar();
    }
    for (const call of calls) {
      let card = this.#cards.get(call.path);
      if (card === undefined) {
        card = this.makeCard(call.path);
        this.#cards.set(call.path, card);
        zone.append(card.root);
      }
      this.#fillCard(card, call, call === focused, now);
    }
    zone.classList.toggle('many', calls.length > 1);
    const empty = zone.querySelector('.no-call');
    if (calls.length === 0 && empty === null) zone.append(h('p', { class: 'no-call' }, text('noCall')));
    else if (calls.length > 0) empty?.remove();
    else if (empty !== null) setText(empty, text('noCall'));
  }

  /** @param {string} path */
  makeCard(path) {
    const directionIcon = icon('in');
    const direction = h('span');
    const number = h('button', { type: 'button', class: 'call-number' });
    const name = h('span', { class: 'call-name' });
    const line = h('div', { class: 'call-line' });
    const variables = h('div', { class: 'call-line call-variables' });
    const phase = h('span', { class: 'call-phase' });
    const timer = h('span', { class: 'call-timer timer' });
    const root = h(
      'div',
      { class: 'call', role: 'group' },
      h('div', { class: 'call-direction' }, directionIcon, direction),
      h('div', { class: 'call-who' }, number, name),
      line,
      variables,
      h('div', { class: 'call-times' }, timer, phase),
    );
    number.addEventListener('click', () => this.#intents.copy(number.dataset['number'] ?? ''));
    root.addEventListener('click', (event) => {
      if (!(event.target instanceof HTMLButtonElement)) this.#intents.focus(path);
    });
    return { root, directionUse: /** @type {Element} */ (directionIcon.firstElementChild), direction, number, name, line, variables, phase, timer };
  }

  /**
   * @param {ReturnType<View['makeCard']>} card
   * @param {Interaction} call
   * @param {boolean} focused
   * @param {number} now
   */
  #fillCard(card, call, focused, now) {
    const phase = callPhase(call);
    const party = otherParty(call);
    const look = { INBOUND: ['in', 'directionIn'], OUTBOUND: ['out', 'directionOut'], INTERNAL: ['internal', 'directionInternal'] }[call.direction];
    setAttribute(card.root, 'data-phase', phase);
    setAttribute(card.root, 'aria-label', `${who(call)}, ${phaseText(call)}`);
    setAttribute(card.root, 'aria-current', focused ? 'true' : null);
    card.root.classList.toggle('focused', focused);
    setIcon(card.directionUse, look[0] ?? 'in');
    setText(card.direction, text(/** @type {TextKey} */ (look[1])));
    setText(card.number, readableNumber(party.number) || text('numberWithheld'));
    setAttribute(card.number, 'data-number', party.number);
    setAttribute(card.number, 'title', party.number || null);
    setAttribute(card.number, 'aria-label', party.number ? text('copyNumber', { number: readableNumber(party.number) }) : text('numberWithheld'));
    setText(card.name, party.name);

    const fields = Object.fromEntries(callFields(call).map((field) => [field.key, field]));
    const queue = fields['queueName'];
    const dnis = fields['DNIS'] ?? fields['dialedNumber'];
    const facts = phase === 'ended' ? [endedText(call)] : [];
    this.#facts(card.line, [
      ...facts.map((value) => ({ label: '', value })),
      ...(queue ? [{ label: '', value: queue.value }] : []),
      ...(dnis && call.direction === 'INBOUND' && phase !== 'ended' ? [{ label: text('cardTo'), value: dnis.value }] : []),
    ]);
    this.#facts(card.variables, cardVariables(call).map((value) => ({ label: '', value })));

    const leg = activeLeg(call);
    setText(card.phase, phase === 'held' && leg ? `${phaseText(call)} ${duration(now - leg.since)}` : phaseText(call));
    setText(card.timer, duration(now - call.since));
  }

  /**
   * @param {HTMLElement} line
   * @param {{label: string, value: string}[]} facts
   */
  #facts(line, facts) {
    const drawn = JSON.stringify(facts);
    if (line.dataset['drawn'] === drawn) return;
    line.dataset['drawn'] = drawn;
    line.replaceChildren(...facts.map(({ label, value }) => h('span', {}, label ? `${label} ` : '', h('b', { dir: 'auto' }, value))));
  }

  /** @param {State} state @param {number} now */
  #renderButtons(state, now) {
    const answer = answerButton(state);
    this.#button('answer', answer, state, ['answer']);

    const hold = holdButton(state);
    setText(byId('hold-word'), text(hold.does === 'retrieve' ? 'retrieve' : 'hold'));
    setIcon(byId('hold-icon'), hold.does === 'retrieve' ? 'retrieve' : 'hold');
    setAttribute(byId('hold'), 'aria-pressed', hold.target !== '' ? String(hold.does === 'retrieve') : null);
    this.#button('hold', hold, state, ['hold']);

    const end = endButton(state);
    if (end.target !== '') {
      // Whoever has just pressed Answer knows that Reject becomes End.
      const expected = this.#end.does === 'reject' && end.does === 'end' && (this.#end.answering || state.pending.answer !== undefined);
      if (end.does !== this.#end.does && now - this.#end.usableAt < GUARD_MS && !expected) this.#end.guardedUntil = now + GUARD_MS;
      this.#end.does = end.does;
      this.#end.usableAt = now;
    }
    this.#end.answering = state.pending.answer !== undefined;
    setText(byId('end-word'), text(end.does === 'reject' ? 'reject' : end.does === 'finish' ? 'finish' : 'end'));
    setIcon(byId('end-icon'), end.does === 'finish' ? 'finish' : 'end');
    setAttribute(byId('end'), 'data-does', end.does);
    this.#button('end', end, state, ['end', 'finish']);
  }

  /**
   * @param {'answer' | 'hold' | 'end'} id
   * @param {import('./controls.js').Button} button
   * @param {State} state
   * @param {Control[]} controls
   */
  #button(id, button, state, controls) {
    const element = byId(id);
    const working = controls.some((control) => state.pending[control] !== undefined);
    setAttribute(element, 'aria-label', button.name);
    setAttribute(element, 'aria-disabled', button.target === '' ? 'true' : null);
    setAttribute(element, 'aria-busy', working ? 'true' : null);
    element.classList.toggle('working', working);
    this.#note(byId(`${id}-note`), note(state, controls, button.why));
  }

  /**
   * @param {HTMLElement} element
   * @param {{text: string, kind: string}} said
   */
  #note(element, said) {
    setText(element, said.text);
    element.classList.toggle('failed', said.kind === 'failed');
    element.classList.toggle('shown', said.kind === 'failed' || said.kind === 'late');
    setAttribute(element, 'role', said.kind === 'failed' ? 'alert' : null);
  }

  /** @param {State} state @param {number} now */
  #renderBanner(state, now) {
    const banner = byId('banner');
    const downSince = state.link.downSince;
    const down = downSince !== null && state.picture.initialized;
    const back = state.back !== null && !down ? state.back : null;
    show(banner, down || back !== null);
    banner.classList.toggle('down', down);
    show(byId('banner-close'), !down);
    if (down) {
      setText(byId('banner-text'), text(state.link.socket === 'open' ? 'bannerSwitching' : 'bannerOffline'));
      setText(byId('banner-timer'), text('bannerSince', { time: duration(now - downSince) }));
    } else if (back !== null) {
      setText(byId('banner-text'), `${text('backAgain', { time: duration(back.downFor) })} ${this.#changes(state)}`);
      setText(byId('banner-timer'), '');
    }
  }

  /** @param {State} state */
  #changes(state) {
    if (state.back === null) return '';
    const changes = state.back.changes ?? changesBetween(state.back.before, state.picture);
    if (changes.length === 0) return text('backNothing');
    return changes
      .map((change) => {
        if (change.kind === 'agent') return text('backState', { state: agentStateLook(change.agent.state).word });
        const values = { who: who(change.interaction), state: phaseText(change.interaction) };
        return text(change.kind === 'ended' ? 'backCallEnded' : change.kind === 'new' ? 'backCallNew' : 'backCallState', values);
      })
      .join(' ');
  }

  /** @param {State} state @param {number} now */
  #renderLine(state, now) {
    const lamp = lampOf(state);
    setAttribute(byId('lamp'), 'data-lamp', lamp.kind);
    const seconds = state.link.downSince === null ? null : Math.max(0, Math.floor((now - state.link.downSince) / 1000));
    setText(byId('lamp-word'), seconds === null ? text(lamp.key) : text('lampSeconds', { text: text(lamp.key), seconds }));
    setText(byId('line-agent'), state.picture.agent ? text('agentLine', { id: state.picture.agent.id }) : '');
    setText(byId('line-extension'), state.picture.channel ? text('extensionLine', { id: state.picture.channel.endpoint }) : '');
  }

  /** The bar's buttons in the order of the screen. @returns {HTMLButtonElement[]} */
  #stops() {
    return [...this.#bar.querySelectorAll('button')].filter((button) => !button.hidden);
  }

  /**
   * One tab stop for the whole bar.
   * @param {HTMLButtonElement | null} chosen
   */
  #rove(chosen) {
    const stops = this.#stops();
    const current = chosen ?? stops.find((stop) => stop === document.activeElement) ?? stops.find((stop) => stop.tabIndex === 0 && stop.hasAttribute('tabindex')) ?? stops[0];
    for (const stop of stops) setAttribute(stop, 'tabindex', stop === current ? '0' : '-1');
  }

  /** @param {KeyboardEvent} event */
  #arrow(event) {
    if (event.ctrlKey || event.altKey || event.shiftKey || event.metaKey) return;
    const stops = this.#stops();
    const at = stops.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    if (at < 0) return;
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: stops.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    stops[(to + stops.length) % stops.length]?.focus();
  }
}

/**
 * @param {State} state
 * @returns {{kind: string, key: TextKey}}
 */
export function lampOf(state) {
  if (state.link.downSince === null) return { kind: 'in', key: 'lampInService' };
  if (state.link.socket === 'open') return { kind: 'switching', key: 'lampSwitching' };
  return state.picture.initialized ? { kind: 'offline', key: 'lampOffline' } : { kind: 'offline', key: 'lampConnecting' };
}
