// What each control does at this moment, why it cannot be pressed, and what it says. Pure: state in, plain values out.

import { activeLeg, callPhase, consultLeg, hasLiveCall, legParty, otherParty, primaryLeg } from './picture.js';
import { focusedCall, inService, ringingCall } from './store.js';
import { readableNumber } from './format.js';
import { failureText, text } from './texts.js';

/** @typedef {import('./store.js').State} State */
/** @typedef {import('./store.js').Control} Control */
/** @typedef {import('./picture.js').Interaction} Interaction */
/** @typedef {import('./picture.js').Agent} Agent */
/** @typedef {import('./texts.js').TextKey} TextKey */

/**
 * @typedef {object} Button
 * @property {'answer' | 'hold' | 'retrieve' | 'swap' | 'consult' | 'back' | 'transfer' | 'transferConsult' | 'conference' | 'keypad' | 'record' | 'recordStop' | 'end' | 'reject' | 'finish'} does
 * @property {string} target path of the object the command goes to; empty when it cannot be pressed
 * @property {string} name accessible name
 * @property {string} why why it cannot be pressed; empty when it can
 */

/**
 * Why nothing at all can be commanded now; empty when something can.
 * @param {State} state
 */
export function standstill(state) {
  if (!inService(state)) return text('notConnectedNow');
  return state.mode === 'mirror' ? text('mirrorOnly') : '';
}

/**
 * Who the call is with, for people.
 * @param {Interaction} interaction
 */
export function who(interaction) {
  const { number, name } = otherParty(interaction);
  // Before the first data nothing is known, which is not the same as a withheld number.
  if (Object.keys(interaction.data).length === 0 && number === '' && name === '') return '…';
  return name || readableNumber(number) || text('numberWithheld');
}

/**
 * Who a leg is with, for people.
 * @param {import('./picture.js').Conversation} leg
 */
export function legWho(leg) {
  const { number, name } = legParty(leg);
  return name || readableNumber(number) || '…';
}

/** @param {State} state @returns {Button} */
export function answerButton(state) {
  const call = ringingCall(state);
  const leg = call && call.conversations.find((one) => one.state === 'ALERTING');
  if (!call || !leg) return { does: 'answer', target: '', name: text('answer'), why: text('noRinging') };
  return usable(state, { does: 'answer', target: leg.path, name: text('answerCall', { who: who(call) }), why: '' });
}

/** Path of the ringing leg that Reject means; empty when nothing rings. @param {State} state */
export function rejectTarget(state) {
  return answerButton(state).target;
}

/** @param {State} state @returns {Button} */
export function holdButton(state) {
  const call = focusedCall(state);
  const phase = call && callPhase(call);
  const leg = call && activeLeg(call);
  if (!call || !leg || phase === 'ended') return { does: 'hold', target: '', name: text('hold'), why: text('noTalking') };
  if (phase === 'ringing') return { does: 'hold', target: '', name: text('hold'), why: text('waitRinging') };
  if (phase === 'dialing') return { does: 'hold', target: '', name: text('hold'), why: text('waitDialing') };
  const consult = consultLeg(call);
  if (consult && call.conversations.some((one) => one !== consult && one.state !== 'ENDED')) {
    if (!call.can['interaction.alternate']) return { does: 'swap', target: '', name: text('swap'), why: text('waitConsult') };
    return usable(state, { does: 'swap', target: call.path, name: text('swapCalls', { who: who(call), consulted: legWho(consult) }), why: '' });
  }
  if (phase === 'held') return usable(state, { does: 'retrieve', target: leg.path, name: text('retrieveCall', { who: who(call) }), why: '' });
  return usable(state, { does: 'hold', target: leg.path, name: text('holdCall', { who: who(call) }), why: '' });
}

/**
 * Asking a colleague, and the way back from it.
 * @param {State} state
 * @returns {Button}
 */
