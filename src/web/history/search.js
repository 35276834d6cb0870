// The list of contacts: what the form asks for stands in the address, and the address decides what is shown.

import { byId, h, icon, setAttribute, setText, show } from '../dom.js';
import { DIRECTIONS, ENDINGS, linkTo, NO_FILTERS, queryOf, RANGES, STATUSES, wrongField } from './places.js';
import { ask, exportSessions, olderThan, Problem, save } from './rest.js';
import { dayName, moment } from './spans.js';
import { figure, plain, refill, row } from './table.js';
import { text, wordOf } from './texts.js';
import { agents, customer, dayAndClock, lengthOf, problemText } from './words.js';

/** @typedef {import('./places.js').Filters} Filters */
/** @typedef {import('./types.js').Session} Session */

const PAGE = 50;
const FIELDS = /** @type {(keyof Filters)[]} */ (Object.keys(NO_FILTERS));
const CHECKED = /** @type {const} */ (['from', 'to', 'group', 'waited']);
const WRONG = { from: 'wrongFrom', to: 'wrongTo', group: 'wrongGroup', waited: 'wrongWaited' };
const DIRECTION_ICONS = /** @type {Record<string, string>} */ ({ Inbound: 'in', Outbound: 'out', Internal: 'internal' });

/** @param {keyof Filters} name */
const input = (name) => /** @type {HTMLInputElement | HTMLSelectElement} */ (byId(`f-${name}`));

/** The filters that the list on the screen was made with. @type {Filters} */
let shown = { ...NO_FILTERS };
/** @type {AbortController | null} */
let exporting = null;

/** Words of the choices. */
export function fillChoices() {
  const options = (/** @type {keyof Filters} */ name, /** @type {readonly string[]} */ values, /** @type {(value: string) => string} */ word) => {
    const select = input(name);
    const { value } = select;
    select.replaceChildren(...values.map((one) => h('option', { value: one }, word(one))));
    if (value !== '') select.value = value;
  };
  /** @type {Record<string, string>} */
  const ranges = { today: text('rangeToday'), yesterday: text('rangeYesterday'), week: text('rangeWeek'), month: text('rangeMonth'), any: text('rangeAny'), own: text('rangeOwn') };
  options('range', RANGES, (value) => ranges[value] ?? value);
  const withAll = (/** @type {(value: string) => string} */ word) => (/** @type {string} */ value) => (value === '' ? text('all') : word(value));
  options('direction', ['', ...DIRECTIONS], withAll((value) => wordOf('dir', value)));
  options('status', ['', ...STATUSES], withAll((value) => wordOf('st', value)));
  options('ended', ['', ...ENDINGS], withAll((value) => sentence(wordOf('end', value))));
}

/** @param {string} words */
const sentence = (words) => words.charAt(0).toUpperCase() + words.slice(1);

/**
 * The form's controls as the address says.
 * @param {Filters} filters
 */
function fillForm(filters) {
  for (const name of FIELDS) {
    const control = input(name);
    control.value = filters[name];
    // A value that the form does not offer may stand in the address all the same.
    if (control.value !== filters[name] && control instanceof HTMLSelectElement) {
      control.append(h('option', { value: filters[name] }, filters[name]));
      control.value = filters[name];
    }
  }
  showOwn();
  complain(null);
}

function showOwn() {
  for (const field of document.querySelectorAll('.field.own')) show(/** @type {HTMLElement} */ (field), input('range').value === 'own');
}

/**
 * What the form holds; null: something in it is not understood, which is said at its place.
 * @returns {Filters | null}
 */
function readForm() {
  const filters = { ...NO_FILTERS };
  for (const name of FIELDS) filters[name] = input(name).value.trim();
  if (filters.range !== 'own') filters.from = filters.to = '';
  const wrong = wrongField(filters);
  complain(wrong);
  return wrong === null ? filters : null;
}

/** @param {keyof Filters | null} wrong */
function complain(wrong) {
  for (const name of CHECKED) {
    setText(byId(`w-${name}`), name === wrong ? text(/** @type {import('./texts.js').TextKey} */ (WRONG[name])) : '');
    setAttribute(input(name), 'aria-invalid', name === wrong ? 'true' : null);
  }
  if (wrong !== null) input(wrong).focus();
}

/**
 * Shows what the address asks for.
 * @param {{filters: Filters, after: string}} place
 * @param {AbortSignal} signal
 */
export async function showSearch({ filters, after }, signal) {
  fillForm(filters);
  shown = filters;
  setText(byId('results-order'), text(after === '' ? 'resultsNewest' : 'resultsOlder'));
  setText(byId('results-said'), text('loading'));
  const wrong = wrongField(filters);
  if (wrong !== null) {
    empty();
    complain(wrong);
    return;
  }
  const query = queryOf(filters, Date.now());
  query.set('limit', String(PAGE));
  if (after !== '') query.set('after', after);
  setAttribute(byId('results'), 'aria-busy', 'true');
  try {
    const answer = await ask(`api/v1/Sessions?${query}`, { signal });
    const sessions = /** @type {Session[]} */ (await answer.json());
    const older = olderThan(answer);
    list(sessions, older, { filters, after });
  } catch (error) {
    if (error instanceof Problem) empty();
    throw error;
  } finally {
    setAttribute(byId('results'), 'aria-busy', null);
  }
}

