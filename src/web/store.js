// Everything the page knows, and the one pure function that changes it. The view draws a `State`; it decides nothing.
//
// The server owns every state: a pressed button only makes a `Pending` entry, and the picture changes when the server's
// event says so. A new picture (first start or resynchronisation) is collected apart and shown when it is complete, so that
// the last known one stays on the screen until then.

import { applyEvent, callPhase, changesBetween, consultLeg, dispositionList, emptyPicture, reasonList, timesOf, withTimes } from './picture.js';

/** @typedef {import('./picture.js').Picture} Picture */
/** @typedef {import('./picture.js').Interaction} Interaction */
/** @typedef {import('./picture.js').Conversation} Conversation */
/** @typedef {import('./picture.js').Change} Change */
/** @typedef {import('./picture.js').Times} Times */
/** @typedef {import('./picture.js').Reason} Reason */
/** @typedef {import('./picture.js').Disposition} Disposition */
/** @typedef {'state' | 'answer' | 'hold' | 'consult' | 'transfer' | 'conference' | 'keypad' | 'record' | 'end' | 'dial' | 'finish' | 'signOut' | 'team'} Control a place that can be pressed */
/** @typedef {{code: string, message: string, context?: string, until?: number}} Failure `until`: when the sentence goes by itself */
/** @typedef {{command?: string | null, target?: string | null, result: string, data?: any, failure?: Failure, uiExtension?: any, message?: string, original?: any}} Response */

/**
 * A command under way. It leaves when the server's event has shown its effect, or when it failed.
 * @typedef {object} Pending
 * @property {string} command
 * @property {string} target
 * @property {number} at
 * @property {boolean} answered
 * @property {boolean} late nothing seen for two seconds
 * @property {readonly string[]} before paths of the interactions at the time
 */

/**
 * A form that the server asked for, or that a command needs first.
 * @typedef {{kind: 'logout', required: boolean, reasons: readonly Reason[]}
 *   | {kind: 'notReady', reasons: readonly Reason[]}
 *   | {kind: 'agentState'}
 *   | {kind: 'disposition', target: string, required: boolean, list: readonly Disposition[]}
 *   | {kind: 'skill', destination: string, skills: readonly {id: string, skillName: string}[]}} Form
 */

/**
 * @typedef {object} State
 * @property {'signedOut' | 'signingIn' | 'signedIn'} phase
 * @property {'command' | 'mirror'} mode whether this window commands or only looks on
 * @property {Picture} picture
 * @property {Picture | null} shadow the picture being told anew
 * @property {{socket: 'closed' | 'connecting' | 'open', service: string, downSince: number | null}} link
 * @property {{before: Picture, downFor: number, at: number, changes: readonly Change[] | null} | null} back after a return
 * @property {Picture | null} beforeLoss
 * @property {string | null} focus path of the interaction that the buttons act on
 * @property {Partial<Record<Control, Pending>>} pending
 * @property {Partial<Record<Control, Failure>>} failures
 * @property {Form | null} form
 * @property {number} clockAhead
 * @property {Times} times
 * @property {readonly {who: string, number: string, direction: string}[]} recent
 * @property {{why: string | null, failure: Failure | null, confirm: string | null}} notice what the sign-in form has to say
 */

/**
 * @typedef {{type: 'frame', frame: import('./picture.js').EventFrame, now: number}
 *   | {type: 'link', socket: 'closed' | 'connecting' | 'open', now: number}
 *   | {type: 'sync', session: string}
 *   | {type: 'mode', mode: 'command' | 'mirror'}
 *   | {type: 'caughtUp', now: number}
 *   | {type: 'signingIn'}
 *   | {type: 'signedIn', now: number}
 *   | {type: 'signedOut', why?: string | null, failure?: Failure | null, confirm?: string | null}
 *   | {type: 'clock', ahead: number}
 *   | {type: 'times', times: Times}
 *   | {type: 'sent', control: Control, command: string, target: string, now: number}
 *   | {type: 'answered', control: Control, response: Response, now: number}
 *   | {type: 'failed', control: Control, failure: Failure}
 *   | {type: 'tick', now: number}
 *   | {type: 'focus', path: string | null}
 *   | {type: 'form', form: Form | null}
 *   | {type: 'teamLeft'}
 *   | {type: 'dismiss'}} Action
 */

