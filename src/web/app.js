// Puts the page together: socket events into the store, the store onto the screen, presses into commands.

import { announcements } from './announce.js';
import { SharedConnection } from './sdk/ctibridge.js';
import { consultButton, dialRefusal, endButton, rejectTarget, standstill, transferButton, who } from './controls.js';
import { Crm } from './crm.js';
import { Diary } from './diary.js';
import { byId, h, setAttribute, setText, show } from './dom.js';
import { dialable, duration } from './format.js';
import { Keypad } from './keypad.js';
import { actionOf, bindingsWith, choosable, TAKEN } from './keys.js';
import { chosenLanguage, keepsAnything, keysOn, last, ownKeys, ringing, ticket, times } from './memory.js';
import { Panels } from './panels.js';
import { callPhase, hasLiveCall, timesOf } from './picture.js';
import { Ring } from './ring.js';
import { focusedCall, inService, initialState, reduce } from './store.js';
import { Team } from './team.js';
import { failureText, language, pickLanguage, setLanguage, text } from './texts.js';
import { PLACES, View } from './view.js';

/** @typedef {import('./store.js').State} State */
/** @typedef {import('./store.js').Action} Action */
/** @typedef {import('./store.js').Control} Control */
/** @typedef {import('./store.js').Response} Response */
/** @typedef {import('./picture.js').Reason} Reason */
/** @typedef {import('./texts.js').TextKey} TextKey */

/** How long a session may take to tell its first picture. */
const PICTURE_MS = 15_000;
/** A browser clock that is wrong by less than this is not worth correcting. */
const CLOCK_MS = 1_500;
/** One that is wrong by this much is worth a word: other programs on this desk will show wrong times. */
const CLOCK_SAID_MS = 60_000;
/** How long a hint stays that nothing else would take away. */
const HINT_MS = 4_000;
/** How long a list may take to come after its command was answered. */
const LIST_MS = 3_000;
/** How long a sentence about the CRM stays. */
const CRM_MS = 15_000;

/** @type {State} */
let state = initialState();
/** @type {Set<() => void>} */
const watchers = new Set();

/** @type {import('./sdk/ctibridge.js').LineHandlers} */
const handlers = {
  onEvent: (frame) => {
    dispatch({ type: 'frame', frame, now: Date.now() });
    crm?.event(frame);
  },
  onLink: (socket) => dispatch({ type: 'link', socket, now: Date.now() }),
  onSync: (session) => dispatch({ type: 'sync', session }),
  onMode: (mode) => {
    if (state.mode === mode) return;
    dispatch({ type: 'mode', mode });
    if (mode === 'command' && state.picture.initialized) void askForLists();
  },
  onResumed: () => void caughtUp(),
  onTicket: (value) => ticket.set(value),
  onEnd: ({ why, response }) => {
    const failure = response?.failure ?? null;
    if (why === 'override') leave('overridden', null);
    else if (why === 'loggedOut') leave('signedOutBye', null);
    else leave(failure && failure.code !== 'AUTH_FAILED' ? 'sessionEnded' : 'signInAgain', null);
  },
};
const client = new SharedConnection(new URL('mediabar/v1', document.baseURI.replace(/^http/, 'ws')).href, handlers, new URL('sdk/worker.js', document.baseURI));

/** Set where the page stands in a CRM's frame. @type {Crm | null} */
const crm = Crm.isFramed()
  ? new Crm(client, {
      channel: () => state.picture.channel?.path ?? '',
      onError: (kind, step, detail) => tellCrm(kind, step, detail),
      select: (path) => dispatch({ type: 'focus', path }),
      dial: (number, extensions) => void dial(dialable(number), undefined, extensions),
    })
  : null;