export function consultButton(state) {
  const call = focusedCall(state);
  const consult = call && consultLeg(call);
  if (call && consult) return usable(state, { does: 'back', target: call.path, name: text('backTo', { who: who(call) }), why: '' });
  if (!call || callPhase(call) === 'ended') return { does: 'consult', target: '', name: text('consult'), why: text('noConsult') };
  if (!call.can['interaction.consult']) return { does: 'consult', target: '', name: text('consult'), why: text('waitTalking') };
  return usable(state, { does: 'consult', target: call.path, name: text('consultDuring', { who: who(call) }), why: '' });
}

/**
 * Handing the call over: to the colleague who was asked, else to a number.
 * @param {State} state
 * @returns {Button}
 */
export function transferButton(state) {
  const call = focusedCall(state);
  const consult = call && consultLeg(call);
  if (call && consult) {
    if (!call.can['interaction.consulttransfer']) return { does: 'transferConsult', target: '', name: text('transfer'), why: text('waitConsult') };
    return usable(state, { does: 'transferConsult', target: call.path, name: text('transferTo', { who: who(call), consulted: legWho(consult) }), why: '' });
  }
  if (!call || callPhase(call) === 'ended') return { does: 'transfer', target: '', name: text('transfer'), why: text('noTransfer') };
  const leg = activeLeg(call);
  if (!leg?.can['conversation.transfer']) return { does: 'transfer', target: '', name: text('transfer'), why: text('waitTalking') };
  return usable(state, { does: 'transfer', target: leg.path, name: text('transferCall', { who: who(call) }), why: '' });
}

/** Joining the caller and the colleague who was asked. @param {State} state @returns {Button} */
export function conferenceButton(state) {
  const call = focusedCall(state);
  const consult = call && consultLeg(call);
  if (!call || !consult) return { does: 'conference', target: '', name: text('conference'), why: text('consultFirst') };
  if (!call.can['interaction.consultconference']) return { does: 'conference', target: '', name: text('conference'), why: text('waitConsult') };
  return usable(state, { does: 'conference', target: call.path, name: text('conferenceWith', { who: who(call), consulted: legWho(consult) }), why: '' });
}

/** @param {State} state @returns {Button} */
export function keypadButton(state) {
  const call = focusedCall(state);
  const leg = call && activeLeg(call);
  if (!call || !leg || !leg.can['conversation.senddtmf']) return { does: 'keypad', target: '', name: text('keypad'), why: text(call && leg ? 'waitTalking' : 'noKeypad') };
  return usable(state, { does: 'keypad', target: leg.path, name: text('keypadFor', { who: leg.role === 'consult' ? legWho(leg) : who(call) }), why: '' });
}

/** @param {State} state @returns {Button} */
export function recordButton(state) {
  const call = focusedCall(state);
  if (!call || callPhase(call) === 'ended') return { does: 'record', target: '', name: text('record'), why: text('noRecording') };
  if (call.recording) return usable(state, { does: 'recordStop', target: call.path, name: text('recordStopCall', { who: who(call) }), why: '' });
  if (!call.can['interaction.recording.start']) return { does: 'record', target: '', name: text('record'), why: text('waitTalking') };
  return usable(state, { does: 'record', target: call.path, name: text('recordCall', { who: who(call) }), why: '' });
}

/**
 * End, Reject and Finish share one place: the last step of whatever the call in focus is at.
 * @param {State} state
 * @returns {Button}
 */
export function endButton(state) {
  const call = focusedCall(state);
  if (!call) return { does: 'end', target: '', name: text('end'), why: text('noEnding') };
  const phase = callPhase(call);
  if (phase === 'ended') return usable(state, { does: 'finish', target: call.path, name: text('finishCall', { who: who(call) }), why: '' });
  const leg = activeLeg(call);
  if (!leg) return { does: 'end', target: '', name: text('end'), why: text('alreadyEnded') };
  if (phase === 'ringing') return usable(state, { does: 'reject', target: leg.path, name: text('rejectCall', { who: who(call) }), why: '' });
  // With a consultation beside the call only the leg that the agent talks on ends, and the button says which.
  if (leg.role === 'consult') return usable(state, { does: 'end', target: leg.path, name: text('endConsult', { who: legWho(leg) }), why: '' });
  return usable(state, { does: 'end', target: leg.path, name: text('endCall', { who: who(call) }), why: '' });
}

