// The TCCC-style web SDK on ctibridge: a global `tccc` with that SDK's methods and events. A plain script:
//
//   <script src="https://bridge.example/sdk/tccc.js" crossorigin="anonymous" data-token="…" data-userid="1001"></script>
//
// Calls run on the telephone. What a CTI Server cannot do (sound, video, chat) rejects with `not_supported`; an option without
// effect is listed in `ignored`. The connection is that of ctibridge.js, loaded from beside this file.

(() => {
  /** @typedef {import('./tccc.js').TcccOptions} TcccOptions */

  const EVENTS = /** @type {const} */ ([
    'ready', 'tokenExpired', 'callIn', 'userAccessed', 'autoTransfer', 'sessionEnded', 'sessionCompleted', 'callOuted', 'calloutAccepted',
    'transfer', 'statusChanged',
  ]);
  /** Methods that are a command on the wire and nothing else. */
  const METHODS = {
    Call: ['startOutboundCall', 'startInternalCall', 'accept', 'hungUp', 'deleteCall', 'muteMic', 'unmuteMic', 'isMicMuted', 'transfer', 'hold', 'unHold', 'sendDigits'],
    Chat: ['accept', 'end', 'transfer'],
    Video: ['accept', 'end', 'transfer', 'muteMic', 'unmuteMic', 'muteVideo', 'unmuteVideo'],
  };

  const script = typeof document === 'undefined' ? null : /** @type {HTMLScriptElement | null} */ (document.currentScript);
  const base = script?.src ?? '';

  /** @type {Map<string, Set<(event: any) => void>>} */
  const listeners = new Map();
  /** @type {import('./ctibridge.js').Connection | null} */
  let line = null;
  let isReady = false;
  let wasReady = false;
  let status = 'offline';
  /** The sessions that the page was told of. @type {Map<string, {isAccepted: boolean, isOver: boolean}>} */
  const known = new Map();
  /** @type {(buttons: {active: {type: string}[]}) => {active: {type: string}[]}} */
  let filterButtons = (buttons) => buttons;
  let isStrict = false;

  /** @param {string} name @param {Record<string, any>} [fields] */
  function emit(name, fields = {}) {
    // Some pages read the fields from the event, some from its `data`.
    const event = { ...fields, data: { ...fields } };
    for (const listener of [...(listeners.get(name) ?? [])]) {
      try {
        listener(event);
      } catch (error) {
        setTimeout(() => {
          throw error;
        });
      }
    }
  }

  /** @param {string} errorMsg */
  const refused = (errorMsg) => ({ status: 'error', errorMsg });

  /**
   * @param {string} command
   * @param {Record<string, any>} [options]
   * @returns {Promise<any>}
   */
  async function send(command, options = {}) {
    if (line === null || !isReady) throw refused(`not_ready: ${wasReady ? 'the connection is down' : 'wait for the event ready'}`);
    const response = /** @type {any} */ (await line.request(command, undefined, options));
    if (response.status === 'success') {
      const { id: _id, result: _result, ...answer } = response;
      if (answer.ignored) console.warn(`tccc: without effect on this phone system: ${answer.ignored.join(', ')}`);
      return answer;
    }
    if (response.status === 'error') throw refused(response.errorMsg);
    throw refused(response.failure?.code === 'NO_ANSWER' ? 'timeout: the server did not answer' : 'link_down: the connection broke before the answer came');
  }

  // Browsers let promises settle between two messages, Node hands over several at once: an answer is heard before what follows it.
  const afterAnswers = typeof setImmediate === 'function' ? setImmediate : (/** @type {() => void} */ run) => run();

  /** An event of the wire. @param {any} frame */
  function heard({ event: name, data: fields = {} }) {
    const session = typeof fields.sessionId === 'string' ? fields.sessionId : '';
    switch (name) {
      case 'ready':
        return pictured(fields);
      case 'callIn':
      case 'callOuted':
        known.set(session, { isAccepted: false, isOver: false });
        break;
      case 'userAccessed':
      case 'calloutAccepted':
        known.set(session, { isAccepted: true, isOver: false });
        break;
      case 'sessionEnded':
        known.set(session, { isAccepted: true, isOver: true });
        break;
      case 'autoTransfer':
      case 'sessionCompleted':
        known.delete(session);
        break;
      case undefined:
        return; // service.status, before the login
    }
    emit(name, fields);
  }

  /** The picture after the login, or after a lost connection: then the differences are told. @param {any} fields */
  function pictured(fields) {
    const sessions = /** @type {any[]} */ (fields.sessions ?? []);
    const before = status;
    status = fields.status ?? status;
    isReady = true;
    if (!wasReady) {
      wasReady = true;
      for (const one of sessions) known.set(one.sessionId, { isAccepted: one.state === 'connected' || one.state === 'held', isOver: one.state === 'ended' });
      return emit('ready', fields);
    }
    for (const [sessionId, one] of [...known]) {
      const now = sessions.find((session) => session.sessionId === sessionId);
      const isGone = now === undefined;
      if ((isGone || now.state === 'ended') && !one.isOver) emit('sessionEnded', { sessionId, closeBy: 'admin', mainReason: 'operatorError' });
      if (isGone) {
        if (one.isOver) emit('sessionCompleted', { sessionId });
        known.delete(sessionId);
      } else {
        one.isOver = now.state === 'ended';
      }
    }
    for (const { state, direction, ...session } of sessions) {
      const isUp = state === 'connected' || state === 'held';
      const one = known.get(session.sessionId);
      if (one === undefined) {
        known.set(session.sessionId, { isAccepted: false, isOver: false });
        emit(direction === 'OUT' ? 'callOuted' : 'callIn', session);
      }
      if (one === undefined && state === 'ended') {
        // It came and went unheard, but its after-call work is there to be ended.
        known.set(session.sessionId, { isAccepted: true, isOver: true });
        emit('sessionEnded', { sessionId: session.sessionId, closeBy: 'admin', mainReason: 'operatorError' });
      }
      const now = known.get(session.sessionId);
      if (now && isUp && !now.isAccepted) {
        now.isAccepted = true;
        emit(direction === 'OUT' ? 'calloutAccepted' : 'userAccessed', { sessionId: session.sessionId });
      }
    }
    if (status !== before) emit('statusChanged', { status });
  }

  /**
   * Signs in. A page with the script's attributes need not call it.
   * @param {TcccOptions} options
   */
  async function connect({ url, token, userId, password, extension, WebSocket: WebSocketClass, strict = false, library }) {
    line?.close();
    isReady = wasReady = false;
    isStrict = strict;
    known.clear();
    const { Connection, surroundings } = await import(library ?? './ctibridge.js');
    const address = url ?? new URL('../mediabar/v1', base.replace(/^http/, 'ws')).href;
    const connection = new Connection(
      String(address),
      {
        onEvent: (/** @type {any} */ frame) => {
          // The status is asked for without a promise, and the answer to what changed it may already be on its way.
          if (frame.event === 'statusChanged') status = frame.data.status;
          void afterAnswers(() => heard(frame));
        },
        onLink: (/** @type {string} */ link) => {
          if (link !== 'open') isReady = false;
        },
        onSync: () => {},
        onResumed: () => {},
        onMode: () => {},
        onTicket: () => {},
        onEnd: (/** @type {any} */ end) => {
          isReady = false;
          if (end.why === 'refused' || end.why === 'ended') emit('tokenExpired');
        },
      },
      surroundings(WebSocketClass),
    );
    line = connection;
    const credentials = { ...(userId ? { id: userId } : {}), ...(token && !password ? { token } : {}), ...(password ? { password } : {}), ...(extension ? { extension } : {}), profile: 'tccc' };
    let response = await connection.signIn(credentials);
    // A page that is loaded again is no second desktop.
    if (response.result === 'confirm') response = await connection.signIn({ ...credentials, override: true });
    if (response.result === 'success') return;
    emit('tokenExpired', { errorMsg: response.failure?.message });
    throw refused(`${response.failure?.code === 'LINK_LOST' ? 'link_down' : 'not_logged_in'}: ${response.failure?.message || response.failure?.code}`);
  }

  /** @param {string} room @param {readonly string[]} names */
  const methods = (room, names) => Object.fromEntries(names.map((name) => [name, (/** @type {Record<string, any>} */ options) => send(`tccc.${room}.${name}`, options)]));

  const Call = /** @type {any} */ (methods('Call', METHODS.Call));
  const startOutboundCall = (/** @type {any} */ options = {}) => {
    const chosen = ['callerPhoneNumber', 'servingNumberGroupIds'].filter((name) => options[name] !== undefined);
    if (isStrict && chosen.length > 0) return Promise.reject(refused(`not_supported: ${chosen.join(', ')} cannot be chosen through a CTI Server`));
    return send('tccc.Call.startOutboundCall', options);
  };
  Call.startOutboundCall = startOutboundCall;
  Call.callOut = startOutboundCall;

  /** @param {string} kind @returns {Promise<MediaDeviceInfo[]>} */
  async function devices(kind) {
    try {
      return (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === kind);
    } catch {
      return []; // not allowed here; it would make no difference to a call
    }
  }

  /** @param {boolean} shown @param {string} part */
  const display = (shown, part) => {
    for (const element of document.querySelectorAll(`[data-tccc="${part}"]`)) /** @type {HTMLElement} */ (element).hidden = !shown;
  };

  const tccc = {
    connect,
    events: Object.freeze(Object.fromEntries(EVENTS.map((name) => [name, name]))),
    /** @param {string} name @param {(event: any) => void} listener */
    on(name, listener) {
      listeners.set(name, (listeners.get(name) ?? new Set()).add(listener));
    },
    /** @param {string} name @param {(event: any) => void} [listener] left out: all of that name */
    off(name, listener) {
      if (listener === undefined) listeners.delete(name);
      else listeners.get(name)?.delete(listener);
    },
    callOut: startOutboundCall,
    Call,
    Chat: methods('Chat', METHODS.Chat),
    Video: methods('Video', METHODS.Video),
    Agent: {
      online: async () => void (await send('tccc.Agent.online')),
      offline: async () => void (await send('tccc.Agent.offline')),
      setStatus: (/** @type {any} */ options) => send('tccc.Agent.setStatus', options),
      getStatus: () => status,
    },
    Devices: {
      isBrowserSupported: () => typeof WebSocket === 'function' && typeof Promise === 'function',
      getMicrophones: () => devices('audioinput'),
      getSpeakers: () => devices('audiooutput'),
    },
    // Elements that the page marks as data-tccc="bar", "button" or "workbench"; without them nothing happens.
    UI: {
      hide: () => display(false, 'bar'),
      show: () => display(true, 'bar'),
      showfloatButton: () => display(true, 'button'),
      hidefloatButton: () => display(false, 'button'),
      showWorkbench: () => display(true, 'workbench'),
      hideWorkbench: () => display(false, 'workbench'),
    },
    /** @param {typeof filterButtons} filter */
    overrideButtonConfig(filter) {
      filterButtons = filter;
    },
    /** The buttons that the page's filter leaves. */
    buttons: () => filterButtons({ active: ['transferSeat', 'transferSkillGroup', 'holdToggle', 'showKeyboard'].map((type) => ({ type })) }),
    /** Leaves without changing the agent's state. */
    close() {
      isReady = false;
      line?.close();
    },
  };
  /** @type {any} */ (globalThis).tccc = tccc;

  const { token, userid: userId, password, extension } = script?.dataset ?? {};
  if (token !== undefined || userId !== undefined) {
    connect({ ...(token === undefined ? {} : { token }), ...(userId === undefined ? {} : { userId }), ...(password === undefined ? {} : { password }), ...(extension === undefined ? {} : { extension }) }).catch((error) =>
      console.warn(`tccc: ${error.errorMsg ?? error}`),
    );
  }
})();