const view = new View(
  {
    press: (place) => press(place),
    cancelNext: () => void (state.picture.agent?.pending?.state === 'AVAILABLE' ? agentState('channel.notready') : agentState('channel.ready')),
    focus: (path) => dispatch({ type: 'focus', path }),
    copy: (number) => void copy(number),
    dismissBanner: () => {
      dispatch({ type: 'dismiss' });
      view.focusBar();
    },
    takeOver: () => void takeOver(),
  },
  {
    ready: () => void agentState('channel.ready'),
    notReady: (reason) => void agentState('channel.notready', reason),
    work: () => void agentState('channel.work'),
    logIn: () => void logIn(),
    signOut: (reason) => void signOut(reason),
    closeForm: () => dispatch({ type: 'form', form: null }),
  },
);
const panels = new Panels({
  finish: (andReady) => void finish(andReady),
  dial: (number, skill) => void dial(number, skill),
  hand: (mode, number) => void hand(mode, number),
  ask: (mode) => (mode === 'consult' ? consultButton(state) : transferButton(state)),
});
const team = new Team({
  supervise: (action, agent, callId) => void (state.picture.channel && command('team', 'channel.supervise', state.picture.channel.path, { action, agent: { id: agent }, callId })),
  send: (words) => void (state.picture.session && command('team', 'session.message', state.picture.session, { to: 'team', text: words })),
});
const diary = new Diary();
const bell = new Ring();
const keypad = new Keypad(async (target, digits) => {
  const response = await command('keypad', 'conversation.senddtmf', target, { digits });
  return response?.result === 'success';
});

// ---- the loop ----------------------------------------------------------------------------------------------------------

/** @param {Action} action */
function dispatch(action) {
  const before = state;
  diary.action(action);
  state = reduce(state, action);
  if (state === before) return;
  const said = announcements(before, state);
  if (said.alert !== '') setText(byId('alert'), said.alert);
  else if (!state.picture.interactions.some((call) => callPhase(call) === 'ringing')) setText(byId('alert'), '');
  if (said.status !== '') setText(byId('status'), said.status);
  if (state.picture !== before.picture && state.phase === 'signedIn') times.set(timesOf(state.picture));
  ring(before);
  render();
  for (const watcher of [...watchers]) watcher();
}

function render() {
  const now = Date.now();
  view.render(state, now);
  panels.render(state);
  keypad.render(state);
  team.render(state, now);
  renderSignIn();
  renderHint();
  const ringingNow = state.picture.interactions.find((call) => callPhase(call) === 'ringing');
  bell.set(ringingNow !== undefined && state.phase === 'signedIn' && state.mode === 'command');
  const title = ringingNow && state.phase === 'signedIn' ? text('titleRinging', { who: who(ringingNow) }) : text('product');
  if (document.title !== title) document.title = title;
}

/**
 * Fulfils once the state is as wanted, or with false after a time.
 * @param {(state: State) => boolean} wanted
 * @param {number} ms
 * @returns {Promise<boolean>}
 */
function until(wanted, ms) {
  if (wanted(state)) return Promise.resolve(true);
  return new Promise((fulfil) => {
    const timer = setTimeout(() => done(false), ms);
    const watcher = () => wanted(state) && done(true);
    watchers.add(watcher);
    /** @param {boolean} result */
    function done(result) {
      clearTimeout(timer);
      watchers.delete(watcher);
      fulfil(result);
    }
  });
}

// ---- signing in and out ------------------------------------------------------------------------------------------------

/**
 * @param {boolean} override
 * @param {boolean} [mirror]
 */
async function signIn(override, mirror = false) {
  const agentId = /** @type {HTMLInputElement} */ (byId('agent-id'));
  const password = /** @type {HTMLInputElement} */ (byId('password'));
  const extension = /** @type {HTMLInputElement} */ (byId('extension'));
  if (agentId.value.trim() === '') {
    dispatch({ type: 'signedOut', why: 'fillAgentId' });
    return agentId.focus();
  }
  dispatch({ type: 'signingIn' });
  const credentials = { id: agentId.value.trim(), password: password.value, extension: extension.value.trim(), override, mirror };
  const response = await client.signIn(credentials);
  if (state.phase !== 'signingIn') return;
  if (response.result === 'confirm') return dispatch({ type: 'signedOut', confirm: response.message ?? '' });
  if (response.result !== 'success') return giveUpSignIn(response);
  if (!(await until((now) => now.picture.initialized, PICTURE_MS))) return giveUpSignIn({ result: 'failure', failure: { code: 'NO_ANSWER', message: '' } });
  if (!mirror && state.picture.channel?.state !== 'ACTIVE') {
    const activated = await client.request('channelgroup.request.activateall', state.picture.group ?? '', {
      options: credentials.extension ? { extension: credentials.extension } : {},
    });
    if (state.phase !== 'signingIn') return;
    if (activated.result !== 'success') return giveUpSignIn(activated);
  }
  password.value = '';
  last.set({ agentId: credentials.id, extension: credentials.extension });
  dispatch({ type: 'signedIn', now: Date.now() });
  byId('state').focus();
  await askForLists();
}