/** After so long without the server's event a pressed button says that it still waits. */
export const LATE_MS = 2_000;
/** After so long an answered command without a visible effect is forgotten. */
export const FORGET_MS = 10_000;
/** What follows a return within this time counts as having happened meanwhile. */
export const SETTLE_MS = 1_500;
/** After so long the line about a return has been read or is of no interest. */
export const BACK_MS = 30_000;
/** How many calls the dial panel remembers. */
const RECENT = 8;

/** @returns {State} */
export function initialState() {
  return {
    phase: 'signedOut',
    mode: 'command',
    picture: emptyPicture(),
    shadow: null,
    link: { socket: 'closed', service: '', downSince: null },
    back: null,
    beforeLoss: null,
    focus: null,
    pending: {},
    failures: {},
    form: null,
    clockAhead: 0,
    times: {},
    recent: [],
    notice: { why: null, failure: null, confirm: null },
  };
}

/**
 * @param {State} state
 * @param {Action} action
 * @returns {State}
 */
export function reduce(state, action) {
  switch (action.type) {
    case 'frame':
      return settle(frame(state, action.frame, action.now), action.now);
    case 'link':
      return linkChanged({ ...state, link: { ...state.link, socket: action.socket } }, state, action.now);
    case 'sync':
      return { ...state, shadow: emptyPicture(action.session) };
    case 'mode':
      return { ...state, mode: action.mode, pending: {}, failures: {}, form: null };
    case 'caughtUp':
      return settle(linkChanged({ ...state, shadow: null }, state, action.now), action.now);
    case 'signingIn':
      return { ...state, phase: 'signingIn', notice: { why: null, failure: null, confirm: null } };
    case 'signedIn':
      return linkChanged({ ...state, phase: 'signedIn', notice: { why: null, failure: null, confirm: null } }, { ...state, link: { ...state.link, downSince: null } }, action.now);
    case 'signedOut':
      return {
        ...initialState(),
        clockAhead: state.clockAhead,
        notice: { why: action.why ?? null, failure: action.failure ?? null, confirm: action.confirm ?? null },
      };
    case 'clock':
      return { ...state, clockAhead: action.ahead };
    case 'times':
      return { ...state, times: action.times };
    case 'sent':
      return {
        ...state,
        pending: {
          ...state.pending,
          [action.control]: {
            command: action.command,
            target: action.target,
            at: action.now,
            answered: false,
            late: false,
            before: state.picture.interactions.map((one) => one.path),
          },
        },
        failures: without(state.failures, action.control),
      };
    case 'answered':
      return settle(answered(state, action.control, action.response), action.now);
    case 'failed':
      return { ...state, failures: { ...state.failures, [action.control]: action.failure } };
    case 'tick':
      return tick(state, action.now);
    case 'focus':
      return { ...state, focus: action.path ?? nextFocus({ ...state, focus: null }, state.picture) };
    case 'form':
      return { ...state, form: action.form, failures: action.form === null ? without(state.failures, 'signOut') : state.failures };
    case 'teamLeft':
      // What is not told any more is not known any more.
      return { ...state, picture: { ...state.picture, team: null } };
    case 'dismiss':
      return { ...state, back: null };
  }
}

/**
 * @param {State} state
 * @param {import('./picture.js').EventFrame} event
 * @param {number} now
 * @returns {State}
 */
