// ctibridge's client library: the websocket to the daemon, with one code path for the first connection and every later one.
//
//   signIn or resume ─▶ connecting ─▶ prepareSession ─▶ (resumed: the missing events follow)  ─▶ open
//                          ▲  │                      └▶ session.start: the picture is told anew ─▶ open
//                          └──┘ lost: again after a pause with jitter, until signed out or refused
//
// Every request gets exactly one answer: the server's, or LINK_LOST or NO_ANSWER made here. Events come in the order of
// their sequence numbers, none twice; a hole makes the client connect again and ask for what is missing.
//
// Integrators use `Bridge`. `Connection` is the bare line under it, `SharedConnection` the same line kept in a shared worker.
// This file is an ES module without imports; `ctibridge.global.js` is the same text as a plain script.

/** @typedef {import('./ctibridge.js').Response} Response */
/** @typedef {import('./ctibridge.js').Credentials} Credentials */
/** @typedef {import('./ctibridge.js').Ticket} Ticket */
/** @typedef {import('./ctibridge.js').LineHandlers} Handlers */
/** @typedef {import('./ctibridge.js').Surroundings} Surroundings */
/** @typedef {import('./ctibridge.js').Line} Line */
/** @typedef {import('./ctibridge.js').Bridge} BridgeType */

/**
 * @param {any} [WebSocketClass] for Node before 22: the class of the `ws` package
 * @returns {Surroundings}
 */
function surroundings(WebSocketClass = globalThis.WebSocket) {
  return {
    connect: (url) => {
      if (typeof WebSocketClass !== 'function') throw new TypeError('there is no WebSocket here: pass one, for example that of the ws package');
      return new WebSocketClass(url);
    },
    later: (run, ms) => setTimeout(run, ms),
    cancel: (timer) => clearTimeout(timer),
    random: () => Math.random(),
  };
}

/** The server gives up after 10 s on its own side; beyond this nothing will come. */
const ANSWER_MS = 15_000;
/** Where a phone cannot transfer in one step the answer waits until the target rings, or has answered if the ACD wants that. */
const TRANSFER_MS = 90_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
/** From this try on the pauses have their full length. */
const PATIENT = 10;
/** A socket that neither opens nor fails is given up after this. */
const CONNECT_MS = 4_000;

/** Close codes after which coming back by ourselves makes no sense. */
const FINAL = new Map([
  [1000, /** @type {const} */ ('loggedOut')],
  [4001, /** @type {const} */ ('override')],
  [4004, /** @type {const} */ ('ended')],
]);

/**
 * How long to wait before try number `attempt`, from 0: doubling, with jitter, never above five seconds.
 * @param {number} attempt
 * @param {number} random 0…1
 */
function pause(attempt, random) {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempt, PATIENT)) * (0.5 + random / 2);
}

/** One session's line to the daemon. @implements {Line} */
class Connection {
  /** @type {string} */ #url;
  /** @type {Handlers} */ #on;
  /** @type {Surroundings} */ #around;
  /** @type {WebSocket | null} */ #socket = null;
  /** @type {Credentials | null} */ #credentials = null;
  /** @type {string} */ #session = '';
  /** @type {string} */ #token = '';
  /** Last sequence number seen; null before the first. @type {number | null} */ #seq = null;
  /** Whether the events of this connection belong to the picture the page shows. */ #following = false;
  /** @type {Map<string, {settle: (response: Response) => void, timer: unknown}>} */ #waiting = new Map();
  #requests = 0;
  #attempt = 0;
  /** @type {any} */ #retry = null;
  #wanted = false;
  /** Settles the promise of `signIn` or `resume`. @type {((response: Response) => void) | null} */ #signingIn = null;

  /**
   * @param {string} url
   * @param {Handlers} handlers
   * @param {Surroundings} [around]
   */
  constructor(url, handlers, around = surroundings()) {
    this.#url = url;
    this.#on = handlers;
    this.#around = around;
  }

  /** Id of the session, empty before the first answer. */
  get session() {
    return this.#session;
  }

  /**
   * Signs in with a password or a token. Answers with the response to prepareSession or session.start: `success` once the session is
   * started, `confirm` if another window has it, else the failure.
   * @param {Credentials} credentials
   * @returns {Promise<Response>}
   */
  signIn(credentials) {
    this.close();
    this.#credentials = { ...credentials };
    this.#session = '';
    this.#token = '';
    return this.#begin();
  }

