// From what the REST interface tells to the pieces of the pictures. Pure: no page, no clock, no words.

/** @typedef {import('./types.js').Session} Session */
/** @typedef {import('./types.js').RoutingEntry} RoutingEntry */
/** @typedef {import('./types.js').UserState} UserState */
/** @typedef {import('./types.js').Piece} Piece */
/** @typedef {import('./types.js').Lane} Lane */
/** @typedef {import('./types.js').Picture} Picture */

/**
 * Milliseconds since 1970; NaN for what is no time.
 * @param {string} time
 */
export const moment = (time) => Date.parse(time);

/**
 * Milliseconds of an ISO 8601 duration such as `PT1M23.4S` or `-PT5S`; null if it is absent or none.
 * @param {string | null | undefined} text
 */
export function span(text) {
  const parts = /^(-)?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text ?? '');
  if (parts === null) return null;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(2).map((part) => Number(part ?? 0));
  const ms = Math.round((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000);
  return parts[1] === '-' && ms > 0 ? -ms : ms;
}

/** @type {Record<string, string>} */
const OF_STATUS = { CREATED: 'setup', IN_QUEUE: 'queue', WAITING: 'offered', BCW: 'dial', ACTIVE: 'talk' };
/** @type {Record<string, string>} */
const OF_LEG = { Ring: 'ring', Dial: 'dial', Talk: 'talk', Hold: 'hold' };

/** Nothing more will happen to it. @param {Session} session */
export const isClosed = (session) => session.status === 'CLOSED';

/**
 * One session as a picture: a lane for the customer, then one for each agent in the order in which they appear.
 * @param {Session} session
 * @param {readonly RoutingEntry[]} routing
 * @param {number} asOf where open pieces end
 * @returns {Picture}
 */
export function sessionPicture(session, routing, asOf) {
  const piece = pieceUpTo(asOf);
  const agents = agentLanes(session, routing, piece);
  const customer = { id: 'customer', name: '', pieces: customerPieces(session, routing, piece) };
  const lanes = [customer, ...agents];
  const from = moment(session.created);
  const ends = lanes.flatMap((lane) => lane.pieces.map((one) => one.to));
  // A moment's width, so that nothing is divided by zero.
  const to = Math.max(from + 1000, isClosed(session) ? -Infinity : asOf, ...ends);
  const gaps = session.cti.gaps.map((gap) => ({ from: Math.max(from, moment(gap.from)), to: Math.min(to, gap.to === null ? asOf : moment(gap.to)) }));
  return { from, to, lanes, gaps: gaps.filter((gap) => gap.to > gap.from) };
}

/**
 * @param {number} asOf
 * @returns {(kind: string, from: string, to: string | null, more?: Partial<Piece>) => Piece}
 */
function pieceUpTo(asOf) {
  return (kind, from, to, more = {}) => {
    const begin = moment(from);
    return { kind, from: begin, to: Math.max(begin, to === null ? asOf : moment(to)), isOpen: to === null, isConsult: false, note: '', ...more };
  };
}

/**
 * @param {Session} session
 * @param {readonly RoutingEntry[]} routing
 * @param {ReturnType<typeof pieceUpTo>} piece
 */
function customerPieces(session, routing, piece) {
  const holds = holdsOf(session, piece);
  /** @type {Piece[]} */
  const pieces = [];
  for (const period of session.cti.statuses ?? []) {
    const kind = OF_STATUS[period.status];
    if (kind === undefined) continue;
    const whole = piece(kind, period.from, period.to);
    if (kind === 'talk') pieces.push(...without(whole, holds));
    else pieces.push(kind === 'queue' ? { ...whole, note: queuesOf(routing, whole) } : whole);
  }
  return pieces.filter((one) => one.to > one.from || one.isOpen);
}

/**
 * The times in which the customer hears nobody: one agent holds, and none talks with the customer.
 * @param {Session} session
 * @param {ReturnType<typeof pieceUpTo>} piece
 */
function holdsOf(session, piece) {
  const legs = (session.cti.legs ?? []).filter((leg) => !leg.isConsult);
  const of = (/** @type {string} */ doing) => legs.filter((leg) => leg.doing === doing).map((leg) => piece('hold', leg.from, leg.to));
  const talks = of('Talk');
  return of('Hold').flatMap((hold) => cut(hold, talks)).sort((a, b) => a.from - b.from);
}