/** @param {Response} response */
function giveUpSignIn(response) {
  client.close();
  ticket.set(null);
  dispatch({ type: 'signedOut', failure: response.failure ?? { code: 'INTERNAL', message: response.message ?? '' } });
  const password = /** @type {HTMLInputElement} */ (byId('password'));
  password.select();
  password.focus();
}

/** Comes back after a reload without asking. @param {import('./sdk/ctibridge.js').Ticket} kept */
async function comeBack(kept) {
  dispatch({ type: 'times', times: times.get() });
  dispatch({ type: 'signedIn', now: Date.now() });
  const response = await client.resume(kept);
  if (response.result === 'success') {
    await until((now) => now.picture.initialized, PICTURE_MS);
    return askForLists();
  }
  if (state.phase === 'signedIn') leave('signInAgain', null);
}

/** Lists that do not come by themselves. They are a convenience; without them the page goes on. */
async function askForLists() {
  const { session, channel } = state.picture;
  if (session === null) return;
  await client.request('session.request.getdirectory', session);
  if (channel !== null) await client.request('channel.request.externaldispositions', channel.path);
  await client.request('session.request.getteam', session);
  const told = await until((now) => now.picture.team !== null, LIST_MS);
  if (told && !isBoss() && !isChoosing()) await leaveTeam();
}

/** Whether this agent supervises the team: then its panel is on the screen all day. */
const isBoss = () => state.picture.team?.members.some((member) => member.id === state.picture.agent?.id && member.supervisor) ?? false;
/** Whether the agent is looking for somebody to call. */
const isChoosing = () => byId('dial-panel').contains(document.activeElement);

/** For the others the team's events would be wasted, except while they choose whom to call and want to know who is free. */
async function watchTeam() {
  const session = state.picture.session;
  if (session !== null && state.picture.team === null && state.mode === 'command' && inService(state)) await client.request('session.request.getteam', session);
}

async function leaveTeam() {
  const session = state.picture.session;
  if (session === null || state.picture.team === null || isBoss()) return;
  dispatch({ type: 'teamLeft' });
  if (state.mode === 'command') await client.request('session.request.leaveteam', session);
}

/** After the missing events were replayed: answers come behind them, so the first answer marks their end. */
async function caughtUp() {
  await client.request('session.request.getdirectory', client.session);
  dispatch({ type: 'caughtUp', now: Date.now() });
}

/**
 * @param {TextKey} why
 * @param {import('./store.js').Failure | null} failure
 */
function leave(why, failure) {
  client.close();
  ticket.set(null);
  times.set(null);
  dispatch({ type: 'signedOut', why, failure });
  prefill();
  focusSignIn();
}

function focusSignIn() {
  byId(/** @type {HTMLInputElement} */ (byId('agent-id')).value === '' ? 'agent-id' : 'password').focus();
}

/** @param {Reason | null} reason */
async function signOut(reason) {
  const session = state.picture.session;
  if (state.mode === 'mirror') return leave('signedOutBye', null);
  if (session === null || !state.picture.initialized) return leave('signInAgain', null);
  const response = await command('signOut', 'session.request.logout', session, reason ? { reason: { code: reason.code } } : {});
  if (response?.result === 'success') leave('signedOutBye', null);
}