function frame(state, event, now) {
  if (event.name === 'service.status') {
    const service = typeof event.data?.status === 'string' ? event.data.status : '';
    return linkChanged({ ...state, link: { ...state.link, service } }, state, now);
  }
  if (state.shadow !== null) {
    const shadow = applyEvent(state.shadow, event, now, state.clockAhead);
    if (!shadow.initialized) return { ...state, shadow };
    const picture = adopt(state, shadow);
    return linkChanged({ ...state, picture, shadow: null, focus: nextFocus(state, picture), form: keptForm(state.form, picture) }, state, now);
  }
  const picture = applyEvent(state.picture, event, now, state.clockAhead);
  if (picture === state.picture) return state;
  const next = { ...state, picture, recent: remember(state, picture), focus: nextFocus(state, picture), form: keptForm(state.form, picture) };
  // What failed at the call's buttons is of no interest once they mean something else.
  return meaning(next) === meaning(state) ? next : { ...next, failures: CALL_CONTROLS.reduce((failures, control) => without(failures, control), next.failures) };
}

/** @type {readonly Control[]} */
const CALL_CONTROLS = ['answer', 'hold', 'consult', 'transfer', 'conference', 'keypad', 'record', 'end'];

/** @param {State} state */
function meaning(state) {
  const call = focusedCall(state);
  return call === null ? '' : `${call.path} ${callPhase(call)} ${consultLeg(call)?.state}`;
}

/**
 * A picture told anew takes over what the old one knew and the server does not repeat: lists that were asked for, and times.
 * @param {State} state
 * @param {Picture} picture
 * @returns {Picture}
 */
function adopt(state, picture) {
  const old = state.picture;
  return withTimes(
    {
      ...picture,
      directory: picture.directory.length > 0 ? picture.directory : old.directory,
      dispositions: picture.dispositions ?? old.dispositions,
      team: picture.team ?? old.team,
      messages: picture.messages.length > 0 ? picture.messages : old.messages,
      reasons: {
        notReady: picture.reasons.notReady.length > 0 ? picture.reasons.notReady : old.reasons.notReady,
        logout: picture.reasons.logout.length > 0 ? picture.reasons.logout : old.reasons.logout,
      },
    },
    { ...state.times, ...timesOf(old) },
  );
}

/** Whether the server and the phone system behind it can be worked with. @param {State} state */
export function inService(state) {
  return state.link.socket === 'open' && (state.link.service === 'InService' || state.link.service === '') && state.shadow === null;
}

/**
 * Keeps the beginning of an outage and the picture of that moment, and tells the return.
 * @param {State} next
 * @param {State} previous
 * @param {number} now
 * @returns {State}
 */
function linkChanged(next, previous, now) {
  if (next.phase !== 'signedIn') return { ...next, link: { ...next.link, downSince: next.link.socket === 'open' ? null : (next.link.downSince ?? now) } };
  const wasDown = previous.link.downSince !== null;
  if (inService(next)) {
    if (!wasDown) return next;
    const downFor = now - (previous.link.downSince ?? now);
    const before = next.beforeLoss ?? next.picture;
    const back = before.initialized ? { before, downFor, at: now, changes: null } : null;
    return { ...next, link: { ...next.link, downSince: null }, beforeLoss: null, back };
  }
  if (wasDown) return next;
  return { ...next, link: { ...next.link, downSince: now }, beforeLoss: previous.picture, back: null };
}

/**
 * @param {State} state
 * @param {Control} control
 * @param {Response} response
 * @returns {State}
 */
function answered(state, control, response) {
  if (response.result === 'success') {
    const pending = state.pending[control];
    return pending ? { ...state, pending: { ...state.pending, [control]: { ...pending, answered: true } } } : state;
  }
  const done = { ...state, pending: without(state.pending, control) };
  if (response.result === 'needinfo') return remembered({ ...done, form: formOf(state, control, response) ?? state.form });
  return { ...done, failures: { ...state.failures, [control]: response.failure ?? { code: 'INTERNAL', message: response.message ?? '' } } };
}

/**
 * @param {State} state
 * @param {Control} control
 * @param {Response} response
 * @returns {Form | null}
 */
