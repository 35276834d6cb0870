// Draws the strip: state, cards, buttons, banner, bottom line. Decides nothing; every press goes to the `Intents`.

import { activeLeg, callPhase, changesBetween, consultLeg, legParty, legPhase, otherParty, primaryLeg } from './picture.js';
import { focusedCall, inService } from './store.js';
import { byId, h, icon, setAttribute, setIcon, setText, show } from './dom.js';
import {
  agentStateLook,
  answerButton,
  callFields,
  cardVariables,
  conferenceButton,
  consultButton,
  endButton,
  endedText,
  holdButton,
  keypadButton,
  legWho,
  note,
  otherParties,
  pendingText,
  phaseText,
  phaseWord,
  reasonText,
  recordButton,
  transferButton,
  who,
} from './controls.js';
import { duration, readableNumber } from './format.js';
import { Menu, stateLook } from './menu.js';
import { failureText, text } from './texts.js';

/** @typedef {import('./store.js').State} State */
/** @typedef {import('./store.js').Control} Control */
/** @typedef {import('./picture.js').Interaction} Interaction */
/** @typedef {import('./picture.js').Conversation} Conversation */
/** @typedef {import('./texts.js').TextKey} TextKey */

/** @typedef {'answer' | 'hold' | 'consult' | 'transfer' | 'conference' | 'keypad' | 'record' | 'end'} Place */

/** What each place does now, in the order of the screen. @type {readonly [Place, (state: State) => import('./controls.js').Button][]} */
export const PLACES = [
  ['answer', answerButton],
  ['hold', holdButton],
  ['consult', consultButton],
  ['transfer', transferButton],
  ['conference', conferenceButton],
  ['keypad', keypadButton],
  ['record', recordButton],
  ['end', endButton],
];

/** @type {Record<import('./controls.js').Button['does'], {word: TextKey, icon: string}>} */
const LOOKS = {
  answer: { word: 'answer', icon: 'answer' },
  hold: { word: 'hold', icon: 'hold' },
  retrieve: { word: 'retrieve', icon: 'retrieve' },
  swap: { word: 'swap', icon: 'swap' },
  consult: { word: 'consult', icon: 'consult' },
  back: { word: 'back', icon: 'back' },
  transfer: { word: 'transfer', icon: 'transfer' },
  transferConsult: { word: 'transfer', icon: 'transfer' },
  conference: { word: 'conference', icon: 'conference' },
  keypad: { word: 'keypad', icon: 'dial' },
  record: { word: 'record', icon: 'record' },
  recordStop: { word: 'recordStop', icon: 'stop' },
  end: { word: 'end', icon: 'end' },
  reject: { word: 'reject', icon: 'end' },
  finish: { word: 'finish', icon: 'finish' },
};

/**
 * @typedef {object} Intents
 * @property {(place: Place) => void} press
 * @property {() => void} cancelNext
 * @property {(path: string) => void} focus
 * @property {(number: string) => void} copy
 * @property {() => void} dismissBanner
 * @property {() => void} takeOver
 */

/** What the End place does must stand this long before a press counts: nobody ends, rejects or finishes what just came under the mouse. */
export const GUARD_MS = 1_000;

export class View {
  #intents;
  /** @type {Menu} */ menu;
  /** @type {Map<string, ReturnType<View['makeCard']>>} */ #cards = new Map();
  /** What the End place did when it could last be pressed, and when that was. */ #end = { does: '', usableAt: 0, guardedUntil: 0, ownAt: 0 };
  #bar = byId('bar');
  /** The call's variables that the site wants on the card. @type {string[]} */ cardVariables = [];