/**
 * What is left of a piece outside the others.
 * @param {Piece} whole
 * @param {readonly {from: number, to: number}[]} others
 */
function cut(whole, others) {
  let rest = [whole];
  for (const other of others) {
    rest = rest.flatMap((part) => {
      if (other.to <= part.from || other.from >= part.to) return [part];
      const before = { ...part, to: other.from, isOpen: false };
      const after = { ...part, from: other.to };
      return [before, after].filter((one) => one.to > one.from);
    });
  }
  return rest;
}

/**
 * A piece of conversation with the holds in it as pieces of their own.
 * @param {Piece} whole
 * @param {readonly Piece[]} holds
 */
function without(whole, holds) {
  const inside = holds.map((hold) => ({ ...hold, from: Math.max(hold.from, whole.from), to: Math.min(hold.to, whole.to) })).filter((hold) => hold.to > hold.from);
  return [...cut(whole, inside), ...inside].sort((a, b) => a.from - b.from);
}

/**
 * The names, else the numbers, of the queues that a call was in at some time of the piece.
 * @param {readonly RoutingEntry[]} routing
 * @param {Piece} piece
 */
function queuesOf(routing, piece) {
  const entered = routing.filter((entry) => entry.activityType === 'EnteredGroupQueue' && entry.group !== null && moment(entry.timestamp) >= piece.from && moment(entry.timestamp) < piece.to);
  return [...new Set(entered.map((entry) => entry.group?.name ?? String(entry.group?.id)))].join(', ');
}

/**
 * @param {Session} session
 * @param {readonly RoutingEntry[]} routing
 * @param {ReturnType<typeof pieceUpTo>} piece
 * @returns {Lane[]}
 */
function agentLanes(session, routing, piece) {
  /** @type {Map<string, Lane>} */
  const lanes = new Map();
  const lane = (/** @type {string} */ agent) => {
    const known = lanes.get(agent) ?? { id: agent, name: agentName(session, agent), pieces: [] };
    lanes.set(agent, known);
    return known;
  };
  for (const leg of session.cti.legs ?? []) {
    const kind = OF_LEG[leg.doing];
    if (kind !== undefined) lane(leg.userName).pieces.push(piece(kind, leg.from, leg.to, { isConsult: leg.isConsult }));
  }
  const known = new Map(session.operators.map((operator) => [operator.userId, operator.userName]));
  for (const entry of routing) {
    // Who was chosen and never rang has a lane as well: an empty one says something.
    if (entry.activityType === 'AssignedToOperator' && entry.operator !== null) lane(known.get(entry.operator.userId) ?? String(entry.operator.userId));
  }
  for (const operator of session.operators) {
    const own = lane(operator.userName);
    if (operator.left === null) continue;
    const work = piece('wrapup', operator.left, operator.concluded);
    if (work.to > work.from || work.isOpen) own.pieces.push(work);
  }
  for (const one of lanes.values()) {
    one.pieces = one.pieces.filter((part) => part.to > part.from || part.isOpen).sort((a, b) => a.from - b.from || Number(a.isConsult) - Number(b.isConsult));
  }
  return [...lanes.values()];
}

/**
 * The agent's name if anybody told it, else the id.
 * @param {Session} session
 * @param {string} agent
 */
export function agentName(session, agent) {
  const operator = session.operators.find((one) => one.userName === agent);
  const name = [operator?.firstName, operator?.lastName].filter(Boolean).join(' ');
  return name === '' ? agent : `${name} (${agent})`;
}

/**
 * In which row of its lane each piece is drawn: those that overlap are drawn below each other.
 * @param {readonly Piece[]} pieces by begin
 * @returns {number[]}
 */
export function rows(pieces) {
  /** @type {number[]} */
  const ends = [];
  return pieces.map((piece) => {
    const free = ends.findIndex((end) => end <= piece.from);
    const row = free === -1 ? ends.length : free;
    ends[row] = piece.to;
    return row;
  });
}

/**
 * The begin of a local day, of `YYYY-MM-DD`, and of the day after it; null for what is no day.
 * @param {string} day
 */