/** Makes this window the commanding one; the other then looks on. */
async function takeOver() {
  const session = state.picture.session;
  if (session === null) return;
  const response = await client.request('session.takeover', session);
  if (response.result !== 'success') dispatch({ type: 'failed', control: 'signOut', failure: response.failure ?? { code: 'INTERNAL', message: '' } });
  else view.focusBar();
}

async function logIn() {
  const { group, channel } = state.picture;
  if (group !== null) await command('state', 'channelgroup.request.activateall', group, { options: channel ? { extension: channel.endpoint } : {} });
}

function prefill() {
  const known = last.get();
  /** @type {HTMLInputElement} */ (byId('agent-id')).value ||= known.agentId;
  /** @type {HTMLInputElement} */ (byId('extension')).value ||= known.extension;
}

function renderSignIn() {
  const { why, failure, confirm } = state.notice;
  const busy = state.phase === 'signingIn';
  const button = byId('sign-in-button');
  setText(button, text(busy ? 'signingIn' : confirm !== null ? 'takeOver' : 'signIn'));
  setAttribute(button, 'aria-disabled', busy ? 'true' : null);
  button.classList.toggle('working', busy);
  show(byId('sign-in-cancel'), busy || confirm !== null);
  show(byId('sign-in-mirror'), !busy && confirm !== null);
  const waiting = busy && state.link.socket === 'closed' ? text('serverUnreachable') : '';
  const message = byId('sign-in-message');
  setText(message, waiting || confirm || (failure ? failureText(failure) : why ? text(/** @type {TextKey} */ (why)) : ''));
  message.classList.toggle('calm', failure === null && why === 'signedOutBye');
}

const isKeeping = keepsAnything();

/** What is odd about this browser and no hindrance. */
function renderHint() {
  const ahead = state.clockAhead;
  const clock = Math.abs(ahead) < CLOCK_SAID_MS ? '' : text(ahead > 0 ? 'hintClockFast' : 'hintClockSlow', { time: duration(Math.abs(ahead)) });
  const hint = [clock, isKeeping ? '' : text('hintNoStorage')].filter(Boolean).join(' ');
  for (const id of ['line-hint', 'sign-in-hint']) {
    setText(byId(id), hint);
    show(byId(id), hint !== '');
  }
}

// ---- commands ----------------------------------------------------------------------------------------------------------

/**
 * Sends the command of a control: working until the server's event, never twice at once.
 * @param {Control} control
 * @param {string} name
 * @param {string} target
 * @param {object} [data]
 * @returns {Promise<Response | null>} null: one is under way already
 */
async function command(control, name, target, data = {}) {
  if (state.pending[control]) return null;
  dispatch({ type: 'sent', control, command: name, target, now: Date.now() });
  const response = await client.request(name, target, data);
  dispatch({ type: 'answered', control, response, now: Date.now() });
  return response;
}

/** @type {Partial<Record<import('./controls.js').Button['does'], string>>} */
const COMMANDS = {
  answer: 'conversation.answer',
  hold: 'conversation.hold',
  retrieve: 'conversation.retrieve',
  swap: 'interaction.alternate',
  back: 'interaction.reconnect',
  transferConsult: 'interaction.consulttransfer',
  conference: 'interaction.consultconference',
  record: 'interaction.recording.start',
  recordStop: 'interaction.recording.stop',
  end: 'conversation.release',
  reject: 'conversation.release',
};

/** @param {import('./view.js').Place} place */
function press(place) {
  if (place === 'end' && view.endIsGuarded(Date.now())) {
    return dispatch({ type: 'failed', control: 'end', failure: { code: '', message: text('justChanged'), until: Date.now() + HINT_MS } });
  }
  const button = PLACES.find(([one]) => one === place)?.[1](state);
  if (!button || button.target === '') return;
  if (button.does === 'finish') return void finish(false);
  if (button.does === 'consult' || button.does === 'transfer') return panels.ask(button.does);
  if (button.does === 'keypad') return keypad.toggle(button.target);
  const name = COMMANDS[button.does];
  if (name) void command(place, name, button.target);
}

/**
 * Consults or transfers to a number.
 * @param {'consult' | 'transfer'} mode
 * @param {string} number
 */