function empty() {
  show(byId('results-table'), false);
  show(byId('older'), false);
  show(byId('newest'), false);
  setText(byId('results-said'), '');
}

/**
 * @param {Session[]} sessions
 * @param {string} older the cursor behind them
 * @param {{filters: Filters, after: string}} place
 */
function list(sessions, older, { filters, after }) {
  const said = () => {
    if (sessions.length > 0) return text(older === '' ? 'found' : 'foundMore', { count: sessions.length });
    return text(after === '' ? 'foundNone' : 'foundNoOlder');
  };
  setText(byId('results-said'), said());
  show(byId('results-table'), sessions.length > 0);
  refill(byId('results-rows'), JSON.stringify(sessions), () => sessions.map(line));
  const link = (/** @type {string} */ id, /** @type {string} */ cursor, /** @type {boolean} */ isShown) => {
    byId(id).setAttribute('href', linkTo({ view: 'search', filters, after: cursor }));
    show(byId(id), isShown);
  };
  link('older', older, older !== '');
  link('newest', '', after !== '');
}

/** @param {Session} session */
function line(session) {
  const time = dayAndClock(moment(session.created));
  const open = h('a', { href: linkTo({ view: 'session', id: String(session.id) }), 'aria-label': text('openSession', { id: session.id, time }) }, time);
  const reason = session.cti.terminationReason;
  return row(open, [
    plain(h('span', { class: 'direction' }, icon(DIRECTION_ICONS[session.cti.direction] ?? 'in'), wordOf('dir', session.cti.direction))),
    { cell: h('span', { class: 'ellipsis' }, customer(session)) },
    plain(agents(session) || text('none')),
    plain(session.cti.skillGroups.join(', ') || text('none')),
    figure(lengthOf(session.waited)),
    figure(lengthOf(session.length)),
    plain(h('span', { class: 'status', 'data-status': session.status }, wordOf('st', session.status))),
    plain(reason === null ? text('none') : sentence(wordOf('end', reason))),
  ]);
}

/** How many there are in all: asked only when somebody wants to know, since it may take long. */
async function count() {
  const said = byId('results-said');
  setText(said, text('loading'));
  const query = queryOf(shown, Date.now());
  query.set('limit', '1');
  query.set('count', 'true');
  try {
    const total = Number((await ask(`api/v1/Sessions?${query}`)).headers.get('x-total-count') ?? '0');
    setText(said, total === 1 ? text('countedOne') : text('countedMany', { count: total }));
  } catch (error) {
    fail(error);
  }
}

/**
 * @param {'text/csv' | 'application/x-ndjson'} accept
 * @param {string} ending
 */
async function exportAll(accept, ending) {
  if (exporting !== null) return;
  const own = new AbortController();
  exporting = own;
  const said = byId('results-said');
  setText(said, text('exporting'));
  show(byId('export-cancel'), true);
  try {
    const { file, isCut } = await exportSessions(queryOf(shown, Date.now()), accept, own.signal);
    const name = `${text('fileName')}-${dayName(Date.now())}.${ending}`;
    save(file, name);
    setText(said, text(isCut ? 'exportCut' : 'exported', { name }));
  } catch (error) {
    fail(error);
  } finally {
    exporting = null;
    show(byId('export-cancel'), false);
  }
}

/** @type {(problem: Problem) => void} */
let signInAgain = () => {};

/** @param {unknown} error */
function fail(error) {
  if (error instanceof Problem && error.status === 401) signInAgain(error);
  setText(byId('results-said'), error instanceof Problem ? problemText(error) : '');
  if (!(error instanceof Problem) && /** @type {Error} */ (error).name !== 'AbortError') throw error;
}

/**
 * @param {(place: import('./places.js').Place) => void} go
 * @param {(problem: Problem) => void} expired
 */
export function startSearch(go, expired) {
  signInAgain = expired;
  byId('search-form').addEventListener('submit', (event) => {
    event.preventDefault();
    const filters = readForm();
    if (filters !== null) go({ view: 'search', filters, after: '' });
  });
  byId('search-clear').addEventListener('click', () => go({ view: 'search', filters: { ...NO_FILTERS }, after: '' }));
  input('range').addEventListener('change', showOwn);
  byId('count').addEventListener('click', () => void count());
  byId('export-csv').addEventListener('click', () => void exportAll('text/csv', 'csv'));
  byId('export-ndjson').addEventListener('click', () => void exportAll('application/x-ndjson', 'ndjson'));
  byId('export-cancel').addEventListener('click', () => exporting?.abort());
}
