// One contact: its story in one line, its time line as a picture and as a table, and everything that is recorded of it.

import { byId, h, setText, show } from '../dom.js';
import { readableNumber } from '../format.js';
import { draw } from './draw.js';
import { drawLegend } from './legend.js';
import { recordingItems } from './recordings.js';
import { ask, askJson } from './rest.js';
import { agentName, dayName, isClosed, moment, sessionPicture, span } from './spans.js';
import { linkTo } from './places.js';
import { field, figure, plain, refill, row, time } from './table.js';
import { phrase, text, wordOf } from './texts.js';
import { agents, clockOf, customer, dayAndClock, exactClock, foreign, length, lengthOf, pieceSaid, pieceWord, tickWord, userName } from './words.js';

/** @typedef {import('./types.js').Session} Session */
/** @typedef {import('./types.js').RoutingEntry} RoutingEntry */
/** @typedef {import('./types.js').Durations} Durations */
/** @typedef {import('./types.js').Activity} Activity */
/** @typedef {import('./types.js').Lane} Lane */
/** @typedef {{session: Session, routing: RoutingEntry[], durations: Durations}} Whole */

/** What is on the screen. @type {Whole | null} */
let shown = null;

/**
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} whether it still goes on
 */
export async function showSession(id, signal) {
  const path = `api/v1/Sessions/${encodeURIComponent(id)}`;
  const session = /** @type {Session} */ (await (await ask(path, { signal })).json());
  const [routing, durations] = /** @type {[RoutingEntry[], Durations]} */ (await Promise.all([askJson(`${path}/routingHistory`, signal), askJson(`${path}/durations`, signal)]));
  shown = { session, routing, durations };
  drawSession();
  return !isClosed(session);
}

/** Nothing of the last one stays in sight while another is fetched. */
export function clearSession() {
  shown = null;
  show(byId('session-body'), false);
  setText(byId('session-live'), '');
}

/** Draws what is known: after it has changed, in another language, for another width. */
export function drawSession() {
  if (shown === null) return;
  const { session, routing, durations } = shown;
  show(byId('session-body'), true);
  setText(byId('session-live'), isClosed(session) ? '' : text('live'));
  const head = headline(session);
  refill(byId('session-head'), JSON.stringify(head.map((part) => (part instanceof Element ? part.textContent : part))), () => [h('span', {}, ...head)]);
  drawPicture(shown);
  drawFacts(session);
  drawDurations(session, durations);
  drawAgents(session, durations);
  drawRouting(session, routing);
  drawActivities(session);
  drawRest(session);
}

/**
 * The contact in plain words.
 * @param {Session} session
 * @returns {(Node | string)[]}
 */
function headline(session) {
  const { cti } = session;
  /** @type {(Node | string)[][]} */
  const sentences = [];
  const who = customer(session);
  const whoFirst = typeof who === 'string' ? text('somebody') : who;
  if (cti.direction === 'Internal') sentences.push(phrase('headInternal', { who: agents(session) || text('none') }));
  else if (cti.direction === 'Outbound') sentences.push(phrase('headOutbound', { agent: agents({ ...session, operators: session.operators.slice(0, 1) }) || text('somebody'), who }));
  else sentences.push(phrase('headInbound', { who: whoFirst, number: session.directCallNumber ? foreign(session.directCallNumber) : text('ourNumber') }));
  if (cti.direction === 'Inbound') {
    if (session.waited !== null) sentences.push(phrase(cti.queueTimeUnknown ? 'headWaitedAtLeast' : 'headWaited', { time: lengthOf(session.waited) }));
    if (session.started !== null) sentences.push(phrase('headAnswered', { agents: agents(session) }));
    else if (isClosed(session)) sentences.push(phrase('headNotAnswered', {}));
  } else if (session.guestJoined !== null) {
    sentences.push(phrase('headReached', { time: length(moment(session.guestJoined) - moment(session.created)) }));
  } else if (session.outboundDialResult !== null && isClosed(session)) {
    sentences.push(phrase('headNotReached', { result: wordOf('dial', session.outboundDialResult) }));
  }
  const held = span(cti.holdDuration) ?? 0;
  if ((span(session.length) ?? 0) > 0) sentences.push(phrase(held > 0 ? 'headTalkedHold' : 'headTalked', { time: lengthOf(session.length), hold: length(held) }));
  if (cti.terminationReason !== null) sentences.push(phrase('headEnded', { reason: wordOf('end', cti.terminationReason) }));
  else if (!isClosed(session)) sentences.push(phrase('headNow', { status: wordOf('st', session.status) }));
  return sentences.flatMap((parts, index) => (index === 0 ? parts : [' ', ...parts]));
}