async function hand(mode, number) {
  const button = mode === 'consult' ? consultButton(state) : transferButton(state);
  if (button.does !== mode || button.target === '') return;
  const response = await command(mode, mode === 'consult' ? 'interaction.consult' : 'conversation.transfer', button.target, { destination: number });
  if (response?.result !== 'success') return;
  panels.dialled();
  byId(mode).focus();
}

/** Refuses the call that rings, be it in focus or not. */
function reject() {
  const target = rejectTarget(state);
  if (target !== '') void command('end', 'conversation.release', target);
}

/**
 * @param {'channel.ready' | 'channel.notready' | 'channel.work'} name
 * @param {Reason | null} [reason]
 */
async function agentState(name, reason = null) {
  const channel = state.picture.channel;
  if (channel === null || standstill(state) !== '') return;
  const spelled = name.replace('channel.', 'channel.request.');
  // The reducer knows commands by their short names; the wire takes both.
  if (state.pending.state) return;
  dispatch({ type: 'sent', control: 'state', command: name, target: channel.path, now: Date.now() });
  const response = await client.request(spelled, channel.path, reason ? { reason: { code: reason.code } } : {});
  dispatch({ type: 'answered', control: 'state', response, now: Date.now() });
}

/**
 * Finishes the wrap-up of the call in focus with what was entered. Nothing chosen: the server says whether a reason is needed.
 * @param {boolean} andReady
 */
async function finish(andReady) {
  const call = focusedCall(state);
  if (call === null || callPhase(call) !== 'ended' || standstill(state) !== '') return;
  const { dispositionId, notes } = panels.draft(call.path);
  const offered = state.picture.dispositions !== null && state.picture.dispositions.length > 0;
  const asked = state.form?.kind === 'disposition' && state.form.target === call.path ? state.form : null;
  if (dispositionId === null && (notes.trim() !== '' || asked?.required)) return panels.askForDisposition(text('dispositionNeeded'));
  const data = dispositionId !== null ? { dispositionId, notes } : asked ? { skipDisposition: true } : {};
  let response = await command('finish', 'interaction.complete', call.path, data);
  if (response?.result === 'needinfo' && response.uiExtension?.type === 'disposition') {
    // The list was on the screen and nothing was chosen: that is an answer where none is required.
    if (response.uiExtension.dispositionRequired || !offered) return panels.askForDisposition(response.uiExtension.dispositionRequired ? text('dispositionNeeded') : '');
    response = await command('finish', 'interaction.complete', call.path, { skipDisposition: true });
  }
  if (response?.result !== 'success') return;
  dispatch({ type: 'form', form: null });
  if (andReady) await agentState('channel.ready');
  if (document.activeElement === document.body) view.focusBar();
}

/**
 * What did not work in the CRM: said at the dial box, where it is in nobody's way. The call is not touched by it.
 * @param {'failed' | 'full' | 'template'} kind
 * @param {string} step
 * @param {string} detail
 */
function tellCrm(kind, step, detail) {
  const message = kind === 'full' ? text('crmFull') : kind === 'template' ? text('crmTemplate') : text('crmFailed', { step, detail });
  dispatch({ type: 'failed', control: 'dial', failure: { code: '', message, until: Date.now() + CRM_MS } });
}

/** What a CRM's click placed, for the question which skill group it is for. @type {object} */
let clicked = {};

/**
 * @param {string} number
 * @param {string} [skill]
 * @param {object} [record] the CRM record that was clicked
 */
async function dial(number, skill, record) {
  const channel = state.picture.channel;
  const refusal = number === '' ? text('dialEmpty') : dialRefusal(state);
  if (channel === null || refusal !== '') {
    // Whoever presses the page's own button sees the reason beside it; whoever clicked in the CRM does not.
    if (record) dispatch({ type: 'failed', control: 'dial', failure: { code: '', message: refusal, until: Date.now() + CRM_MS } });
    return;
  }
  const calls = state.picture.interactions.map((one) => one.path);
  clicked = record ?? (skill === undefined ? {} : clicked);
  const extensions = { ...clicked, ...(skill === undefined ? {} : { skill }) };
  const response = await command('dial', 'channel.dial', channel.path, { destination: number, extensions });
  if (state.form?.kind === 'skill' && response?.result !== 'needinfo') dispatch({ type: 'form', form: null });
  if (response?.result !== 'success') return;
  if (await until((now) => now.picture.interactions.some((one) => !calls.includes(one.path)), PICTURE_MS)) panels.dialled();
}