  /**
   * @param {Intents} intents
   * @param {import('./menu.js').MenuActions} menuActions
   */
  constructor(intents, menuActions) {
    this.#intents = intents;
    this.menu = new Menu(byId('state-menu'), byId('state'), menuActions);
    for (const [place] of PLACES) {
      const button = byId(place);
      const slot = button.parentElement;
      button.addEventListener('click', () => {
        // A press that does nothing is a question: why not?
        slot?.classList.toggle('pressed', button.getAttribute('aria-disabled') !== 'true');
        intents.press(place);
      });
      for (const leaving of ['pointerleave', 'focusout']) slot?.addEventListener(leaving, () => slot.classList.remove('pressed'));
    }
    byId('state-next').addEventListener('click', intents.cancelNext);
    byId('banner-close').addEventListener('click', intents.dismissBanner);
    byId('banner-take').addEventListener('click', intents.takeOver);
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
    show(byId('state-next'), pending !== null && state.mode === 'command');
    if (pending) {
      setText(byId('state-next-text'), text('thenState', { state: pendingText(pending) }));
      setAttribute(byId('state-next'), 'aria-label', text('cancelNext', { state: pendingText(pending) }));
    }
    this.#note(byId('state-note'), note(state, state.mode === 'mirror' ? [] : ['state', 'signOut'], ''));
    show(byId('state-note'), byId('state-note').textContent !== '');
  }