/**
 * Why the dial box cannot be used now; empty when it can.
 * @param {State} state
 */
export function dialRefusal(state) {
  const still = standstill(state);
  if (still !== '') return still;
  const channel = state.picture.channel;
  if (!channel || channel.state !== 'ACTIVE') return text('dialInactive');
  if (channel.can['channel.dial']) return '';
  return hasLiveCall(state.picture) ? text('dialNotNow') : text('dialReady');
}

/**
 * @param {State} state
 * @param {Button} button
 * @returns {Button}
 */
function usable(state, button) {
  const why = standstill(state);
  return why === '' ? button : { ...button, target: '', why };
}

/**
 * The sentence at a control, and whether it stays without being asked for.
 * @param {State} state
 * @param {Control[]} controls those that share the place
 * @param {string} why
 * @returns {{text: string, kind: 'failed' | 'late' | 'why' | ''}}
 */
export function note(state, controls, why) {
  for (const control of controls) {
    const failure = state.failures[control];
    if (failure) return { text: failureText(failure), kind: 'failed' };
  }
  if (controls.some((control) => state.pending[control]?.late)) return { text: text('stillWaiting'), kind: 'late' };
  if (controls.some((control) => state.pending[control])) return { text: text('working'), kind: 'why' };
  return { text: why, kind: why === '' ? '' : 'why' };
}

/** @type {Record<string, {key: TextKey, tone: string, icon: string}>} */
const AGENT_STATES = {
  AVAILABLE: { key: 'stateReady', tone: 'ready', icon: 'ready' },
  NOT_READY: { key: 'stateNotReady', tone: 'notready', icon: 'notready' },
  TALKING: { key: 'stateTalking', tone: 'talking', icon: 'talking' },
  HOLD: { key: 'stateHold', tone: 'offered', icon: 'hold' },
  RESERVED: { key: 'stateReserved', tone: 'offered', icon: 'answer' },
  WORK_READY: { key: 'stateWrapUp', tone: 'wrapup', icon: 'wrapup' },
  WORK_NOT_READY: { key: 'stateWrapUp', tone: 'wrapup', icon: 'wrapup' },
  BUSY_OTHER: { key: 'stateBusy', tone: 'talking', icon: 'talking' },
  LOGIN: { key: 'stateNotReady', tone: 'notready', icon: 'notready' },
  LOGOUT: { key: 'stateLoggedOut', tone: 'off', icon: 'off' },
};

/**
 * @param {string} state
 * @returns {{word: string, tone: string, icon: string}}
 */
export function agentStateLook(state) {
  const known = AGENT_STATES[state];
  if (known) return { word: text(known.key), tone: known.tone, icon: known.icon };
  return { word: state === '' || state === 'UNKNOWN' ? text('stateUnknown') : state, tone: 'off', icon: 'off' };
}

/** @param {{code: number, label: string} | null} reason */
export function reasonText(reason) {
  return reason === null ? '' : reason.label || text('reasonCode', { code: reason.code });
}

/** @param {NonNullable<Agent['pending']>} pending */
export function pendingText(pending) {
  return reasonText(pending.reason) || agentStateLook(pending.state).word;
}

/** @type {Record<string, TextKey>} */
const PHASES = { ringing: 'callRinging', dialing: 'callDialing', talking: 'callTalking', held: 'callHeld', ended: 'callEnded' };

/** @param {Interaction} interaction */
export function phaseText(interaction) {
  return phaseWord(callPhase(interaction));
}

/** @param {import('./picture.js').Phase} phase */
export function phaseWord(phase) {
  return text(PHASES[phase] ?? 'callTalking');
}

