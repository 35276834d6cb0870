// The glue between the media bar and Microsoft's Channel Integration Framework 2.0: calls open CRM sessions, CRM clicks place
// calls. The daemon knows nothing of it; the page loads it when it stands in a CRM's frame.
//
// Nobody is asked before the framework says that it is ready, no step of it is waited for longer than its own limit, and
// whatever fails there is told and leaves the call alone.

/** @typedef {import('./cif.js').CifOptions} CifOptions */

/** The framework gives up after this, so nobody waits longer. */
const LIMIT_MS = 10_000;
/** Under this name the CRM session remembers its interaction, so that a reloaded page finds it again. */
const CONTEXT = 'ctibridgeInteraction';
/** Under this name the frame itself remembers the same, where the CRM hands a session's context back without it. */
const MEMORY = 'ctibridge.crmSessions';
/** What the phone system's states are in the CRM; the others say nothing about the agent. */
const BUSY = new Set(['RESERVED', 'TALKING', 'HOLD', 'BUSY_OTHER', 'WORK_READY', 'WORK_NOT_READY']);
const NOT_READY = new Set(['NOT_READY', 'LOGIN', 'LOGOUT']);
/** Digits that must agree for two numbers to be the same caller. */
const SAME_DIGITS = 9;

/**
 * What the framework hands over: some calls give JSON text, some the value.
 * @param {unknown} value
 * @returns {any}
 */
