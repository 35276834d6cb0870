// An agent's day: every state from midnight to midnight of the browser's clock, as a bar, a table and totals.

import { byId, h, setText, show } from '../dom.js';
import { draw } from './draw.js';
import { drawLegend } from './legend.js';
import { linkTo, NO_FILTERS } from './places.js';
import { askJson } from './rest.js';
import { dayName, dayOf, dayPieces, presence, totals } from './spans.js';
import { figure, refill, row, time } from './table.js';
import { phrase, text } from './texts.js';
import { day as dayWord, exactClock, foreign, length, pieceSaid, pieceWord, tickWord } from './words.js';

/** @typedef {import('./types.js').UserState} UserState */

const agentInput = () => /** @type {HTMLInputElement} */ (byId('d-agent'));
const dayInput = () => /** @type {HTMLInputElement} */ (byId('d-day'));

const zoom = () => /** @type {HTMLInputElement} */ (byId('day-zoom'));

/** What is on the screen. @type {{agent: string, day: {from: number, to: number}, states: UserState[], now: number} | null} */
let shown = null;

/**
 * @param {{agent: string, day: string}} place an empty day is today
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} whether the day still goes on
 */
export async function showDay({ agent, day }, signal) {
  const now = Date.now();
  const name = day === '' ? dayName(now) : day;
  const range = dayOf(name);
  agentInput().value = agent;
  dayInput().value = range === null ? '' : name;
  setText(byId('day-message'), range === null ? text('dayWrong') : '');
  links(agent, range === null ? now : range.from);
  if (agent === '' || range === null) {
    clearDay();
    titleOf(null);
    return false;
  }
  const query = new URLSearchParams({ from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() });
  const states = /** @type {UserState[]} */ (await askJson(`api/v1/Users/${encodeURIComponent(agent)}/states?${query}`, signal));
  // The clock of this machine may be behind the server's.
  shown = { agent, day: range, states, now: Math.max(now, Date.now()) };
  drawDay();
  return range.to > now && range.from <= now;
}

export function clearDay() {
  shown = null;
  show(byId('day-body'), false);
}

/** @param {{agent: string, day: {from: number}} | null} what */
function titleOf(what) {
  const parts = what === null ? [text('dayTitle')] : phrase('dayOf', { agent: foreign(what.agent), day: dayWord(what.day.from) });
  refill(byId('day-title'), JSON.stringify([what?.agent, what?.day.from, text('dayTitle')]), () => [h('span', {}, ...parts)]);
}

/**
 * @param {string} agent
 * @param {number} from
 */
function links(agent, from) {
  const to = (/** @type {string} */ id, /** @type {string} */ day) => byId(id).setAttribute('href', linkTo({ view: 'day', agent, day }));
  to('day-before', dayName(from, -1));
  to('day-after', dayName(from, 1));
  to('day-today', '');
  for (const id of ['day-before', 'day-after', 'day-today']) show(byId(id), agent !== '');
}

/** Draws what is known: after it has changed, in another language, for another width. */
export function drawDay() {
  if (shown === null) {
    titleOf(null);
    return;
  }
  const { agent, day, states, now } = shown;
  titleOf(shown);
  show(byId('day-body'), true);
  const pieces = dayPieces(states, day, now);
  show(byId('day-empty'), pieces.length === 0);
  const range = zoom().checked ? presence(pieces, day) : day;
  const lane = { id: agent, name: agent, pieces: pieces.filter((piece) => piece.to > range.from && piece.from < range.to) };
  const picture = { ...range, lanes: [lane], gaps: [] };
  const said = byId('day-said');
  if (said.textContent === '') setText(said, text('pictureRest'));
  const name = text('laneAgent', { name: agent });
  draw(byId('day-picture'), picture, {
    label: `${text('dayBar')}. ${text('pictureHint')}`,
    lane: () => '',
    short: (piece) => pieceWord(piece, 'state'),
    long: (_, piece) => pieceSaid(name, piece, 'state'),
    gap: () => '',
    tick: tickWord,
    show: (words) => setText(said, words === '' ? text('pictureRest') : words),
  });
  drawLegend(byId('day-legend'), picture, 'state');
  setText(byId('day-zone'), text('dayZone', { zone: Intl.DateTimeFormat().resolvedOptions().timeZone }));
  byId('day-contacts').setAttribute('href', linkTo({ view: 'search', filters: { ...NO_FILTERS, ...ownDay(day), agent }, after: '' }));
  refill(byId('day-rows'), JSON.stringify([pieces, text('stillOn')]), () =>
    pieces.map((piece) => row(piece.isForced ? [pieceWord(piece, 'state'), ' ', h('span', { class: 'quiet' }, `(${text('stateForced')})`)] : pieceWord(piece, 'state'), [time(exactClock(piece.from)), time(piece.isOpen ? text('stillOn') : exactClock(piece.to)), figure(length(piece.to - piece.from))])));
  const sums = totals(pieces);
  const whole = sums.reduce((sum, one) => sum + one.total, 0);
  refill(byId('totals'), JSON.stringify([sums, text('stillOn')]), () =>
    sums.map((sum) => row(pieceWord({ ...sum, from: 0, to: 0, isOpen: false, isConsult: false }, 'state'), [figure(length(sum.total)), figure(`${((100 * sum.total) / whole).toFixed(1)} %`), figure(String(sum.times))])));
}

/**
 * A day as the search's own range; its last minute counts whole.
 * @param {{from: number, to: number}} day
 */
function ownDay(day) {
  const last = day.to - 60_000;
  const local = (/** @type {number} */ at) => `${dayName(at)}T${String(new Date(at).getHours()).padStart(2, '0')}:${String(new Date(at).getMinutes()).padStart(2, '0')}`;
  return { range: 'own', from: local(day.from), to: local(last) };
}

/** @param {(place: import('./places.js').Place) => void} go */
export function startDay(go) {
  zoom().addEventListener('change', drawDay);
  byId('day-form').addEventListener('submit', (event) => {
    event.preventDefault();
    const agent = agentInput().value.trim();
    const day = dayInput().value;
    if (agent === '') {
      setText(byId('day-message'), text('dayFill'));
      agentInput().focus();
      return;
    }
    go({ view: 'day', agent, day: day === dayName(Date.now()) ? '' : day });
  });
}
