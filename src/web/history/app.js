// The history page: the address says what is shown, the token says who asks; everything else follows.

import { byId, setAttribute, setText, show } from '../dom.js';
import { chosenLanguage } from '../memory.js';
import { language, pickLanguage, setLanguage } from '../texts.js';
import { clearDay, drawDay, showDay, startDay } from './day.js';
import { linkTo, NO_FILTERS, placeOf, searchOf } from './places.js';
import { askJson, Problem, token } from './rest.js';
import { fillChoices, showSearch, startSearch } from './search.js';
import { clearSession, drawSession, showSession } from './session.js';
import { drawSignIn, focusSignIn, saySignIn, startSignIn } from './sign-in.js';
import { forget } from './table.js';
import { text } from './texts.js';
import { problemText } from './words.js';

/** @typedef {import('./places.js').Place} Place */

/** How often what still goes on is asked for anew. */
const LIVE_MS = 3_000;

/** What is being fetched; gone when something else is. */
let work = new AbortController();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let refresh;
/** The search that "back to the list" leads to. */
let lastSearch = linkTo({ view: 'search', filters: NO_FILTERS, after: '' });
let who = '';

const here = () => placeOf(location.search);

/** @param {Place} place */
function go(place) {
  const address = linkTo(place);
  // The same search again is a new look at it, not a new step back.
  if (searchOf(here()) === searchOf(place)) history.replaceState(null, '', address);
  else history.pushState(null, '', address);
  void arrive({ isNew: true });
}

/**
 * Shows what the address says.
 * @param {{isNew: boolean}} how isNew: by the reader's own step, so that the focus goes with it
 */
async function arrive({ isNew }) {
  const place = here();
  stopWork();
  if (token.get() === null) {
    showSignIn();
    return;
  }
  show(byId('sign-in'), false);
  show(byId('page'), true);
  show(byId('problem'), false);
  for (const view of /** @type {const} */ (['search', 'session', 'day'])) show(byId(`view-${view}`), view === place.view);
  setAttribute(byId('nav-search'), 'aria-current', place.view === 'search' ? 'page' : null);
  setAttribute(byId('nav-day'), 'aria-current', place.view === 'day' ? 'page' : null);
  if (place.view === 'search') lastSearch = linkTo(place);
  byId('session-back').setAttribute('href', lastSearch);
  if (place.view === 'session') setText(byId('session-title'), text('sessionTitle', { id: place.id }));
  clearSession();
  clearDay();
  drawDay();
  entitle(place);
  if (isNew) byId(`${place.view}-title`).focus();
  void askWho();
  await fetchPlace(place, work.signal);
}

/**
 * Fetches and draws; what goes on is fetched again after a while.
 * @param {Place} place
 * @param {AbortSignal} signal
 */
async function fetchPlace(place, signal) {
  const isAgain = !byId('problem').hidden || (place.view === 'session' && !byId('session-body').hidden);
  try {
    let isLive = false;
    if (place.view === 'search') await showSearch(place, signal);
    else if (place.view === 'session') isLive = await showSession(place.id, signal);
    else isLive = await showDay(place, signal);
    if (signal.aborted) return;
    mindScrolling();
    show(byId('problem'), false);
    entitle(place);
    if (isLive) again(place, signal);
  } catch (error) {
    if (signal.aborted || /** @type {Error} */ (error).name === 'AbortError') return;
    if (!(error instanceof Problem)) throw error;
    if (error.status === 401) {
      expired();
      return;
    }
    const words = problemText(error, place.view === 'day' ? 'errNoUser' : 'errNotFound');
    if (isAgain && place.view === 'session' && !byId('session-body').hidden) {
      // The last picture stays, and it is said that it is old.
      setText(byId('session-live'), text('liveLost', { problem: words }));
      again(place, signal);
      return;
    }
    setText(byId('problem-text'), words);
    // What is gone or forbidden will not come by asking again.
    show(byId('problem-retry'), ![403, 404, 410, 400].includes(error.status));
    show(byId('problem'), true);
  }
}

