// Recordings and files. They need the bearer token like every other answer, so the page fetches them and plays what it holds.

import { h } from '../dom.js';
import { ask, Problem, save } from './rest.js';
import { agentName, moment, span } from './spans.js';
import { text } from './texts.js';
import { exactClock, foreign, length, problemText } from './words.js';

/** @typedef {import('./types.js').Session} Session */
/** @typedef {import('./types.js').Recording} Recording */
/** @typedef {import('./types.js').Activity} Activity */

/** @param {Session} session @param {Activity[]} files */
export function recordingItems(session, files) {
  const all = session.recordings ?? [];
  const failed = session.recordingsState === 'FailedToProcess' ? all.filter((recording) => isFailed(recording, all)) : [];
  const items = all.map((recording) => recordingItem(session, recording, failed.includes(recording)));
  // One of them failed, and which one is not told.
  if (session.recordingsState === 'FailedToProcess' && failed.length === 0) items.push(h('li', { class: 'message' }, text('recordingStateFailedToProcess')));
  for (const { file } of files) items.push(fileItem(file?.name ?? '', file?.downloadUrl ?? ''));
  return items;
}

/**
 * Whether a recording of a contact in which some failed is one of these: it never began, or has no file where others have one.
 * @param {Recording} recording @param {Recording[]} all
 */
function isFailed(recording, all) {
  return !recording.isUploading && !recording.downloadUrl && (!recording.started || all.some((other) => other.downloadUrl));
}

/** @param {Session} session @param {Recording} recording @param {boolean} failed */
function recordingItem(session, recording, failed) {
  const ms = span(recording.duration);
  const parts = [recording.started ? text('recordingFrom', { time: exactClock(moment(recording.started)) }) : '', ms === null ? '' : length(ms), whose(session, recording)];
  const head = h('p', {}, h('b', {}, foreign(recording.name || text('recordingOf', { name: String(recording.id) }))), ' ', h('span', { class: 'quiet' }, parts.filter((part) => part !== '').join(', ')));
  const item = h('li', {}, head);
  const quiet = (/** @type {import('./texts.js').TextKey} */ key) => item.append(h('p', { class: 'quiet' }, text(key)));
  if (failed) item.append(h('p', { class: 'message' }, text('recordingStateFailedToProcess')));
  else if (recording.isDeleted) quiet('recordingDeleted');
  else if (recording.isUploading) quiet('recordingRunning');
  else if (!recording.downloadUrl) quiet('recordingNoFile');
  else item.append(loader(recording.downloadUrl));
  return item;
}

/** The agent at whose line it was made. @param {Session} session @param {Recording} recording */
function whose(session, recording) {
  const known = session.operators.find((operator) => operator.userId === recording.userId);
  return known ? agentName(session, known.userName) : '';
}

/** @param {string} address */
function loader(address) {
  const place = h('div', { class: 'row' });
  const said = h('p', { class: 'message', role: 'status' });
  const button = h('button', { class: 'plain', type: 'button' }, text('recordingLoad'));
  button.addEventListener('click', async () => {
    said.textContent = text('recordingLoading');
    try {
      const audio = h('audio', { controls: true });
      audio.addEventListener('error', () => (said.textContent = text('errPlay')));
      audio.src = URL.createObjectURL(await (await ask(ours(address), { accept: '*/*' })).blob());
      button.replaceWith(audio);
      audio.focus();
      said.textContent = '';
      await audio.play().catch(() => undefined); // whoever loaded it can press play
    } catch (error) {
      said.textContent = error instanceof Problem ? problemText(error, 'errNoFile') : text('errPlay');
    }
  });
  place.append(button, said);
  return place;
}

/** @param {string} name @param {string} address */
function fileItem(name, address) {
  const said = h('p', { class: 'message', role: 'status' });
  const button = h('button', { class: 'plain', type: 'button' }, text('fileSave', { name }));
  button.addEventListener('click', async () => {
    said.textContent = '';
    try {
      save(await (await ask(ours(address), { accept: '*/*' })).blob(), name);
    } catch (error) {
      said.textContent = error instanceof Problem ? problemText(error) : '';
    }
  });
  return h('li', { class: 'row' }, button, said);
}

/**
 * The token goes to this daemon only: of an address, path and query count, wherever it seems to lead.
 * @param {string} address
 */
function ours(address) {
  const { pathname, search } = new URL(address, location.href);
  return `.${pathname.replace(/^.*?(?=\/api\/)/, '')}${search}`;
}