/** @param {Session} session @param {Lane} lane */
function laneWord(session, lane) {
  if (lane.id !== 'customer') return text('laneAgent', { name: lane.name });
  if (session.cti.direction === 'Internal') return text('laneInternal');
  return text(session.cti.direction === 'Outbound' ? 'laneOutbound' : 'laneInbound');
}

/** @param {Whole} whole */
function drawPicture({ session, routing, durations }) {
  const picture = sessionPicture(session, routing, moment(durations.asOf));
  const said = byId('timeline-said');
  if (said.textContent === '') setText(said, text('pictureRest'));
  draw(byId('timeline'), picture, {
    label: `${text('timeline')}. ${text('pictureHint')}`,
    lane: (lane) => laneWord(session, lane),
    short: (piece) => `${pieceWord(piece, 'piece')} ${length(piece.to - piece.from)}`,
    long: (lane, piece) => pieceSaid(laneWord(session, lane), piece, 'piece'),
    gap: (gap) => text('gapSaid', { from: exactClock(gap.from), to: exactClock(gap.to), length: length(gap.to - gap.from) }),
    tick: tickWord,
    show: (words) => setText(said, words === '' ? text('pictureRest') : words),
  });
  drawLegend(byId('timeline-legend'), picture, 'piece');
  const rows = picture.lanes.flatMap((lane) => lane.pieces.map((piece) => ({ who: laneWord(session, lane), what: pieceWord(piece, 'piece'), ...piece })));
  const gaps = picture.gaps.map((gap) => ({ who: text('none'), what: text('piecegap'), isOpen: false, ...gap }));
  const all = [...rows, ...gaps];
  refill(byId('timeline-rows'), JSON.stringify(all), () =>
    all.map(({ who, what, from, to, isOpen }) => row(who, [plain(what), time(exactClock(from)), time(isOpen ? text('stillOn') : exactClock(to)), figure(length(to - from))])));
}

/** @param {Session} session */
function drawFacts(session) {
  const { cti } = session;
  setText(byId('facts-title'), `${wordOf('dir', cti.direction)} · ${dayAndClock(moment(session.created))}`);
  /** @type {[import('./texts.js').TextKey, string][]} */
  const facts = [['factsStatus', wordOf('st', session.status)], ['factsSource', wordOf('src', session.source)], ['factsCreated', dayAndClock(moment(session.created))]];
  if (session.ended !== null) facts.push(['factsClosed', dayAndClock(moment(session.ended))]);
  if (session.guestLeftSession !== null) facts.push(['factsGuestLeft', wordOf('left', session.guestLeftSession)]);
  if (session.outboundDialResult !== null) facts.push(['factsDialled', wordOf('dial', session.outboundDialResult)]);
  if (cti.skillGroups.length > 0) facts.push(['factsGroups', cti.skillGroups.join(', ')]);
  if (session.tags.length > 0) facts.push(['factsTags', session.tags.map((tag) => tag.name).join(', ')]);
  if (cti.callKey !== null) facts.push(['factsKey', `${cti.callKey.day} / ${cti.callKey.callId ?? cti.callKey.call_id}`]);
  if (cti.callIds.length > 0) facts.push(['factsCalls', cti.callIds.map((call) => call.callId).join(', ')]);
  facts.push(['factsQuality', wordOf('quality', cti.quality)]);
  refill(byId('facts'), JSON.stringify(facts), () => facts.map(([name, value]) => field(text(name), foreign(value))));
}

const PARTS = /** @type {const} */ (['created', 'inQueue', 'waiting', 'bcw', 'active', 'acw', 'ringTime', 'pbxToOperator']);
const PART_WORDS = /** @type {const} */ ({
  created: ['dcreated', 'dcreatedMeaning'],
  inQueue: ['dinQueue', 'dinQueueMeaning'],
  waiting: ['dwaiting', 'dwaitingMeaning'],
  bcw: ['dbcw', 'dbcwMeaning'],
  active: ['dactive', 'dactiveMeaning'],
  acw: ['dacw', 'dacwMeaning'],
  ringTime: ['dringTime', 'dringTimeMeaning'],
  pbxToOperator: ['dpbxToOperator', 'dpbxToOperatorMeaning'],
});

/**
 * @param {Session} session
 * @param {Durations} durations
 */