/** @param {string} number */
async function copy(number) {
  if (number === '') return;
  try {
    await navigator.clipboard.writeText(number);
    setText(byId('status'), text('copied'));
  } catch {
    setText(byId('status'), text('copyFailed'));
  }
}

// ---- incoming calls while nobody looks -----------------------------------------------------------------------------------

/** @type {Map<string, Notification>} */
const notifications = new Map();

/** @param {State} before */
function ring(before) {
  if (before.picture === state.picture) return;
  for (const call of state.picture.interactions) {
    const ringing = callPhase(call) === 'ringing';
    if (ringing && Object.keys(call.data).length > 0 && document.hidden && !notifications.has(call.path)) notify(call.path, who(call), call.data['queueName']);
    if (!ringing) closeNotification(call.path);
  }
  for (const path of notifications.keys()) {
    if (!state.picture.interactions.some((call) => call.path === path)) closeNotification(path);
  }
}

/**
 * @param {string} path
 * @param {string} caller
 * @param {unknown} queue
 */
function notify(path, caller, queue) {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  try {
    const notification = new Notification(text('notificationTitle'), { body: typeof queue === 'string' ? `${caller}\n${queue}` : caller, tag: path, requireInteraction: true });
    notification.onclick = () => window.focus();
    notifications.set(path, notification);
  } catch {
    // Some browsers allow notifications from service workers only; the title still tells.
  }
}

/** @param {string} path */
function closeNotification(path) {
  notifications.get(path)?.close();
  notifications.delete(path);
}

function renderNotifyButton() {
  show(byId('notify'), 'Notification' in window && Notification.permission === 'default');
}

// ---- keyboard -----------------------------------------------------------------------------------------------------------

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (state.phase !== 'signedIn' || !keysOn.get() || event.repeat || /** @type {HTMLDialogElement} */ (byId('keys-dialog')).open) return;
  const inText = event.target instanceof HTMLTextAreaElement || event.target instanceof HTMLInputElement;
  const action = actionOf(event, inText, bindingsWith(ownKeys.get()));
  if (action === null) return;
  event.preventDefault();
  const calls = state.picture.interactions;
  const at = calls.findIndex((call) => call === focusedCall(state));
  const step = (/** @type {number} */ by) => calls.length > 0 && dispatch({ type: 'focus', path: calls[(at + by + calls.length) % calls.length]?.path ?? null });
  switch (action) {
    case 'focusBar':
      return view.focusBar();
    case 'stateMenu':
      return view.menu.open('main');
    case 'accept':
      return press('answer');
    case 'reject':
      return reject();
    case 'previous':
      return void step(-1);
    case 'next':
      return void step(1);
    case 'hold':
      return press('hold');
    case 'end':
      return endButton(state).does === 'reject' ? undefined : press('end');
    case 'consult':
    case 'back':
      return (consultButton(state).does === 'back') === (action === 'back') ? press('consult') : undefined;
    case 'transfer':
    case 'conference':
    case 'keypad':
      return press(action);
    case 'active':
      dispatch({ type: 'focus', path: null });
      return view.focusBar();
    case 'signOut':
      return view.menu.open('signOut');
  }
}

/** The action whose new key is awaited. @type {string | null} */
let rebinding = null;