  /** @param {State} state @param {number} now */
  #renderCards(state, now) {
    const zone = byId('cards');
    const calls = state.picture.interactions;
    const focused = focusedCall(state);
    // A consultation stands beside its call, so that both are seen while the agent goes to and fro.
    const cards = calls.flatMap((call) => {
      const consult = consultLeg(call);
      return consult ? [{ key: call.path, call, leg: primaryLeg(call) }, { key: consult.path, call, leg: consult }] : [{ key: call.path, call, leg: activeLeg(call) }];
    });
    for (const [key, card] of this.#cards) {
      if (cards.some((one) => one.key === key)) continue;
      const hadFocus = card.root.contains(document.activeElement);
      card.root.remove();
      this.#cards.delete(key);
      if (hadFocus) this.focusBar();
    }
    for (const [at, { key, call, leg }] of cards.entries()) {
      let card = this.#cards.get(key);
      if (card === undefined) {
        card = this.makeCard(call.path);
        this.#cards.set(key, card);
      }
      if (zone.children[at] !== card.root) zone.insertBefore(card.root, zone.children[at] ?? null);
      const framed = call === focused && (leg === null || consultLeg(call) === null || leg === activeLeg(call));
      if (leg !== null && leg.role === 'consult') this.#fillConsult(card, leg, framed, now);
      else this.#fillCard(card, call, leg, framed, now);
    }
    zone.classList.toggle('many', cards.length > 1);
    zone.classList.toggle('crowd', cards.length > 2);
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
   * @param {Conversation | null} leg
   * @param {boolean} focused
   * @param {number} now
   */
  #fillCard(card, call, leg, focused, now) {
    const phase = consultLeg(call) && leg ? legPhase(leg) : callPhase(call);
    const party = otherParty(call);
    const look = { INBOUND: ['in', 'directionIn'], OUTBOUND: ['out', 'directionOut'], INTERNAL: ['internal', 'directionInternal'] }[call.direction];
    this.#fillHead(card, phase, focused, look[0] ?? 'in', text(/** @type {TextKey} */ (look[1])), who(call), party);
    const fields = Object.fromEntries(callFields(call).map((field) => [field.key, field]));
    const queue = fields['queueName'];
    const dnis = fields['DNIS'] ?? fields['dialedNumber'];
    const facts = phase === 'ended' ? [endedText(call)] : [];
    const others = phase === 'ended' ? [] : otherParties(call).filter((one) => one !== who(call));
    this.#facts(card.line, [
      ...(others.length > 0 ? [{ label: text('cardConference'), value: others.join(', ') }] : []),
      ...facts.map((value) => ({ label: '', value })),
      ...(queue ? [{ label: '', value: queue.value }] : []),
      ...(dnis && call.direction === 'INBOUND' && phase !== 'ended' ? [{ label: text('cardTo'), value: dnis.value }] : []),
    ]);
    this.#facts(card.variables, cardVariables(call, this.cardVariables).map((value) => ({ label: '', value })));

    setText(card.phase, phase === 'held' && leg ? `${phaseWord(phase)} ${duration(now - leg.since)}` : phaseWord(phase));
    setText(card.timer, duration(now - call.since));
  }

  /**
   * @param {ReturnType<View['makeCard']>} card
   * @param {Conversation} leg
   * @param {boolean} focused
   * @param {number} now
   */
  #fillConsult(card, leg, focused, now) {
    const phase = legPhase(leg);
    this.#fillHead(card, phase, focused, 'consult', '', legWho(leg), legParty(leg));
    this.#facts(card.line, [{ label: '', value: text('consulting') }]);
    this.#facts(card.variables, []);
    setText(card.phase, phaseWord(phase));
    setText(card.timer, duration(now - leg.since));
  }

  /**
   * @param {ReturnType<View['makeCard']>} card
   * @param {string} phase
   * @param {boolean} focused
   * @param {string} picture
   * @param {string} direction
   * @param {string} name
   * @param {{number: string, name: string}} party
   */
  #fillHead(card, phase, focused, picture, direction, name, party) {
    setAttribute(card.root, 'data-phase', phase);
    setAttribute(card.root, 'aria-label', `${name}, ${phaseWord(/** @type {import('./picture.js').Phase} */ (phase))}`);
    setAttribute(card.root, 'aria-current', focused ? 'true' : null);
    card.root.classList.toggle('focused', focused);
    setIcon(card.directionUse, picture);
    setText(card.direction, direction);
    setText(card.number, readableNumber(party.number) || text('numberWithheld'));
    setAttribute(card.number, 'data-number', party.number);
    setAttribute(card.number, 'title', party.number || null);
    setAttribute(card.number, 'aria-label', party.number ? text('copyNumber', { number: readableNumber(party.number) }) : text('numberWithheld'));
    setText(card.name, party.name);
  }

  /**
   * @param {HTMLElement} line
   * @param {{label: string, value: string}[]} facts
   */
  #facts(line, facts) {
    const drawn = JSON.stringify(facts);
    if (line.dataset['drawn'] === drawn) return;
    line.dataset['drawn'] = drawn;
    // The blanks between them are for those who hear the line.
    line.replaceChildren(...facts.flatMap(({ label, value }) => [h('span', {}, label ? `${label} ` : '', h('b', { dir: 'auto' }, value)), ' ']));
  }

  /** @param {State} state @param {number} now */
  #renderButtons(state, now) {
    for (const [place, button] of PLACES) this.#button(place, button(state), state, place === 'end' ? ['end', 'finish'] : [place]);
    const hold = holdButton(state);
    setAttribute(byId('hold'), 'aria-pressed', hold.target !== '' && hold.does !== 'swap' ? String(hold.does === 'retrieve') : null);
    const record = recordButton(state);
    setAttribute(byId('record'), 'aria-pressed', record.target !== '' ? String(record.does === 'recordStop') : null);
    const end = endButton(state);
    setAttribute(byId('end'), 'data-does', end.does);
    // Whoever has just answered or dialled knows what End ends.
    if (state.pending.answer !== undefined || state.pending.dial !== undefined || state.pending.team !== undefined) this.#end.ownAt = now;
    if (end.target !== '') {
      const expected = end.does === 'end' && now - this.#end.ownAt < GUARD_MS;
      if (end.does !== this.#end.does && now - this.#end.usableAt < GUARD_MS && !expected) this.#end.guardedUntil = now + GUARD_MS;
      if (expected) this.#end.guardedUntil = 0;
      this.#end.does = end.does;
      this.#end.usableAt = now;
    }
  }

  /**
   * @param {Place} id
   * @param {import('./controls.js').Button} button
   * @param {State} state
   * @param {Control[]} controls
   */
  #button(id, button, state, controls) {
    const element = byId(id);
    const working = controls.some((control) => state.pending[control] !== undefined);
    setText(byId(`${id}-word`), text(LOOKS[button.does].word));
    setIcon(byId(`${id}-icon`), LOOKS[button.does].icon);
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
    const looksOn = state.mode === 'mirror' && !down;
    const back = state.back !== null && !down && !looksOn ? state.back : null;
    show(banner, down || looksOn || back !== null);
    banner.classList.toggle('down', down);
    show(byId('banner-close'), back !== null);
    show(byId('banner-take'), looksOn);
    if (down) {
      setText(byId('banner-text'), text(state.link.socket === 'open' ? 'bannerSwitching' : 'bannerOffline'));
      setText(byId('banner-timer'), text('bannerSince', { time: duration(now - downSince) }));
    } else if (looksOn) {
      const failure = state.failures.signOut;
      setText(byId('banner-text'), failure ? failureText(failure) : text('mirrorBanner'));
      setText(byId('banner-timer'), '');
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