function drawDurations(session, durations) {
  const parts = PARTS.map((part) => ({ words: PART_WORDS[part], value: lengthOf(durations[part]) }));
  refill(byId('durations'), JSON.stringify(parts), () => parts.map(({ words: [name, meaning], value }) => row(text(name), [figure(value), plain(h('span', { class: 'quiet' }, text(meaning)))])));
  setText(byId('durations-as-of'), isClosed(session) ? '' : text('durationsAsOf', { time: exactClock(moment(durations.asOf)) }));
}

/**
 * @param {Session} session
 * @param {Durations} durations
 */
function drawAgents(session, durations) {
  const rows = session.operators.map((operator) => {
    const of = durations.operators.find((one) => one.userId === operator.userId);
    return [agentName(session, operator.userName), clockOf(operator.joined), clockOf(operator.left), ...[of?.ring, of?.operatorWaitTime, of?.operatorQueueTime, of?.talk, of?.hold, of?.acw].map(lengthOf)];
  });
  refill(byId('agents'), JSON.stringify(rows), () =>
    rows.map(([agent = '', joined = '', left = '', ...lengths], index) => row(dayLink(session, session.operators[index]?.userName ?? '', agent), [time(joined), time(left), ...lengths.map(figure)])));
}

/**
 * An agent's name leads to the agent's day.
 * @param {Session} session
 * @param {string} agent
 * @param {string} name
 */
function dayLink(session, agent, name) {
  return h('a', { href: linkToDay(agent, moment(session.created)) }, name);
}

/** @param {string} agent @param {number} at */
const linkToDay = (agent, at) => linkTo({ view: 'day', agent, day: dayName(at) });

/**
 * @param {Session} session
 * @param {RoutingEntry[]} routing
 */
function drawRouting(session, routing) {
  show(byId('routing-none'), routing.length === 0);
  show(byId('routing-some'), routing.length > 0);
  refill(byId('routing'), JSON.stringify(routing), () =>
    routing.map((entry) => {
      const by = userName(session, entry.forwardedByOperator ?? entry.invitedByOperator);
      const more = [entry.phoneNumber ? foreign(readableNumber(entry.phoneNumber)) : '', by === '' ? '' : ` ${text('byWhom', { agent: by })}`];
      const group = entry.group === null ? '' : (entry.group.name ?? String(entry.group.id));
      return row(exactClock(moment(entry.timestamp)), [plain(wordOf('r', entry.activityType)), plain(userName(session, entry.operator)), plain(group), plain(more)]);
    }));
}

/** @param {Session} session */
function drawActivities(session) {
  const activities = session.activities ?? [];
  show(byId('activities-none'), activities.length === 0);
  show(byId('activities-some'), activities.length > 0);
  const user = (/** @type {number | null} */ id) => (id === null ? '' : userName(session, { userId: id, firstName: null, lastName: null }));
  refill(byId('activities'), JSON.stringify(activities), () =>
    activities.map((activity) => {
      const who = activity.client === 'Guest' ? text('activityCustomer') : user(activity.userId) || text('none');
      const reason = activity.terminationReason === null ? '' : wordOf('end', activity.terminationReason);
      const more = [user(activity.toOperatorUserId), activity.toPhoneNumber ? foreign(readableNumber(activity.toPhoneNumber)) : '', reason, activity.text ? foreign(activity.text) : '', activity.file?.name ? foreign(activity.file.name) : ''];
      return row(exactClock(moment(activity.time)), [plain(who), plain(wordOf('act', activity.type)), plain(more.filter((part) => part !== '').flatMap((part, index) => (index === 0 ? [part] : [' ', part])))]);
    }));
}

/** Recordings, notes and the call's data. @param {Session} session */
function drawRest(session) {
  const recordings = session.recordings ?? [];
  const files = (session.activities ?? []).filter((activity) => activity.file?.downloadUrl);
  show(byId('recordings-none'), recordings.length === 0);
  refill(byId('recordings'), JSON.stringify([recordings, session.recordingsState, files]), () => recordingItems(session, files));

  const notes = session.operators.filter((operator) => operator.note).map((operator) => [agentName(session, operator.userName), operator.note ?? '']);
  if (session.note) notes.push([text('noteSession'), session.note]);
  show(byId('notes-none'), notes.length === 0);
  refill(byId('notes'), JSON.stringify(notes), () => notes.map(([who = '', note = '']) => field(who, foreign(note))));

  const params = Object.entries(session.guest.callParams);
  show(byId('params-none'), params.length === 0);
  refill(byId('params'), JSON.stringify(params), () => params.map(([name, value]) => field(foreign(name), foreign(value))));
}