  /**
   * Comes back with what was kept of an earlier session of this tab.
   * @param {Ticket} ticket
   * @returns {Promise<Response>}
   */
  resume(ticket) {
    this.close();
    this.#credentials = { id: ticket.agentId, extension: ticket.extension, mirror: ticket.mirror, ...(ticket.profile ? { profile: ticket.profile } : {}) };
    this.#session = ticket.session;
    this.#token = ticket.resumeToken;
    return this.#begin();
  }

  /** Ends the connection and stays away. */
  close() {
    this.#wanted = false;
    this.#seq = null;
    this.#around.cancel(this.#retry);
    this.#drop();
    this.#settleSignIn(local('LINK_LOST'));
  }

  /** Tries at once instead of waiting for the next try: the network has come back or the tab is looked at again. */
  hurry() {
    if (!this.#wanted || this.#socket !== null) return;
    this.#around.cancel(this.#retry);
    this.#connect();
  }

  /** The network is known to be gone: do not wait for the socket to find out, and do not try in vain until `hurry`. */
  interrupt() {
    if (!this.#wanted || this.#socket === null) return;
    this.#attempt = PATIENT;
    this.#lost();
  }

  /**
   * Sends a command; the promise always fulfils, exactly once.
   * @param {string} command
   * @param {string | undefined} target
   * @param {object} [data]
   * @returns {Promise<Response>}
   */
  request(command, target, data = {}) {
    return new Promise((settle) => this.#ask(command, target, data, settle));
  }

  /**
   * The same with a function instead of a promise: what comes in the same breath as the answer must find us ready for it.
   * @param {string} command
   * @param {string | undefined} target
   * @param {object} data
   * @param {(response: Response) => void} settle
   */
  #ask(command, target, data, settle) {
    const socket = this.#socket;
    if (socket === null || socket.readyState !== 1) return settle(local('LINK_LOST'));
    const requestId = String(++this.#requests);
    const timer = this.#around.later(() => this.#answer(requestId, local('NO_ANSWER')), command.endsWith('.transfer') ? TRANSFER_MS : ANSWER_MS);
    this.#waiting.set(requestId, { settle, timer });
    socket.send(JSON.stringify(this.#frame(command, target, data, requestId)));
  }

  /**
   * @param {string} command
   * @param {string | undefined} target
   * @param {object} data
   * @param {string} requestId
   */
  #frame(command, target, data, requestId) {
    // After prepareSession the tccc profile has an envelope of its own.
    if (this.#credentials?.profile === 'tccc' && command !== 'prepareSession') return { command, id: requestId, options: data };
    return target === undefined ? { command, data, requestId } : { command, target, data, requestId };
  }

  /** @returns {Promise<Response>} */
  #begin() {
    this.#wanted = true;
    this.#attempt = 0;
    this.#seq = null;
    return new Promise((settle) => {
      this.#signingIn = settle;
      this.#connect();
    });
  }

  #connect() {
    this.#on.onLink('connecting');
    const socket = this.#around.connect(this.#url);
    this.#socket = socket;
    this.#following = false;
    const patience = this.#around.later(() => {
      if (this.#socket === socket && socket.readyState === 0) this.#lost();
    }, CONNECT_MS);
    socket.onopen = () => {
      this.#around.cancel(patience);
      if (this.#socket === socket) this.#establish(socket);
    };
    // The close that follows says all there is to know; `ws` would throw an error that nobody hears.
    socket.onerror = () => {};
    socket.onmessage = (/** @type {MessageEvent} */ message) => {
      if (this.#socket === socket) this.#received(message.data);
    };
    socket.onclose = (/** @type {CloseEvent} */ close) => {
      this.#around.cancel(patience);
      if (this.#socket === socket) this.#closed(close.code);
    };
  }

  /** @param {WebSocket} socket */
  #establish(socket) {
    const credentials = this.#credentials;
    if (credentials === null) return;
    const { id, password, extension, override = false, mirror = false, profile } = credentials;
    /** @type {Record<string, unknown>} */
    const agent = { ...(id ? { id } : {}), ...(extension ? { extension } : {}) };
    /** @type {Record<string, unknown>} */
    const data = { ...(mirror ? { mode: 'mirror' } : { override }), ...(profile ? { profile } : {}) };
    if (this.#token !== '') data.resumeToken = this.#token;
    else if (credentials.token !== undefined) data.token = credentials.token;
    else agent.password = password ?? '';
    if (id || credentials.token === undefined) data.agent = agent;
    // The session's id also says that we are the desktop that had it, so a connection the server has not yet missed is no
    // other window. Without a picture to continue we name an event that never was: then the picture is told anew.
    if (this.#session !== '') data.resumeFrom = { session: this.#session, seq: this.#seq ?? Number.MAX_SAFE_INTEGER };

    this.#ask('prepareSession', undefined, data, (prepared) => {
      if (this.#socket !== socket) return;
      if (prepared.result === 'success') this.#prepared(socket, prepared, credentials);
      else this.#refused(prepared);
    });
  }

  /**
   * @param {WebSocket} socket
   * @param {Response} prepared
   * @param {Credentials} credentials
   */
  #prepared(socket, prepared, credentials) {
    const { extension, mirror = false, profile } = credentials;
    const session = String(prepared.data?.resourceId ?? '');
    if (typeof prepared.data?.resumeToken === 'string') this.#token = prepared.data.resumeToken;
    // From here the token speaks for the agent; the password is not kept longer than needed.
    if (this.#token !== '') delete credentials.password;
    credentials.override = false;
    const resumed = prepared.data?.resumed === true && session === this.#session;
    this.#session = session;
    this.#giveTicket(credentials);
    this.#on.onMode(mirror ? 'mirror' : 'command');
    this.#following = true;
    const done = () => {
      this.#attempt = 0;
      this.#on.onLink('open');
      this.#settleSignIn({ ...prepared, result: 'success' });
    };
    if (resumed) {
      this.#on.onResumed();
      return done();
    }
    this.#seq = null;
    this.#on.onSync(session);
    if (profile !== undefined) return done();
    this.#ask('session.start', session, extension ? { extension } : {}, (started) => {
      if (this.#socket !== socket) return;
      if (started.result === 'success') done();
      else this.#refused(started);
    });
  }

  /** @param {Credentials} credentials */
  #giveTicket({ id = '', extension = '', mirror = false, profile }) {
    this.#on.onTicket({ agentId: id, extension, session: this.#session, resumeToken: this.#token, mirror, ...(profile ? { profile } : {}) });
  }

  /**
   * The server does not let us in. While signing in the caller is told; later a failure that may pass is tried again.
   * @param {Response} response
   */
  #refused(response) {
    const code = response.failure?.code ?? '';
    const mayPass = ['CTI_OFFLINE', 'CTI_TIMEOUT', 'NOT_ACCEPTING', 'RATE_LIMITED', 'LINK_LOST', 'NO_ANSWER', 'BUSY', 'UNKNOWN_OUTCOME'].includes(code);
    if (this.#signingIn === null && mayPass) return this.#lost();
    const wasSigningIn = this.#signingIn;
    this.#wanted = false;
    this.#drop();
    this.#settleSignIn(response);
    if (wasSigningIn === null) this.#on.onEnd({ why: 'refused', response });
  }

  /** @param {unknown} text */
  #received(text) {
    /** @type {any} */
    let frame;
    try {
      frame = JSON.parse(String(text));
    } catch {
      return; // the server sends JSON only; anything else carries nothing we could use
    }
    if (frame === null || typeof frame !== 'object') return;
    if (typeof frame.result === 'string') {
      if (typeof frame.requestId === 'string') this.#answer(frame.requestId, frame);
      return;
    }
    if (typeof frame.status === 'string' && typeof frame.id === 'string') return this.#answer(frame.id, { ...frame, result: frame.status === 'success' ? 'success' : 'failure' });
    if (frame.messageType === 'serviceEvent') return this.#on.onEvent(frame);
    if (typeof frame.seq === 'number' && !this.#inOrder(frame.seq)) return;
    // A server that restarts waits for us to come back: its close with 1012 follows.
    if (frame.name === 'session.disposed' && frame.data?.reason === 'shutdown') return;
    // The server ends the session itself; the close code that follows says the same again.
    if (frame.name === 'session.disposed') return this.#end(frame.data?.reason === 'override' ? 'override' : 'ended');
    if (frame.name === 'session.modechanged' && this.#credentials !== null) {
      this.#credentials.mirror = frame.data?.mode === 'mirror';
      this.#on.onMode(this.#credentials.mirror ? 'mirror' : 'command');
      this.#giveTicket(this.#credentials);
    }
    if (this.#following) this.#on.onEvent(frame);
  }

  /**
   * @param {number} seq
   * @returns {boolean} whether the event is the next one
   */
  #inOrder(seq) {
    if (this.#seq !== null && seq <= this.#seq) return false;
    if (this.#seq !== null && seq > this.#seq + 1) {
      this.#lost();
      return false;
    }
    this.#seq = seq;
    return true;
  }

  /**
   * @param {string} requestId
   * @param {Response} response
   */
  #answer(requestId, response) {
    const waiting = this.#waiting.get(requestId);
    if (waiting === undefined) return;
    this.#waiting.delete(requestId);
    this.#around.cancel(waiting.timer);
    waiting.settle(response);
  }

  /** @param {number} code */
  #closed(code) {
    const why = FINAL.get(code);
    if (why !== undefined) this.#end(why);
    else this.#lost();
  }

  /** @param {'override' | 'ended' | 'loggedOut'} why */
  #end(why) {
    const signingIn = this.#signingIn !== null;
    this.#wanted = false;
    this.#drop();
    this.#settleSignIn(local('LINK_LOST'));
    if (!signingIn) this.#on.onEnd({ why });
  }

  #lost() {
    this.#drop();
    if (!this.#wanted) return;
    this.#on.onLink('closed');
    this.#retry = this.#around.later(() => this.#connect(), pause(this.#attempt++, this.#around.random()));
  }

  /** Lets go of the socket; whatever waited for an answer hears that none will come. */
  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    if (socket !== null) {
      socket.onopen = socket.onmessage = socket.onclose = null; // onerror stays: closing may cause one
      socket.close();
    }
    for (const requestId of [...this.#waiting.keys()]) this.#answer(requestId, local('LINK_LOST'));
  }

  /** @param {Response} response */
  #settleSignIn(response) {
    const settle = this.#signingIn;
    this.#signingIn = null;
    settle?.(response);
  }
}

/**
 * @param {string} code
 * @returns {Response}
 */
function local(code) {
  return { result: 'failure', failure: { code, message: '' } };
}

// ---- the line in a shared worker ----------------------------------------------------------------------------------------

/** A worker that has not said a word after this is not coming. */
const WORKER_MS = 3_000;

/**
 * The tab's side: the same line, kept in a shared worker. Where shared workers cannot be had it is a line of the tab's own.
 * @implements {Line}
 */
class SharedConnection {
  #url;
  #on;
  #around;
  /** @type {MessagePort | null} */ #port = null;
  /** @type {Connection | null} */ #own = null;
  #isHeard = false;
  #session = '';
  #asked = 0;
  /** @type {Map<number, {message: object, settle: (value: any) => void}>} */ #waiting = new Map();
  /** What was asked before it was known who answers. @type {{message: any, settle: (value: any) => void}[]} */ #early = [];