function renderKeys() {
  byId('keys-table').replaceChildren(
    ...bindingsWith(ownKeys.get()).map((binding) => {
      const cap = (/** @type {string} */ keys) => h('kbd', {}, keys.replace('ArrowLeft', '←').replace('ArrowRight', '→'));
      const button = h('button', { type: 'button', class: 'plain', 'data-action': binding.action, 'aria-label': text('keysNow', { label: text(binding.label), key: binding.keys }) });
      button.append(rebinding === binding.action ? text('keysPress') : cap(binding.keys));
      button.addEventListener('click', () => {
        rebinding = rebinding === binding.action ? null : binding.action;
        setText(byId('keys-message'), '');
        renderKeys();
        /** @type {HTMLElement | null} */ (byId('keys-table').querySelector(`[data-action="${binding.action}"]`))?.focus();
      });
      const cell = h('td', {}, button);
      if (binding.other) cell.append(` ${text('keyOr')} `, cap(binding.other));
      if (TAKEN.has(binding.keys)) cell.append(h('small', {}, text('keysTaken', { key: binding.keys })));
      return h('tr', {}, h('td', {}, text(binding.label)), cell);
    }),
    h('tr', {}, h('td', {}, text('keyEscape')), h('td', {}, h('kbd', {}, 'Esc'))),
  );
}

/** Takes the next key press as the new key of an action. @param {KeyboardEvent} event */
function rebind(event) {
  if (rebinding === null || event.key === 'Tab') return;
  const keys = choosable(event);
  if (keys === null && event.key !== 'Escape') return;
  event.preventDefault();
  event.stopPropagation();
  const action = rebinding;
  const used = bindingsWith(ownKeys.get()).find((one) => one.action !== action && (one.keys === keys || one.other === keys));
  if (keys !== null && used) return setText(byId('keys-message'), text('keysUsed', { key: keys, label: text(used.label) }));
  if (keys !== null) ownKeys.set({ ...ownKeys.get(), [action]: keys });
  rebinding = null;
  setText(byId('keys-message'), keys !== null && TAKEN.has(keys) ? text('keysTaken', { key: keys }) : '');
  renderKeys();
  /** @type {HTMLElement | null} */ (byId('keys-table').querySelector(`[data-action="${action}"]`))?.focus();
}

async function renderRing() {
  const { on, device } = ringing.get();
  /** @type {HTMLInputElement} */ (byId('ring-on')).checked = on;
  const options = (await Ring.devices()).map((one) => h('option', { value: one.deviceId, selected: one.deviceId === device }, one.label || one.deviceId.slice(0, 8)));
  byId('ring-device').replaceChildren(h('option', { value: '' }, text('ringDefault')), ...options);
}

/** Gives support what this page knows; where the server cannot be reached, through the clipboard. */
async function sendLog() {
  const lines = diary.lines;
  const session = state.picture.session;
  const response = session === null ? null : await client.request('session.log', session, { lines });
  if (response?.result === 'success') return setText(byId('status'), text('logSent'));
  try {
    await navigator.clipboard.writeText(lines.join('\n'));
    setText(byId('status'), text('logCopied'));
  } catch {
    setText(byId('status'), text('logLost'));
  }
}

// ---- language, clock, start ------------------------------------------------------------------------------------------------

function applyTexts() {
  document.documentElement.lang = language();
  for (const element of document.querySelectorAll('[data-text]')) setText(element, text(/** @type {TextKey} */ (element.getAttribute('data-text'))));
  for (const element of document.querySelectorAll('[data-label]')) setAttribute(element, 'aria-label', text(/** @type {TextKey} */ (element.getAttribute('data-label'))));
  for (const element of document.querySelectorAll('[data-hint]')) setAttribute(element, 'placeholder', text(/** @type {TextKey} */ (element.getAttribute('data-hint'))));
  byId('language').lang = language() === 'en' ? 'de' : 'en';
  renderKeys();
}

/** Compares this browser's clock with the server's, so that timers are right on a desk whose clock is wrong. */
async function readClock() {
  try {
    const asked = Date.now();
    const response = await fetch(document.baseURI, { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(2_000) });
    const server = Date.parse(response.headers.get('date') ?? '');
    // The header counts whole seconds; its middle is the best guess.
    const ahead = (asked + Date.now()) / 2 - (server + 500);
    if (!Number.isNaN(ahead) && Math.abs(ahead) > CLOCK_MS) dispatch({ type: 'clock', ahead: Math.round(ahead) });
  } catch {
    // Without an answer the clock is taken as right.
  }
}