/**
 * @param {Place} place
 * @param {AbortSignal} signal
 */
function again(place, signal) {
  clearTimeout(refresh);
  refresh = setTimeout(() => {
    if (document.hidden) again(place, signal);
    else void fetchPlace(place, signal);
  }, LIVE_MS);
}

function stopWork() {
  clearTimeout(refresh);
  work.abort();
  work = new AbortController();
}

/** @param {Place} place */
function entitle(place) {
  const name = { search: text('searchTitle'), session: place.view === 'session' ? text('sessionTitle', { id: place.id }) : '', day: byId('day-title').textContent ?? '' }[place.view];
  document.title = `${name} – ${text('title')}`;
}

async function askWho() {
  if (who !== '') return;
  try {
    who = String((await askJson('api/v1/me')).subject);
  } catch {
    // The page says elsewhere what is wrong.
  }
  drawWho();
}

function drawWho() {
  setText(byId('who'), who === '' ? '' : text('signedInAs', { who }));
}

function showSignIn() {
  show(byId('page'), false);
  show(byId('sign-in'), true);
  document.title = text('signInTitle');
  drawSignIn();
  focusSignIn();
}

/** The token does not count any more; the address stays, so that one is back here after signing in. */
function expired() {
  stopWork();
  leave();
  saySignIn(() => text('signInAgain'));
  showSignIn();
}

/** Nothing of what was read stays behind. */
function leave() {
  token.set(null);
  who = '';
  clearSession();
  clearDay();
  byId('results-rows').replaceChildren();
  forget(document.body);
}

/** @param {import('../texts.js').Language} chosen */
function speak(chosen) {
  setLanguage(chosen);
  document.documentElement.lang = chosen;
  for (const element of document.querySelectorAll('[data-text], [data-label], [data-hint]')) {
    const { text: content, label, hint } = /** @type {HTMLElement} */ (element).dataset;
    const word = (/** @type {string} */ key) => text(/** @type {import('./texts.js').TextKey} */ (key));
    if (content !== undefined) setText(element, word(content));
    if (label !== undefined) setAttribute(element, 'aria-label', word(label));
    if (hint !== undefined) setAttribute(element, 'placeholder', word(hint));
  }
  forget(document.body);
  fillChoices();
  drawWho();
  drawSignIn();
}

/** Links of the page lead to places; all else is left to the browser. */
document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (link === null || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const to = new URL(link.href, location.href);
  if (to.origin !== location.origin || to.pathname !== location.pathname) return;
  event.preventDefault();
  go(placeOf(to.search));
});
addEventListener('popstate', () => void arrive({ isNew: true }));

byId('problem-retry').addEventListener('click', () => void arrive({ isNew: false }));
byId('sign-out').addEventListener('click', () => {
  stopWork();
  leave();
  saySignIn(() => text('signedOutBye'));
  showSignIn();
});
byId('language').addEventListener('click', () => {
  const chosen = language() === 'de' ? 'en' : 'de';
  chosenLanguage.set(chosen);
  speak(chosen);
  void arrive({ isNew: false });
});
/** What is wider than its place can be scrolled by keyboard as well; what is not is no stop for Tab. */
function mindScrolling() {
  for (const place of document.querySelectorAll('.scroll')) setAttribute(place, 'tabindex', place.scrollWidth > place.clientWidth ? '0' : null);
}
for (const details of document.querySelectorAll('details')) details.addEventListener('toggle', mindScrolling);

// Pictures are drawn for the width they get.
new ResizeObserver(() => {
  mindScrolling();
  drawSession();
  if (!byId('day-body').hidden) drawDay();
}).observe(byId('page'));

byId('nav-search').setAttribute('href', linkTo({ view: 'search', filters: NO_FILTERS, after: '' }));
byId('nav-day').setAttribute('href', linkTo({ view: 'day', agent: '', day: '' }));
startSearch(go, expired);
startDay(go);
startSignIn(() => {
  saySignIn(() => '');
  void arrive({ isNew: true });
});
speak(pickLanguage(chosenLanguage.get(), navigator.languages));
void arrive({ isNew: false });