  /**
   * @param {string} url
   * @param {Handlers} handlers
   * @param {string | URL} worker address of `worker.js`, which must be of the page's own origin
   * @param {Surroundings} [around]
   */
  constructor(url, handlers, worker, around = surroundings()) {
    this.#url = url;
    this.#on = handlers;
    this.#around = around;
    const SharedWorkerClass = globalThis.SharedWorker;
    if (typeof SharedWorkerClass !== 'function') {
      this.#goAlone();
      return;
    }
    try {
      const shared = new SharedWorkerClass(worker, { type: 'module', name: 'ctibridge' });
      shared.onerror = () => this.#goAlone();
      this.#port = shared.port;
      this.#port.onmessage = ({ data }) => this.#heard(data);
      void this.#attach();
      this.#around.later(() => !this.#isHeard && this.#goAlone(), WORKER_MS);
    } catch {
      this.#goAlone(); // storage partitioning or a policy forbids it
    }
  }

  /** Id of the session, empty before the first answer. */
  get session() {
    return this.#own?.session ?? this.#session;
  }

  /** @param {Credentials} credentials @returns {Promise<Response>} */
  signIn(credentials) {
    return this.#ask({ do: 'signIn', credentials });
  }

  /** @param {Ticket} ticket @returns {Promise<Response>} */
  resume(ticket) {
    return this.#ask({ do: 'resume', ticket });
  }