async function start() {
  setLanguage(pickLanguage(new URLSearchParams(location.search).get('lang') ?? chosenLanguage.get(), navigator.languages));
  applyTexts();
  renderNotifyButton();
  prefill();
  const kept = ticket.get();
  if (kept === null) render();

  byId('sign-in-form').addEventListener('submit', (event) => {
    event.preventDefault();
    if (state.phase === 'signedOut') void signIn(state.notice.confirm !== null);
  });
  byId('sign-in-mirror').addEventListener('click', () => void signIn(false, true));
  byId('sign-in-cancel').addEventListener('click', () => {
    client.close();
    dispatch({ type: 'signedOut' });
  });
  byId('language').addEventListener('click', () => {
    setLanguage(language() === 'en' ? 'de' : 'en');
    chosenLanguage.set(language());
    applyTexts();
    render();
  });
  byId('notify').addEventListener('click', () => {
    void Notification.requestPermission().then((permission) => {
      setText(byId('status'), text(permission === 'granted' ? 'notifyOn' : 'notifyDenied'));
      renderNotifyButton();
    });
  });
  const dialog = /** @type {HTMLDialogElement} */ (byId('keys-dialog'));
  const switchKeys = /** @type {HTMLInputElement} */ (byId('keys-on'));
  byId('keys').addEventListener('click', () => {
    switchKeys.checked = keysOn.get();
    rebinding = null;
    renderKeys();
    void renderRing();
    dialog.showModal();
  });
  dialog.addEventListener('keydown', rebind);
  byId('keys-reset').addEventListener('click', () => {
    ownKeys.set({});
    setText(byId('keys-message'), '');
    renderKeys();
  });
  const ring = () => ringing.set({ on: /** @type {HTMLInputElement} */ (byId('ring-on')).checked, device: /** @type {HTMLSelectElement} */ (byId('ring-device')).value });
  for (const id of ['ring-on', 'ring-device']) byId(id).addEventListener('change', ring);
  byId('send-log').addEventListener('click', () => void sendLog());
  byId('keys-close').addEventListener('click', () => dialog.close());
  switchKeys.addEventListener('change', () => keysOn.set(switchKeys.checked));
  document.addEventListener('keydown', onKey);
  byId('dial-panel').addEventListener('focusin', () => void watchTeam());
  byId('dial-panel').addEventListener('focusout', (event) => {
    const to = /** @type {Node | null} */ (event.relatedTarget);
    // Another window in front is no change of mind.
    if (document.hasFocus() && (to === null || !byId('dial-panel').contains(to))) void leaveTeam();
  });

  // A page from the browser's memory has lost its line.
  window.addEventListener('pageshow', (event) => event.persisted && location.reload());
  window.addEventListener('online', () => client.hurry());
  window.addEventListener('offline', () => client.interrupt());
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return;
    client.hurry();
    render();
  });
  window.addEventListener('beforeunload', (event) => {
    if (state.phase === 'signedIn' && state.mode === 'command' && hasLiveCall(state.picture)) event.preventDefault();
  });
  setInterval(() => {
    dispatch({ type: 'tick', now: Date.now() });
    render();
  }, 500);

  void fetch(new URL('page.json', document.baseURI))
    .then((response) => response.json())
    .then(({ maskDigits, cardVariables }) => {
      keypad.isMasked = maskDigits === true;
      if (Array.isArray(cardVariables)) view.cardVariables = cardVariables.map(String);
      render();
    })
    .catch(() => {}); // unknown: sent tones stay dots
  void crm?.start().catch((error) => tellCrm('failed', 'msdyn_ciLibrary', String(error?.message ?? error)));
  void readClock();
  const shared = kept === null ? await client.find() : null;
  if (kept !== null) await comeBack(kept);
  // Another tab of this browser has a session: this one looks on, and can take over.
  else if (shared !== null && state.phase === 'signedOut') await comeBack({ ...shared, mirror: true });
  // Whoever has begun to type meanwhile goes on where they are.
  else if (state.phase === 'signedOut' && document.activeElement === document.body) focusSignIn();
}

void start();