/** @type {Record<string, TextKey>} */
const ENDS = { RELEASED: 'endedReleased', REJECTED: 'endedRejected', TRANSFERRED: 'endedTransferred', NO_ANSWER: 'endedNoAnswer', FAILED: 'endedFailed' };

/** @param {Interaction} interaction */
export function endedText(interaction) {
  const ended = interaction.ended;
  if (ended === null) return '';
  if (ended.reason === 'FAILED' && /BUSY/.test(ended.cause ?? '')) return text('endedBusy');
  return text(ENDS[ended.reason] ?? 'endedReleased');
}

/** @type {Record<string, TextKey>} */
const FIELDS = {
  number: 'fieldNumber',
  ANI: 'fieldAni',
  DNIS: 'fieldDnis',
  dialedNumber: 'fieldDialed',
  queueName: 'fieldQueue',
  queueNumber: 'fieldQueueNumber',
  callType: 'fieldCallType',
  wrapUpReason: 'fieldWrapUp',
  outboundClassification: 'fieldOutbound',
  crmId: 'fieldCrmId',
  recordType: 'fieldRecordType',
};
/** Said elsewhere on the card, or of no use to an agent. */
const HIDDEN_FIELDS = new Set(['direction', 'callDetails', 'mediaId', 'callKeyPrefix', 'callKeyCallId']);

/**
 * The call's data in the order for reading: who and where first, then the variables by number, then the rest by name.
 * @param {Interaction} interaction
 * @returns {{key: string, label: string, value: string}[]}
 */
export function callFields(interaction) {
  /** @type {{key: string, label: string, value: string}[]} */
  const fields = [];
  for (const key of Object.keys(FIELDS)) push(key, text(FIELDS[key] ?? 'fieldDetails'));
  for (let n = 1; n <= 10; n += 1) push(`callVariable${n}`, text('fieldVariable', { n }));
  const done = new Set(fields.map((field) => field.key));
  for (const key of Object.keys(interaction.data).sort()) {
    if (!done.has(key) && !HIDDEN_FIELDS.has(key) && !(key in FIELDS) && !/^callVariable(\d|10)$/.test(key)) push(key, key.replace(/^user\./, ''));
  }
  const parties = otherParties(interaction);
  if (parties.length > 1) fields.push({ key: 'parties', label: text('fieldParties'), value: parties.join(', ') });
  return fields;

  /** @param {string} key @param {string} label */
  function push(key, label) {
    const value = plain(interaction.data[key]);
    // The same fact in other words is no help.
    if (key === 'ANI' && value === plain(interaction.data['number'])) return;
    if (key === 'dialedNumber' && value === plain(interaction.data['DNIS'])) return;
    if (key === 'queueNumber' && plain(interaction.data['queueName']) !== '') return;
    if (value !== '') fields.push({ key, label, value });
  }
}

/**
 * Everybody on the call but this agent.
 * @param {Interaction} interaction
 */
export function otherParties(interaction) {
  // Whoever is consulted has a card of their own.
  const members = primaryLeg(interaction)?.members.filter((member) => !member.self) ?? [];
  return [...new Set(members.map((member) => member.name || readableNumber(member.number) || text('numberWithheld')))];
}

/**
 * The variables that stand on the card itself: the chosen ones in their order, else the first few that say something.
 * @param {Interaction} interaction
 * @param {string[]} chosen
 */
export function cardVariables(interaction, chosen = []) {
  const fields = callFields(interaction);
  if (chosen.length > 0) return chosen.flatMap((key) => fields.filter((field) => field.key === key).map((field) => field.value));
  return fields
    .filter((field) => /^(callVariable\d+|user\.)/.test(field.key))
    .slice(0, 4)
    .map((field) => field.value);
}

/**
 * @param {unknown} value
 * @returns {string}
 */
function plain(value) {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === null || value === undefined) return '';
  return Object.entries(value).map(([key, one]) => `${key}: ${plain(one)}`).join(', ');
}