  /** The ticket of another tab's session, if there is one to look at. @returns {Promise<Ticket | null>} */
  find() {
    return this.#ask({ do: 'find' });
  }

  /**
   * @param {string} command
   * @param {string | undefined} target
   * @param {object} [data]
   * @returns {Promise<Response>}
   */
  request(command, target, data = {}) {
    return this.#ask({ do: 'request', command, target, data });
  }

  close() {
    void this.#ask({ do: 'close' });
  }

  hurry() {
    void this.#ask({ do: 'hurry' });
  }

  interrupt() {
    void this.#ask({ do: 'interrupt' });
  }

  async #attach() {
    const locks = globalThis.navigator?.locks;
    const lock = locks === undefined ? undefined : `ctibridge ${Date.now()} ${Math.random()}`;
    if (lock !== undefined) await new Promise((held) => void locks?.request(lock, () => new Promise(() => held(undefined))).catch(() => held(undefined)));
    this.#port?.postMessage({ do: 'attach', url: this.#url, lock });
    globalThis.addEventListener?.('pagehide', () => this.#port?.postMessage({ do: 'gone' }));
  }

  /** @param {any} message */
  #heard(message) {
    if (this.#own !== null) return;
    if (message.on === 'hello') {
      this.#isHeard = true;
      for (const { message, settle } of this.#early.splice(0)) this.#send(message, settle);
    } else if (message.on === 'answer') {
      const waiting = this.#waiting.get(message.n);
      this.#waiting.delete(message.n);
      waiting?.settle(message.value);
    } else {
      if (message.on === 'onTicket') this.#session = message.args[0].session;
      /** @type {any} */ (this.#on)[message.on]?.(...message.args);
    }
  }

  /** @param {any} message @returns {Promise<any>} */
  #ask(message) {
    return new Promise((settle) => {
      if (this.#own !== null) settle(this.#alone(this.#own, message));
      else if (this.#isHeard) this.#send(message, settle);
      else this.#early.push({ message, settle });
    });
  }

  /** @param {object} message @param {(value: any) => void} settle */
  #send(message, settle) {
    const n = ++this.#asked;
    this.#waiting.set(n, { message, settle });
    this.#port?.postMessage({ ...message, n });
    // These get no answer.
    if (['close', 'interrupt'].includes(/** @type {any} */ (message).do)) {
      this.#waiting.delete(n);
      settle(undefined);
    }
  }

  #goAlone() {
    if (this.#own !== null || this.#isHeard) return;
    this.#own = new Connection(this.#url, this.#on, this.#around);
    for (const { message, settle } of this.#early.splice(0)) settle(this.#alone(this.#own, message));
  }

  /** @param {Connection} own @param {any} message */
  #alone(own, message) {
    switch (message.do) {
      case 'signIn':
        return own.signIn(message.credentials);
      case 'resume':
        return own.resume(message.ticket);
      case 'find':
        return null;
      case 'request':
        return own.request(message.command, message.target, message.data);
      case 'close':
        return own.close();
      case 'hurry':
        return own.hurry();
      case 'interrupt':
        return own.interrupt();
    }
  }
}

// ---- for integrators ------------------------------------------------------------------------------------------------------

/** A command that was not carried out: a failure, a question (`confirm`) or a missing piece (`needinfo`). */
class BridgeError extends Error {
  /** @param {Response} response */
  constructor(response) {
    const code = response.result === 'failure' ? (response.failure?.code ?? 'INTERNAL') : response.result.toUpperCase();
    super(response.failure?.message || response.message || code);
    this.name = 'BridgeError';
    this.code = code;
    this.context = response.failure?.context ?? '';
    this.form = response.uiExtension ?? null;
    this.response = response;
  }
}

/** Events of the line itself; all others are called as on the wire. */
const OWN_EVENTS = { link: 'onLink', sync: 'onSync', resumed: 'onResumed', mode: 'onMode', ticket: 'onTicket', end: 'onEnd' };

/** The session for integrators: commands as promises, events by name. @implements {BridgeType} */
class Bridge {
  /** @type {Map<string, Set<(value: any) => void>>} */ #listeners = new Map();
  /** @type {import('./ctibridge.js').Line} */ #line;
  #around;
  #paths = { group: '', channel: '' };
  /** @type {(() => void)[]} */ #pictured = [];

  /** @param {import('./ctibridge.js').BridgeOptions} options */
  constructor({ url, WebSocket: WebSocketClass, worker, surroundings: around = surroundings(WebSocketClass) }) {
    this.#around = around;
    /** @type {any} */
    const handlers = { onEvent: (/** @type {any} */ frame) => this.#event(frame) };
    for (const [name, handler] of Object.entries(OWN_EVENTS)) handlers[handler] = (/** @type {any} */ value) => this.#emit(name, value);
    this.#line = worker === undefined ? new Connection(String(url), handlers, around) : new SharedConnection(String(url), handlers, worker, around);
  }

  /** Path of the session; empty before the sign-in. */
  get session() {
    return this.#line.session;
  }

  /** Path of the channel group, once told. */
  get group() {
    return this.#paths.group;
  }

  /** Path of the channel, once told. */
  get channel() {
    return this.#paths.channel;
  }

  /**
   * @param {string} name
   * @param {(value: any) => void} listener
   * @returns {() => void} takes the listener away again
   */
  on(name, listener) {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => this.off(name, listener);
  }

  /** @param {string} name @param {(value: any) => void} listener */
  off(name, listener) {
    this.#listeners.get(name)?.delete(listener);
  }

  /**
   * The next event of a name that fits.
   * @param {string} name
   * @param {(value: any) => boolean} [fits]
   * @returns {Promise<any>}
   */
  next(name, fits = () => true) {
    return new Promise((fulfil) => {
      const off = this.on(name, (value) => {
        if (!fits(value)) return;
        off();
        fulfil(value);
      });
    });
  }

  /**
   * Signs in; fulfils once the whole picture has been told.
   * @param {Credentials} credentials
   * @returns {Promise<any>} data of the answer to prepareSession
   */
  signIn(credentials) {
    return this.#begin(() => this.#line.signIn(credentials));
  }

  /** Comes back without a password. @param {Ticket} ticket @returns {Promise<any>} */
  resume(ticket) {
    return this.#begin(() => this.#line.resume(ticket));
  }

  /**
   * Fulfils with the success response; rejects with a `BridgeError`.
   * @param {string} name
   * @param {object} [data]
   * @param {string} [target] left out: the session, the group or the channel, as the command's first word says
   * @returns {Promise<any>}
   */
  async command(name, data = {}, target = this.#own(name)) {
    const response = await this.#line.request(name, target, data);
    if (response.result !== 'success') throw new BridgeError(response);
    return response;
  }

  /** The same without rejecting: fulfils with whatever was answered. @type {import('./ctibridge.js').Line['request']} */
  request(name, target, data) {
    return this.#line.request(name, target, data);
  }

  /** Leaves without signing out: the session waits for a `resume`. */
  close() {
    this.#line.close();
  }

  /** Tries at once instead of waiting for the next try. */
  hurry() {
    this.#line.hurry();
  }

  /** @param {() => Promise<Response>} begin */
  async #begin(begin) {
    const told = new Promise((fulfil) => this.#pictured.push(() => fulfil(undefined)));
    const response = await begin();
    if (response.result !== 'success') {
      this.#pictured = [];
      throw new BridgeError(response);
    }
    if (response.data?.resumed !== true) await told;
    return response.data;
  }

  /** @param {string} name */
  #own(name) {
    const word = name.trim().split('.')[0];
    return word === 'session' ? this.session : word === 'channelgroup' ? this.group : word === 'channel' ? this.channel : undefined;
  }

  /** @param {any} frame */
  #event(frame) {
    if (frame.name === 'channelgroup.created') this.#paths.group = `${frame.target}.${frame.data.channelgroup.id}`;
    if (frame.name === 'channel.created') this.#paths.channel = `${frame.target}.${frame.data.channel.id}`;
    this.#emit(frame.name ?? frame.event, frame);
    this.#emit('*', frame);
    if (frame.name === 'session.initialized') for (const told of this.#pictured.splice(0)) told();
  }

  /** @param {string} name @param {unknown} value */
  #emit(name, value) {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        listener(value);
      } catch (error) {
        // One listener's mistake is not the others'; it is still told, as any uncaught error is.
        this.#around.later(() => {
          throw error;
        }, 0);
      }
    }
  }
}

export { Bridge, BridgeError, Connection, SharedConnection, pause, surroundings };