export function dayOf(day) {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day);
  if (parts === null) return null;
  const [year = 0, month = 0, date = 0] = parts.slice(1).map(Number);
  const from = new Date(year, month - 1, date);
  if (from.getMonth() !== month - 1 || from.getDate() !== date) return null;
  return { from: from.getTime(), to: new Date(year, month - 1, date + 1).getTime() };
}

/**
 * `YYYY-MM-DD` of a moment in the browser's time zone, some days on.
 * @param {number} at
 * @param {number} [days]
 */
export function dayName(at, days = 0) {
  const moved = new Date(at);
  moved.setDate(moved.getDate() + days);
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  return `${String(moved.getFullYear()).padStart(4, '0')}-${two(moved.getMonth() + 1)}-${two(moved.getDate())}`;
}

/** @type {Record<string, string>} */
const OF_STATE = { OFFLINE: 'offline', DISCONNECTED: 'disconnected', ONLINE: 'online', AWAY: 'away', BREAK: 'break', BEFORE_CALL: 'before', ON_CALL: 'oncall', AFTER_CALL: 'wrapup' };

/**
 * An agent's states within a range; what lies in the future is left out.
 * @param {readonly UserState[]} states
 * @param {{from: number, to: number}} day
 * @param {number} now
 * @returns {Piece[]}
 */
export function dayPieces(states, day, now) {
  const end = Math.min(day.to, now);
  const pieces = states.map((state) => ({
    kind: OF_STATE[state.stateKind] ?? 'unknown',
    from: Math.max(day.from, moment(state.changed)),
    to: Math.min(end, state.until === null ? end : moment(state.until)),
    isOpen: state.until === null && end === now,
    isConsult: false,
    isForced: state.forced,
    note: state.breakStateName ?? (state.breakStateId === null ? '' : String(state.breakStateId)),
  }));
  return pieces.filter((piece) => piece.to > piece.from);
}

/**
 * From the first to the last piece in which the agent was there; the whole day if there is none.
 * @param {readonly Piece[]} pieces
 * @param {{from: number, to: number}} day
 */
export function presence(pieces, day) {
  const there = pieces.filter((piece) => piece.kind !== 'offline' && piece.kind !== 'disconnected');
  if (there.length === 0) return day;
  const from = Math.min(...there.map((piece) => piece.from));
  return { from, to: Math.max(from + 1000, ...there.map((piece) => piece.to)) };
}

/**
 * How long each kind lasted, and how often it came, longest first.
 * @param {readonly Piece[]} pieces
 */
export function totals(pieces) {
  /** @type {Map<string, {kind: string, note: string, total: number, times: number}>} */
  const sums = new Map();
  for (const { kind, note, from, to } of pieces) {
    const key = `${kind} ${note}`;
    const sum = sums.get(key) ?? { kind, note, total: 0, times: 0 };
    sum.total += to - from;
    sum.times += 1;
    sums.set(key, sum);
  }
  return [...sums.values()].sort((a, b) => b.total - a.total);
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const STEPS = [1, 2, 5, 10, 15, 30].flatMap((n) => [n * SECOND, n * MINUTE]).concat([1, 2, 3, 4, 6, 12, 24].map((n) => n * HOUR)).sort((a, b) => a - b);

/**
 * Round moments of the local clock within a range, at most `most` of them.
 * @param {number} from
 * @param {number} to
 * @param {number} most
 * @returns {{at: number, step: number}[]}
 */
export function ticks(from, to, most) {
  const step = STEPS.find((one) => (to - from) / one <= most) ?? 24 * HOUR;
  if (step >= HOUR) return hourTicks(from, to, step);
  // Whole minutes are whole minutes in every time zone.
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, index) => ({ at: first + index * step, step }));
}

/**
 * By the hours of the clock on the wall, which a day of changing clocks has twice or not at all.
 * @param {number} from
 * @param {number} to
 * @param {number} step
 */
function hourTicks(from, to, step) {
  const found = [];
  const start = new Date(from);
  start.setMinutes(0, 0, 0);
  for (let at = start.getTime(); at <= to; at += HOUR) {
    if (at >= from && new Date(at).getHours() % (step / HOUR) === 0) found.push({ at, step });
  }
  return found;
}
