// Asking the daemon: with the bearer token of this tab, and with one kind of failure for everything that can go wrong. The
// token lives in this tab's storage only, never in an address, a cookie or a log.

const KEY = 'ctibridge.history';

export class Problem extends Error {
  /**
   * @param {number} status of HTTP; 0: no answer at all
   * @param {{code?: string, parameter?: string, detail?: string}} [more]
   */
  constructor(status, { code = '', parameter = '', detail = '' } = {}) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
    this.parameter = parameter;
    this.detail = detail;
  }
}

/** The token of this tab; browsers may refuse storage, then it lasts until the page goes. */
export const token = {
  held: /** @type {string | null} */ (null),
  /** @returns {string | null} */
  get() {
    try {
      return sessionStorage.getItem(KEY) ?? this.held;
    } catch {
      return this.held;
    }
  },
  /** @param {string | null} value */
  set(value) {
    this.held = value;
    try {
      if (value === null) sessionStorage.removeItem(KEY);
      else sessionStorage.setItem(KEY, value);
    } catch {
      // Refused: held in memory.
    }
  },
};

/**
 * @param {string} path relative to the page
 * @param {{accept?: string, signal?: AbortSignal | undefined, token?: string | null}} [more]
 * @returns {Promise<Response>} an answer that is as it should be
 */
export async function ask(path, { accept = 'application/json', signal, token: own = token.get() } = {}) {
  const answer = await reach(path, { headers: { accept, ...(own === null ? {} : { authorization: `Bearer ${own}` }) }, cache: 'no-store', ...(signal ? { signal } : {}) });
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

/**
 * @param {string} path
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export async function askJson(path, signal) {
  return (await ask(path, { signal })).json();
}

/**
 * What somebody types to get in.
 * @typedef {{kind: 'user' | 'client', name: string, secret: string}} Credentials
 */

/**
 * A bearer token for a name and a secret.
 * @param {Credentials} credentials
 * @returns {Promise<string>}
 */
export async function fetchToken({ kind, name, secret }) {
  /** @type {Record<string, string>} */
  const form = kind === 'user' ? { grant_type: 'password', username: name, password: secret } : { grant_type: 'client_credentials', client_id: name, client_secret: secret };
  const answer = await reach('login/connect/token', { method: 'POST', body: new URLSearchParams(form), cache: 'no-store' });
  if (!answer.ok) throw await problemOf(answer);
  return String((await answer.json()).access_token);
}

/**
 * @param {string} path
 * @param {RequestInit} init
 */
async function reach(path, init) {
  try {
    return await fetch(path, { credentials: 'omit', redirect: 'error', ...init });
  } catch (error) {
    if (/** @type {Error} */ (error).name === 'AbortError') throw error;
    throw new Problem(0);
  }
}

/**
 * The failure that an answer tells, whichever room of the daemon told it.
 * @param {Response} answer
 */
async function problemOf(answer) {
  /** @type {any} */
  let body = null;
  try {
    body = await answer.json();
  } catch {
    // No JSON: the status says enough.
  }
  const text = (/** @type {unknown} */ value) => (typeof value === 'string' ? value : '');
  return new Problem(answer.status, { code: text(body?.code) || text(body?.error), parameter: text(body?.parameter), detail: text(body?.detail) });
}

/**
 * The cursor behind the last session of a list; empty: there are no older ones.
 * @param {Response} answer
 */
export function olderThan(answer) {
  const next = /<([^>]*)>;\s*rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
  return next === undefined ? '' : (new URLSearchParams(next.slice(next.indexOf('?'))).get('after') ?? '');
}

/** The most that one answer carries, and that an export holds in the browser's memory. */
const PAGE = 10_000;
const EXPORT_MAX = 500_000;

/**
 * All sessions that a query finds, as a file.
 * @param {URLSearchParams} query
 * @param {'text/csv' | 'application/x-ndjson'} accept
 * @param {AbortSignal} signal
 * @returns {Promise<{file: Blob, isCut: boolean}>}
 */
export async function exportSessions(query, accept, signal) {
  /** @type {string[]} */
  const parts = [];
  let after = '';
  for (let page = 0; page * PAGE < EXPORT_MAX; page += 1) {
    const asked = new URLSearchParams(query);
    asked.set('limit', String(PAGE));
    if (after !== '') asked.set('after', after);
    const answer = await ask(`api/v1/Sessions?${asked}`, { accept, signal });
    const text = await answer.text();
    // Every answer of CSV has the heading; one is enough.
    parts.push(page > 0 && accept === 'text/csv' ? text.slice(text.indexOf('\n') + 1) : text);
    after = olderThan(answer);
    if (after === '') return { file: new Blob(parts, { type: accept }), isCut: false };
  }
  return { file: new Blob(parts, { type: accept }), isCut: true };
}

/**
 * Hands a file to the browser's downloads.
 * @param {Blob} file
 * @param {string} name
 */
export function save(file, name) {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
