// Where one is on the page, as its address says it: the address holds the whole search, so that reloading, going back and
// sharing it work. Pure.

import { dayName, dayOf } from './spans.js';

/**
 * What is searched for, as it is typed; empty: does not matter.
 * @typedef {object} Filters
 * @property {string} range today, yesterday, week, month, any, or own
 * @property {string} from local time, for the range `own`
 * @property {string} to
 * @property {string} agent
 * @property {string} number
 * @property {string} direction
 * @property {string} status
 * @property {string} ended
 * @property {string} group
 * @property {string} waited seconds, or minutes and seconds with a colon
 */
/** @typedef {{view: 'search', filters: Filters, after: string} | {view: 'session', id: string} | {view: 'day', agent: string, day: string}} Place */

/** @type {Filters} */
export const NO_FILTERS = { range: 'today', from: '', to: '', agent: '', number: '', direction: '', status: '', ended: '', group: '', waited: '' };
const NAMES = /** @type {(keyof Filters)[]} */ (Object.keys(NO_FILTERS));

/** @type {readonly string[]} */
export const RANGES = ['today', 'yesterday', 'week', 'month', 'any', 'own'];
/** @type {readonly string[]} */
export const DIRECTIONS = ['Inbound', 'Outbound', 'Internal'];
/** @type {readonly string[]} */
export const STATUSES = ['CREATED', 'IN_QUEUE', 'WAITING', 'BCW', 'ACTIVE', 'ACW', 'CLOSED'];
/** @type {readonly string[]} */
export const ENDINGS = ['GuestLeft', 'OperatorLeft', 'GuestAbandoned', 'OperatorAbandoned', 'CallForwardedToExternalPhone', 'CampaignFailedDial', 'CampaignTerminated', 'FailedRouting', 'SessionApiCall', 'UnknownReason'];

/**
 * @param {string} search the address from `?` on
 * @returns {Place}
 */
export function placeOf(search) {
  const given = new URLSearchParams(search);
  const session = given.get('session');
  if (session !== null) return { view: 'session', id: session };
  if (given.get('view') === 'day') return { view: 'day', agent: given.get('agent') ?? '', day: given.get('day') ?? '' };
  const filters = { ...NO_FILTERS };
  for (const name of NAMES) filters[name] = given.get(name) ?? filters[name];
  if (!RANGES.includes(filters.range)) filters.range = NO_FILTERS.range;
  return { view: 'search', filters, after: given.get('after') ?? '' };
}

/**
 * @param {Place} place
 * @returns {string} what stands in the address from `?` on
 */
export function searchOf(place) {
  const given = new URLSearchParams();
  if (place.view === 'session') given.set('session', place.id);
  else if (place.view === 'day') {
    given.set('view', 'day');
    if (place.agent !== '') given.set('agent', place.agent);
    if (place.day !== '') given.set('day', place.day);
  } else {
    for (const name of NAMES) if (place.filters[name] !== NO_FILTERS[name]) given.set(name, place.filters[name]);
    if (place.after !== '') given.set('after', place.after);
  }
  const text = given.toString();
  return text === '' ? '?' : `?${text}`;
}

/**
 * The same page's address, for links.
 * @param {Place} place
 */
export const linkTo = (place) => `history${searchOf(place)}`;

/**
 * Which field is not understood; null: all are.
 * @param {Filters} filters
 * @returns {keyof Filters | null}
 */
export function wrongField(filters) {
  if (filters.range === 'own') {
    if (filters.from !== '' && Number.isNaN(Date.parse(filters.from))) return 'from';
    if (filters.to !== '' && Number.isNaN(Date.parse(filters.to))) return 'to';
    if (filters.from !== '' && filters.to !== '' && Date.parse(filters.to) < Date.parse(filters.from)) return 'to';
  }
  if (filters.group !== '' && !/^\d{1,10}$/.test(filters.group)) return 'group';
  if (filters.waited !== '' && seconds(filters.waited) === null) return 'waited';
  return null;
}

/**
 * `90` or `1:30`.
 * @param {string} text
 * @returns {number | null}
 */
export function seconds(text) {
  const parts = /^(?:(\d{1,4}):)?(\d{1,6})$/.exec(text.trim());
  if (parts === null) return null;
  const [minutes, rest] = [Number(parts[1] ?? 0), Number(parts[2])];
  return parts[1] !== undefined && rest >= 60 ? null : minutes * 60 + rest;
}

/**
 * The parameters of `GET /api/v1/Sessions`, in the server's words.
 * @param {Filters} filters
 * @param {number} now
 * @returns {URLSearchParams}
 */
export function queryOf(filters, now) {
  const query = new URLSearchParams();
  const range = rangeOf(filters, now);
  if (range.from !== null) query.set('Created.Min', new Date(range.from).toISOString());
  // The server's upper bound is within, and its times have microseconds.
  if (range.to !== null) query.set('Created.Max', new Date(range.to - 1).toISOString().replace('Z', '999Z'));
  if (filters.agent.trim() !== '') query.set('OperatorUserId', filters.agent.trim());
  if (filters.number.trim() !== '') query.set('PhoneCallbackNumber.Text', plainNumber(filters.number));
  if (filters.direction !== '') query.set('Direction', filters.direction);
  if (filters.status !== '') query.set('Status', filters.status);
  if (filters.ended !== '') query.set('TerminationReason', filters.ended);
  if (filters.group !== '') query.set('SkillGroupId', filters.group);
  const waited = seconds(filters.waited);
  if (waited !== null) query.set('WaitingTime.Min', `PT${waited}S`);
  return query;
}

/**
 * A number as the page shows it has blanks that the stored one has not.
 * @param {string} number
 */
function plainNumber(number) {
  const text = number.trim();
  return /^[+\d\s()./-]+$/.test(text) ? text.replace(/[^+\d]/g, '') : text;
}

/**
 * @param {Filters} filters
 * @param {number} now
 * @returns {{from: number | null, to: number | null}}
 */
function rangeOf(filters, now) {
  const begin = (/** @type {number} */ days) => dayOf(dayName(now, days))?.from ?? null;
  switch (filters.range) {
    case 'today':
      return { from: begin(0), to: null };
    case 'yesterday':
      return { from: begin(-1), to: begin(0) };
    case 'week':
      return { from: begin(-6), to: null };
    case 'month':
      return { from: begin(-29), to: null };
    case 'own':
      // The last minute that is named counts whole.
      return { from: filters.from === '' ? null : Date.parse(filters.from), to: filters.to === '' ? null : Date.parse(filters.to) + 60_000 };
    default:
      return { from: null, to: null };
  }
}