function parsed(value) {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** @typedef {{id: string, path: string, direction: string, legs: Map<string, string>, crmSession: string | null, isOpening: boolean, notified: boolean, hasEnded: boolean}} Call */

/** Connects a bar with a CRM. */
class CifGlue {
  #bar;
  #cif;
  /** @type {Required<Pick<CifOptions, 'onError' | 'onSelect' | 'onMode' | 'dial'>>} */ #page;
  #options;
  /** By path. @type {Map<string, Call>} */ #calls = new Map();
  /** CRM sessions by the id of their interaction. @type {Map<string, string>} */ #sessions = new Map();
  /** @type {Set<string>} */ #toldOnce = new Set();
  /** The presence that the CRM shows as far as we know; hearing it again means nothing. */ #presence = '';
  /** The agent's state on the phone system. */ #agentState = '';
  /** The agent chose not to be available in the CRM: which words they chose is theirs. */ #isChosen = false;
  /** Resolves when the sessions that the CRM still has are known. @type {Promise<void>} */ #found = Promise.resolve();

  /** @param {CifOptions} options */
  constructor({ bar, cif, onError = () => {}, onSelect = () => {}, onMode = () => {}, dial, ...options }) {
    this.#bar = bar;
    this.#cif = cif;
    this.#page = {
      onError,
      onSelect,
      onMode,
      dial: dial ?? ((destination, extensions) => void bar.request('channel.dial', bar.channel, { destination, extensions })),
    };
    this.#options = { openOn: 'screenpop', entity: 'contact', columns: ['fullname', 'telephone1', 'mobilephone'], notification: 'bsCallIncoming', presence: null, later: (/** @type {() => void} */ run, /** @type {number} */ ms) => setTimeout(run, ms), ...options };
    const on = /** @type {(name: string, listener: (event: any) => void) => void} */ (bar.on.bind(bar));
    on('interaction.created', (event) => this.#created(event));
    on('conversation.created', ({ target, data }) => this.#calls.get(target)?.legs.set(`${target}.${data.conversation.id}`, ''));
    on('conversation.disposed', ({ target }) => this.#calls.get(parent(target))?.legs.delete(target));
    on('state.updated', (event) => this.#state(event));
    on('interaction.preview', (event) => this.#offered(event, 'preview'));
    on('interaction.screenpop', (event) => this.#offered(event, 'screenpop'));
    on('interaction.ended', ({ target }) => this.#over(target));
    on('interaction.disposed', ({ target }) => {
      this.#over(target);
      this.#calls.delete(target);
    });
    on('channel.infochanged', ({ data }) => this.#agent(data.agent.state));
  }

  /** Begins, once the framework is ready. */
  start() {
    this.#found = this.#findSessions();
    for (const [event, handler] of /** @type {[string, (data: any) => void][]} */ ([
      ['onclicktoact', (data) => this.#clicked(data)],
      ['onSessionSwitched', (data) => this.#switched(data)],
      ['onSessionClosed', (data) => this.#closed(data)],
      ['onPresenceChange', (data) => this.#presenceChanged(data)],
      ['onmodechanged', (data) => this.#page.onMode(Number(typeof data === 'object' ? (data?.value ?? data?.mode) : data))],
      ['onpagenavigate', () => {}],
    ])) {
      void this.#ask('addHandler', event, async (/** @type {unknown} */ data) => handler(parsed(data)));
    }
    return Promise.all([this.#ask('setClickToAct', true), this.#found]).then(() => {});
  }

  /**
   * One call of the framework. Fulfils with `undefined` where it fails: that is told, and no call depends on it.
   * @param {string} step
   * @param {...unknown} values
   * @returns {Promise<any>}
   */
  async #ask(step, ...values) {
    try {
      return await this.#call(LIMIT_MS, step, values);
    } catch (error) {
      this.#page.onError('failed', step, reason(error));
      return undefined;
    }
  }

  /**
   * @param {number | null} limit null: the step waits for a person
   * @param {string} step
   * @param {unknown[]} values
   * @returns {Promise<any>}
   */
  async #call(limit, step, values) {
    const method = this.#cif[step];
    if (typeof method !== 'function') throw new Error('not offered by this CRM');
    if (limit === null) return parsed(await method.apply(this.#cif, values));
    /** @type {any} */
    let timer;
    const late = new Promise((_, reject) => (timer = this.#options.later(() => reject(new Error('no answer within 10 s')), limit)));
    try {
      return parsed(await Promise.race([method.apply(this.#cif, values), late]));
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sessions that were opened before a reload. */
  async #findSessions() {
    const ids = await this.#ask('getAllSessions');
    const own = remembered();
    for (const id of Array.isArray(ids) ? ids.map(String) : []) {
      const session = await this.#ask('getSession', id);
      const context = parsed(session?.context ?? session);
      const interaction = typeof context?.[CONTEXT] === 'string' ? context[CONTEXT] : own.find(([, one]) => one === id)?.[0];
      if (interaction !== undefined) this.#sessions.set(interaction, id);
    }
    for (const call of this.#calls.values()) call.crmSession ??= this.#sessions.get(call.id) ?? null;
  }

  /** @param {any} event */
  #created({ target, data }) {
    const { id, direction } = data.interaction;
    const path = `${target}.${id}`;
    this.#calls.set(path, { id, path, direction, legs: new Map(), crmSession: this.#sessions.get(id) ?? null, isOpening: false, notified: false, hasEnded: false });
  }

  /** @param {any} event */
  #state({ target, state }) {
    if (state?.object !== 'conversation') return;
    const call = this.#calls.get(parent(target));
    if (call === undefined) return;
    call.legs.set(target, state.current);
    if (state.current !== 'ALERTING') this.#unnotify(call);
  }

  /**
   * @param {any} event
   * @param {'preview' | 'screenpop'} moment
   */
  #offered({ target, data }, moment) {
    const call = this.#calls.get(target);
    if (call === undefined) return;
    if (moment === 'preview' && this.#ringing(call) && !data.session?.repeat) {
      void this.#ask('setMode', 1);
      void this.#notify(call, data.session?.parameters ?? {});
    }
    if (data.session && !data.session.repeat && (moment === 'screenpop' || this.#options.openOn === 'preview')) void this.#open(call, data.session);
  }

  /** @param {Call} call */
  #ringing(call) {
    for (const [path, state] of call.legs) if (state === 'ALERTING') return path;
    return null;
  }

  /** @param {Call} call @param {Record<string, string>} parameters */
  async #notify(call, parameters) {
    call.notified = true;
    /** @type {any} */
    let answer;
    try {
      // Shown as long as it rings; when that is over we take it away ourselves.
      answer = await this.#call(null, 'notifyEvent', [{ templateName: this.#options.notification, templateParameters: parameters, cancellationToken: call.id }]);
    } catch (error) {
      call.notified = false;
      const why = reason(error);
      const isTemplate = why.includes('NotificationTemplateNotFoundError');
      return this.#once(why, () => this.#page.onError(isTemplate ? 'template' : 'failed', 'notifyEvent', why));
    }
    call.notified = false;
    const { actionName, responseReason } = answer?.value ?? answer ?? {};
    const leg = this.#ringing(call);
    if (actionName === 'Accept') {
      // Answered by the switch or on the phone meanwhile: nothing is left to do.
      if (leg !== null) void this.#bar.request('conversation.answer', leg, {});
    } else if (actionName === 'Reject' && responseReason === 'DeclinedByAgent') {
      if (leg !== null) void this.#bar.request('interaction.reject', call.path, {});
    } else if (/Error$/.test(String(responseReason))) {
      this.#once(String(responseReason), () => this.#page.onError('template', 'notifyEvent', String(responseReason)));
    }
    // Too many notifications, or one shown long enough: the bar goes on offering the call, the switch decides.
  }

  /** @param {Call} call */
  #unnotify(call) {
    if (!call.notified) return;
    call.notified = false;
    void this.#ask('cancelEvent', call.id);
  }

  /**
   * @param {Call} call
   * @param {{type: string, parameters: Record<string, string>}} session
   */
  async #open(call, session) {
    if (call.crmSession !== null || call.isOpening) return;
    call.isOpening = true;
    await this.#found;
    call.crmSession = this.#sessions.get(call.id) ?? null;
    if (call.crmSession === null && (await this.#ask('canCreateSession')) === false) {
      this.#page.onError('full', 'canCreateSession', '');
    } else if (call.crmSession === null) {
      const id = await this.#ask('createSession', { templateName: session.type, templateParameters: session.parameters });
      if (id !== undefined) {
        call.crmSession = String(id);
        this.#sessions.set(call.id, call.crmSession);
        remember(this.#sessions);
        await this.#ask('updateContext', { [CONTEXT]: call.id }, call.crmSession, false);
        await this.#pop(session.parameters);
      }
    }
    call.isOpening = false;
  }

  /** @param {Record<string, string>} parameters */
  async #pop({ recordType, crmId, number = '' }) {
    if (recordType && crmId) return void (await this.#ask('openForm', JSON.stringify({ entityName: recordType, entityId: crmId })));
    const digits = number.replace(/\D/g, '');
    if (digits === '') return;
    const { entity, columns } = this.#options;
    const phones = columns.filter((column) => /phone/.test(column));
    const same = phones.map((column) => `contains(${column},'${digits.slice(-SAME_DIGITS)}')`).join(' or ');
    await this.#ask('searchAndOpenRecords', entity, `?$select=${columns.join(',')}&$filter=${same}&$search=${encodeURIComponent(number)}&$top=20`, false);
  }

  /** @param {string} path */
  #over(path) {
    const call = this.#calls.get(path);
    if (call === undefined || call.hasEnded) return;
    call.hasEnded = true;
    // The CRM session stays for the wrap-up; the agent closes it.
    this.#unnotify(call);
  }

  /** @param {any} data */
  #clicked(data) {
    const number = typeof data?.value === 'string' ? data.value : '';
    if (number === '') return;
    const { entityLogicalName, entityId } = data;
    this.#page.dial(number, { ...(entityId ? { crmId: String(entityId) } : {}), ...(entityId && entityLogicalName ? { recordType: String(entityLogicalName) } : {}) });
  }

  /** @param {any} data */
  #switched(data) {
    if (data?.focussed !== true && data?.focused !== true) return;
    const call = [...this.#calls.values()].find((one) => one.crmSession === data.sessionId || one.id === parsed(data.context)?.[CONTEXT]);
    if (call) this.#page.onSelect(call.path);
  }

  /** Never ends a call. @param {any} data */
  #closed(data) {
    const id = String(typeof data === 'object' ? data?.sessionId : data);
    for (const [interaction, session] of this.#sessions) if (session === id) this.#sessions.delete(interaction);
    remember(this.#sessions);
    for (const call of this.#calls.values()) if (call.crmSession === id) call.crmSession = null;
  }

  /** @param {any} data */
  #presenceChanged(data) {
    const wanted = this.#options.presence;
    const { presenceText, basePresenceStatus } = parsed(data?.presenceInfo) ?? {};
    if (wanted === null || typeof presenceText !== 'string' || presenceText === this.#presence) return;
    this.#presence = presenceText;
    const isReady = presenceText === wanted.ready || String(basePresenceStatus).toUpperCase() === 'AVAILABLE';
    this.#isChosen = !isReady;
    void this.#bar.request(isReady ? 'channel.ready' : 'channel.notready', this.#bar.channel, {}).then((/** @type {any} */ response) => {
      if (response?.result === 'success') return;
      // The phone system would not, or wants a reason that the CRM does not know: the presence says again what is.
      this.#isChosen = false;
      this.#presence = '';
      this.#agent(this.#agentState);
    });
  }

  /** @param {string} state */
  #agent(state) {
    this.#agentState = state;
    const wanted = this.#options.presence;
    if (wanted === null) return;
    const meaning = state === 'AVAILABLE' ? 'ready' : BUSY.has(state) ? 'busy' : NOT_READY.has(state) ? 'notReady' : null;
    if (meaning === null || (state === 'NOT_READY' && this.#isChosen)) return;
    this.#isChosen = false;
    const text = wanted[meaning];
    if (text === this.#presence) return;
    this.#presence = text;
    // The text alone, as it stands in the CRM's administration.
    void this.#ask('setPresence', text).then((isSet) => {
      if (isSet === false) this.#once(`presence ${text}`, () => this.#page.onError('failed', 'setPresence', text));
    });
  }

  /** @param {string} key @param {() => void} run */
  #once(key, run) {
    if (this.#toldOnce.has(key)) return;
    this.#toldOnce.add(key);
    run();
  }
}

/**
 * Loads the CRM's library and fulfils with its framework once that is ready.
 * @param {string} library
 * @param {Window & typeof globalThis} [page]
 * @returns {Promise<any>}
 */
function loadFramework(library, page = window) {
  return new Promise((fulfil, reject) => {
    const ready = () => fulfil(/** @type {any} */ (page).Microsoft.CIFramework);
    page.addEventListener('CIFInitDone', ready, { once: true });
    const script = page.document.createElement('script');
    script.src = library;
    script.dataset['crmurl'] = new URL(library).origin;
    script.dataset['cifid'] = 'CIFMainLibrary';
    script.onerror = () => reject(new Error(`${library} cannot be loaded`));
    page.document.head.append(script);
  });
}

/** @param {any} error what the framework rejects with */
function reason(error) {
  return String(error?.message ?? error?.errorMsg ?? error);
}

/** @returns {[string, string][]} interaction and CRM session */
function remembered() {
  try {
    const value = JSON.parse(sessionStorage.getItem(MEMORY) ?? '[]');
    return Array.isArray(value) ? value : [];
  } catch {
    return []; // refused in this frame: the CRM's own context is what is left
  }
}

/** @param {Map<string, string>} sessions */
function remember(sessions) {
  try {
    sessionStorage.setItem(MEMORY, JSON.stringify([...sessions]));
  } catch {
    // As above.
  }
}

/** @param {string} path */
function parent(path) {
  return path.slice(0, Math.max(0, path.lastIndexOf('.')));
}

export { CifGlue, loadFramework };