function formOf(state, control, response) {
  const wanted = response.uiExtension ?? {};
  if (wanted.type === 'disposition') {
    return { kind: 'disposition', target: response.target ?? '', required: wanted.dispositionRequired === true, list: dispositionList(wanted.dispositions) };
  }
  if (wanted.type === 'logoutreason') return { kind: 'logout', required: wanted.required !== false, reasons: reasonList(wanted.reasons) };
  if (wanted.type === 'agentstate' && control === 'state') {
    const told = reasonList(wanted.reasons);
    return { kind: 'notReady', reasons: told.length > 0 ? told : state.picture.reasons.notReady };
  }
  if (wanted.type === 'agentstate') return { kind: 'agentState' };
  if (wanted.id === 'inContact.outboundskill' && Array.isArray(wanted.skills)) {
    return {
      kind: 'skill',
      destination: typeof response.original?.data?.destination === 'string' ? response.original.data.destination : '',
      skills: wanted.skills.map((/** @type {any} */ skill) => ({ id: String(skill?.id ?? ''), skillName: String(skill?.skillName ?? skill?.id ?? '') })),
    };
  }
  return null;
}

/**
 * Reasons that were told once are offered from then on.
 * @param {State} state
 * @returns {State}
 */
function remembered(state) {
  const { form, picture } = state;
  if (form === null || !('reasons' in form) || form.reasons.length === 0) return state;
  const which = form.kind === 'logout' ? 'logout' : 'notReady';
  return { ...state, picture: { ...picture, reasons: { ...picture.reasons, [which]: form.reasons } } };
}

/**
 * Drops the commands whose effect is on the screen.
 * @param {State} state
 * @param {number} now
 * @returns {State}
 */
function settle(state, now) {
  /** @type {State['pending']} */
  let pending = state.pending;
  for (const control of /** @type {Control[]} */ (Object.keys(pending))) {
    const one = pending[control];
    if (one && (isEffective(one, state.picture) || (one.answered && now - one.at > FORGET_MS))) pending = without(pending, control);
  }
  return pending === state.pending ? state : { ...state, pending };
}

/**
 * @param {Pending} pending
 * @param {Picture} picture
 * @returns {boolean}
 */
function isEffective(pending, picture) {
  const leg = () => picture.interactions.flatMap((one) => one.conversations).find((one) => one.path === pending.target);
  const interaction = () => picture.interactions.find((one) => one.path === pending.target);
  const state = picture.agent?.state ?? '';
  const next = picture.agent?.pending?.state ?? '';
  switch (pending.command) {
    case 'conversation.answer':
      return leg()?.state !== 'ALERTING';
    case 'conversation.hold':
      return leg()?.state !== 'CONNECTED';
    case 'conversation.retrieve':
      return leg()?.state !== 'HELD';
    case 'conversation.release':
      return (leg()?.state ?? 'ENDED') === 'ENDED';
    case 'interaction.complete':
      return (interaction()?.state ?? 'COMPLETED') === 'COMPLETED';
    case 'interaction.consult': {
      const one = interaction();
      return one === undefined || consultLeg(one) !== null;
    }
    case 'interaction.reconnect':
    case 'interaction.consultconference':
    case 'interaction.consulttransfer': {
      const one = interaction();
      return one === undefined || consultLeg(one) === null;
    }
    case 'interaction.recording.start':
      return interaction()?.recording !== false;
    case 'interaction.recording.stop':
      return interaction()?.recording !== true;
    case 'conversation.transfer':
      return (leg()?.state ?? 'ENDED') === 'ENDED';
    case 'channel.dial':
      return picture.interactions.some((one) => !pending.before.includes(one.path));
    // The three below may ask for the state that is already shown, so they also need their answer. During a call the server
    // answers while the change is pending.
    case 'channel.ready':
      return pending.answered && (state !== 'NOT_READY' && !state.startsWith('WORK_') ? true : next === 'AVAILABLE');
    case 'channel.notready':
      return pending.answered && (state !== 'AVAILABLE' && !state.startsWith('WORK_') ? true : next === 'NOT_READY');
    case 'channel.work':
      return pending.answered && (state.startsWith('WORK_') || next.startsWith('WORK_') || state === 'TALKING' || state === 'HOLD');
    case 'channelgroup.activateall':
      return picture.channel?.state === 'ACTIVE';
    default:
      return pending.answered;
  }
}

