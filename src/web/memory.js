// What the page keeps in the browser. Browsers may refuse storage altogether; then nothing is kept and everything else works.

/** @typedef {import('./sdk/ctibridge.js').Ticket} Ticket */
/** @typedef {import('./picture.js').Times} Times */

/**
 * @param {() => Storage} storage
 * @param {string} key
 * @returns {unknown}
 */
function read(storage, key) {
  try {
    return JSON.parse(storage().getItem(`ctibridge.${key}`) ?? 'null');
  } catch {
    return null;
  }
}

/**
 * @param {() => Storage} storage
 * @param {string} key
 * @param {unknown} value null removes
 */
function write(storage, key, value) {
  try {
    if (value === null) storage().removeItem(`ctibridge.${key}`);
    else storage().setItem(`ctibridge.${key}`, JSON.stringify(value));
  } catch {
    // Refused or full: the page goes on without.
  }
}

/** Whether this browser keeps anything at all. */
export function keepsAnything() {
  try {
    sessionStorage.setItem('ctibridge.try', '1');
    sessionStorage.removeItem('ctibridge.try');
    return true;
  } catch {
    return false;
  }
}

const tab = () => sessionStorage;
const forever = () => localStorage;

/** What lets this tab come back after a reload. Never a password. */
export const ticket = {
  /** @returns {Ticket | null} */
  get() {
    const value = /** @type {any} */ (read(tab, 'ticket'));
    const whole = value !== null && ['agentId', 'extension', 'session', 'resumeToken'].every((key) => typeof value[key] === 'string');
    return whole && value.resumeToken !== '' ? { ...value, mirror: value.mirror === true } : null;
  },
  /** @param {Ticket | null} value */
  set(value) {
    write(tab, 'ticket', value);
  },
};

/** When the calls on the screen began, for the timers after a reload. */
export const times = {
  /** @returns {Times} */
  get() {
    const value = read(tab, 'times');
    /** @type {Times} */
    const whole = {};
    for (const [path, one] of Object.entries(value ?? {})) {
      if (typeof one?.state === 'string' && typeof one?.since === 'number') whole[path] = one;
    }
    return whole;
  },
  /** @param {Times | null} value */
  set(value) {
    write(tab, 'times', value);
  },
};

/** Who signed in here last, to save typing. */
export const last = {
  /** @returns {{agentId: string, extension: string}} */
  get() {
    const value = /** @type {any} */ (read(forever, 'last'));
    return { agentId: typeof value?.agentId === 'string' ? value.agentId : '', extension: typeof value?.extension === 'string' ? value.extension : '' };
  },
  /** @param {{agentId: string, extension: string}} value */
  set(value) {
    write(forever, 'last', value);
  },
};

/** The language chosen by hand. */
export const chosenLanguage = {
  /** @returns {string | null} */
  get() {
    const value = read(forever, 'language');
    return typeof value === 'string' ? value : null;
  },
  /** @param {string} value */
  set(value) {
    write(forever, 'language', value);
  },
};

/** Keys that the agent chose instead of the delivered ones, by action. */
export const ownKeys = {
  /** @returns {Record<string, string>} */
  get() {
    /** @type {Record<string, string>} */
    const whole = {};
    for (const [action, keys] of Object.entries(read(forever, 'ownKeys') ?? {})) if (typeof keys === 'string') whole[action] = keys;
    return whole;
  },
  /** @param {Record<string, string>} value */
  set(value) {
    write(forever, 'ownKeys', value);
  },
};

/** Whether a call rings, and where. */
export const ringing = {
  /** @returns {{on: boolean, device: string}} */
  get() {
    const value = /** @type {any} */ (read(forever, 'ring'));
    return { on: value?.on === true, device: typeof value?.device === 'string' ? value.device : '' };
  },
  /** @param {{on: boolean, device: string}} value */
  set(value) {
    write(forever, 'ring', value);
  },
};

/** Whether the keyboard set is on. */
export const keysOn = {
  /** @returns {boolean} */
  get() {
    return read(forever, 'keys') !== false;
  },
  /** @param {boolean} value */
  set(value) {
    write(forever, 'keys', value);
  },
};
