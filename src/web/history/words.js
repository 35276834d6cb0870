// Numbers, times and people in words, for all views of the page.

import { h } from '../dom.js';
import { duration, readableNumber } from '../format.js';
import { language } from '../texts.js';
import { agentName, moment, span } from './spans.js';
import { text, wordOf } from './texts.js';

/** @typedef {import('./types.js').Session} Session */
/** @typedef {import('./types.js').Piece} Piece */
/** @typedef {import('./rest.js').Problem} Problem */

/** English as it is read everywhere: days before months, 24 hours. */
const locale = () => (language() === 'de' ? 'de-CH' : 'en-GB');

/** @param {number} at */
export const clock = (at) => new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(at);

/** With tenths of a second. @param {number} at */
export const exactClock = (at) => `${clock(at)}.${Math.floor(Math.abs(at % 1000) / 100)}`;

/** @param {number} at */
export const day = (at) => new Intl.DateTimeFormat(locale(), { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }).format(at);

/** @param {number} at */
export const dayAndClock = (at) => `${new Intl.DateTimeFormat(locale(), { day: '2-digit', month: '2-digit', year: 'numeric' }).format(at)} ${clock(at)}`;

/**
 * What stands below a mark of the axis.
 * @param {number} at
 * @param {number} step
 */
export const tickWord = (at, step) => (step < 60_000 ? clock(at) : clock(at).slice(0, 5));

/** `mm:ss.t`, negative ones with a minus. @param {number} ms */
export function length(ms) {
  const tenths = Math.round(Math.abs(ms) / 100);
  return `${ms < 0 && tenths > 0 ? '−' : ''}${duration(Math.floor(tenths / 10) * 1000)}.${tenths % 10}`;
}

/** Of an ISO 8601 duration; a dash for none. @param {string | null | undefined} iso */
export function lengthOf(iso) {
  const ms = span(iso);
  return ms === null ? text('none') : length(ms);
}

/** Of a moment that may not have come. @param {string | null} time */
export const clockOf = (time) => (time === null ? text('none') : exactClock(moment(time)));

/**
 * What callers and customers sent, set apart so that it cannot turn the line around.
 * @param {string} data
 */
export const foreign = (data) => h('bdi', {}, data);

/**
 * The customer's number, as people read it.
 * @param {Session} session
 */
export function customer(session) {
  const number = session.phoneCallbackNumber;
  if (number !== null && number !== '') return foreign(readableNumber(number));
  return text(session.cti.direction === 'Inbound' ? 'numberWithheld' : 'numberUnknown');
}

/** @param {Session} session */
export const agents = (session) => session.operators.map((operator) => agentName(session, operator.userName)).join(', ');

/**
 * By the published model's number of an agent.
 * @param {Session} session
 * @param {{userId: number, firstName: string | null, lastName: string | null} | null} user
 */
export function userName(session, user) {
  if (user === null) return '';
  const known = session.operators.find((operator) => operator.userId === user.userId);
  if (known) return agentName(session, known.userName);
  const name = [user.firstName, user.lastName].filter(Boolean).join(' ');
  return name === '' ? String(user.userId) : `${name} (${user.userId})`;
}

/**
 * What a piece of a time line is.
 * @param {Piece} piece
 * @param {'piece' | 'state'} family
 */
export function pieceWord(piece, family) {
  const what = wordOf(family, piece.kind);
  if (piece.isConsult) return piece.kind === 'talk' ? text('piececonsult') : text('consultWords', { what });
  if (piece.note === '') return what;
  return text(piece.kind === 'queue' ? 'queueWords' : 'noteWords', { what, note: piece.note });
}

/**
 * A piece in one sentence.
 * @param {string} lane
 * @param {Piece} piece
 * @param {'piece' | 'state'} family
 */
export function pieceSaid(lane, piece, family) {
  const said = { lane, what: pieceWord(piece, family), from: exactClock(piece.from), to: exactClock(piece.to), length: length(piece.to - piece.from) };
  return text(piece.isOpen ? 'pieceOpen' : 'pieceSaid', said);
}

/**
 * One plain sentence for what went wrong.
 * @param {Problem} problem
 * @param {'errNotFound' | 'errNoUser'} [missing] what a 404 means here
 */
export function problemText(problem, missing = 'errNotFound') {
  switch (problem.status) {
    case 0:
      return text('errGone');
    case 400:
      return text('errParameter', { parameter: problem.parameter, detail: problem.detail });
    case 403:
      return text('errForbidden');
    case 404:
      return text(missing);
    case 410:
      return text('errErased');
    case 429:
      return text('errTooMany');
    case 502:
    case 503:
    case 504:
      return text('errLate');
    default:
      return text('errOther', { status: problem.status });
  }
}
