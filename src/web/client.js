// The websocket to the daemon: one code path for the first connection and for every later one.
//
//   signIn or resume ─▶ connecting ─▶ prepareSession ─▶ (resumed: the missing events follow)  ─▶ open
//                          ▲  │                      └▶ session.start: the picture is told anew ─▶ open
//                          └──┘ lost: again after a pause with jitter, until signed out or refused
//
// Every request gets exactly one answer: the server's, or LINK_LOST or NO_ANSWER made here. Events go to `onEvent` in the
// order of their sequence numbers, none twice; a hole makes the client connect again and ask for what is missing.

/** @typedef {import('./store.js').Response} Response */
/** @typedef {{id: string, password?: string, extension?: string, override?: boolean, mirror?: boolean}} Credentials `mirror`: only look on */
/** @typedef {{agentId: string, extension: string, session: string, resumeToken: string, mirror: boolean}} Ticket enough to come back without a password */

/**
 * @typedef {object} Handlers
 * @property {(frame: any) => void} onEvent an object, state or service event
 * @property {(socket: 'closed' | 'connecting' | 'open') => void} onLink
 * @property {(session: string) => void} onSync a new picture of this session follows, up to `session.initialized`
 * @property {(mode: 'command' | 'mirror') => void} onMode whether this window commands or only looks on
 * @property {() => void} onResumed the missing events follow on the old picture
 * @property {(ticket: Ticket) => void} onTicket
 * @property {(end: {why: 'override' | 'ended' | 'refused' | 'loggedOut', response?: Response}) => void} onEnd no way back without signing in
 */

/**
 * What the client takes from its surroundings, so that tests can be those surroundings.
 * @typedef {object} Surroundings
 * @property {(url: string) => WebSocket} connect
 * @property {(run: () => void, ms: number) => unknown} later
 * @property {(timer: any) => void} cancel
 * @property {() => number} random
 */

/** @type {Surroundings} */
const browser = {
  connect: (url) => new WebSocket(url),
  later: (run, ms) => setTimeout(run, ms),
  cancel: (timer) => clearTimeout(timer),
  random: () => Math.random(),
};

/** The server gives up after 10 s on its own side; beyond this nothing will come. */
const ANSWER_MS = 15_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
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
export function pause(attempt, random) {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempt, 10)) * (0.5 + random / 2);
}

export class Client {
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
   * @param {Surroundings} [surroundings]
   */
  constructor(url, handlers, surroundings = browser) {
    this.#url = url;
    this.#on = handlers;
    this.#around = surroundings;
  }

  /** Id of the session, empty before the first answer. */
  get session() {
    return this.#session;
  }

  /**
   * Signs in with a password. Answers with the response to prepareSession or session.start: `success` once the session is
   * started, `confirm` if another window has it, else the failure.
   * @param {Credentials} credentials
   * @returns {Promise<Response>}
   */
  signIn(credentials) {
    this.close();
    this.#credentials = credentials;
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
    this.#credentials = { id: ticket.agentId, extension: ticket.extension, mirror: ticket.mirror };
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

  /** The network is known to be gone: do not wait for the socket to find out. */
  interrupt() {
    if (this.#wanted && this.#socket !== null) this.#lost();
  }

  /**
   * Sends a command; the promise always fulfils, exactly once.
   * @param {string} command
   * @param {string | undefined} target
   * @param {object} [data]
   * @returns {Promise<Response>}
   */
  request(command, target, data = {}) {
    const socket = this.#socket;
    if (socket === null || socket.readyState !== 1) return Promise.resolve(local('LINK_LOST'));
    const requestId = String(++this.#requests);
    return new Promise((settle) => {
      const timer = this.#around.later(() => this.#answer(requestId, local('NO_ANSWER')), ANSWER_MS);
      this.#waiting.set(requestId, { settle, timer });
      socket.send(JSON.stringify(target === undefined ? { command, data, requestId } : { command, target, data, requestId }));
    });
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
      if (this.#socket === socket) void this.#establish(socket);
    };
    socket.onmessage = (message) => {
      if (this.#socket === socket) this.#received(message.data);
    };
    socket.onclose = (close) => {
      this.#around.cancel(patience);
      if (this.#socket === socket) this.#closed(close.code);
    };
  }

  /** @param {WebSocket} socket */
  async #establish(socket) {
    const credentials = this.#credentials;
    if (credentials === null) return;
    const { id, password, extension, override = false, mirror = false } = credentials;
    /** @type {Record<string, unknown>} */
    const agent = { id };
    if (extension) agent.extension = extension;
    /** @type {Record<string, unknown>} */
    const data = mirror ? { mode: 'mirror', agent } : { override, agent };
    if (this.#token !== '') data.resumeToken = this.#token;
    else agent.password = password ?? '';
    // The session's id also says that we are the desktop that had it, so a connection the server has not yet missed is no
    // other window. Without a picture to continue we name an event that never was: then the picture is told anew.
    if (this.#session !== '') data.resumeFrom = { session: this.#session, seq: this.#seq ?? Number.MAX_SAFE_INTEGER };

    const prepared = await this.request('prepareSession', undefined, data);
    if (this.#socket !== socket) return;
    if (prepared.result !== 'success') return this.#refused(prepared);

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
    if (resumed) {
      this.#on.onResumed();
    } else {
      this.#seq = null;
      this.#on.onSync(session);
      const started = await this.request('session.start', session, extension ? { extension } : {});
      if (this.#socket !== socket) return;
      if (started.result !== 'success') return this.#refused(started);
    }
    this.#attempt = 0;
    this.#on.onLink('open');
    this.#settleSignIn({ ...prepared, result: 'success' });
  }

  /** @param {Credentials} credentials */
  #giveTicket({ id, extension = '', mirror = false }) {
    this.#on.onTicket({ agentId: id, extension, session: this.#session, resumeToken: this.#token, mirror });
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
    if (frame.messageType === 'serviceEvent') return this.#on.onEvent(frame);
    if (typeof frame.seq === 'number' && !this.#inOrder(frame.seq)) return;
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
      socket.onopen = socket.onmessage = socket.onclose = null;
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