/**
 * @param {State} state
 * @param {number} now
 * @returns {State}
 */
function tick(state, now) {
  let next = settle(state, now);
  for (const control of /** @type {Control[]} */ (Object.keys(next.pending))) {
    const one = next.pending[control];
    if (one && !one.late && now - one.at >= LATE_MS) next = { ...next, pending: { ...next.pending, [control]: { ...one, late: true } } };
  }
  for (const control of /** @type {Control[]} */ (Object.keys(next.failures))) {
    const until = next.failures[control]?.until;
    if (until !== undefined && now >= until) next = { ...next, failures: without(next.failures, control) };
  }
  if (next.back && next.back.changes === null && now - next.back.at >= SETTLE_MS) {
    next = { ...next, back: { ...next.back, changes: changesBetween(next.back.before, next.picture) } };
  }
  if (next.back && now - next.back.at >= BACK_MS) next = { ...next, back: null };
  return next;
}

/**
 * @param {State} state
 * @param {Picture} picture
 * @returns {State['recent']}
 */
function remember(state, picture) {
  let recent = state.recent;
  for (const one of picture.interactions) {
    const number = typeof one.data.number === 'string' ? one.data.number : '';
    const before = state.picture.interactions.find((old) => old.path === one.path);
    if (number === '' || before?.data.number === number) continue;
    recent = [{ who: number, number, direction: one.direction }, ...recent.filter((old) => old.number !== number)].slice(0, RECENT);
  }
  return recent;
}

const PHASE_ORDER = { talking: 0, dialing: 1, ringing: 2, held: 3, ended: 4 };

/**
 * The focus stays with its call, whatever rings meanwhile, so that the buttons keep their meaning. It moves when that call is
 * over or gone, and to a call that the agent has just dialled or answered.
 * @param {State} state
 * @param {Picture} picture
 * @returns {string | null}
 */
function nextFocus(state, picture) {
  const old = (/** @type {Interaction} */ call) => state.picture.interactions.find((one) => one.path === call.path);
  const taken = picture.interactions.find((call) => {
    const before = old(call);
    if (callPhase(call) === 'dialing') return before === undefined || callPhase(before) !== 'dialing';
    return callPhase(call) === 'talking' && (before === undefined || callPhase(before) === 'ringing');
  });
  if (taken) return taken.path;
  const current = picture.interactions.find((call) => call.path === state.focus);
  if (current && callPhase(current) !== 'ended') return current.path;
  const [liveliest] = [...picture.interactions].sort((a, b) => PHASE_ORDER[callPhase(a)] - PHASE_ORDER[callPhase(b)]);
  if (liveliest && current && callPhase(liveliest) === 'ended') return current.path;
  return liveliest?.path ?? null;
}

/**
 * A form for a call that is gone goes with it.
 * @param {Form | null} form
 * @param {Picture} picture
 * @returns {Form | null}
 */
function keptForm(form, picture) {
  if (form?.kind === 'disposition' && !picture.interactions.some((one) => one.path === form.target)) return null;
  if (form?.kind === 'agentState' && picture.interactions.length === 0) return null;
  return form;
}

/**
 * The call that the buttons act on.
 * @param {State} state
 * @returns {Interaction | null}
 */
export function focusedCall(state) {
  return state.picture.interactions.find((one) => one.path === state.focus) ?? null;
}

/**
 * The call that Answer and Reject mean: the one in focus if it rings, else any that rings.
 * @param {State} state
 * @returns {Interaction | null}
 */
export function ringingCall(state) {
  const focused = focusedCall(state);
  if (focused && callPhase(focused) === 'ringing') return focused;
  return state.picture.interactions.find((one) => callPhase(one) === 'ringing') ?? null;
}

/**
 * @template V
 * @param {Partial<Record<Control, V>>} record
 * @param {Control} key
 * @returns {Partial<Record<Control, V>>}
 */
function without(record, key) {
  if (!(key in record)) return record;
  const next = { ...record };
  delete next[key];
  return next;
}
