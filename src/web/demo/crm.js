// A CRM that is none: sessions in tabs, with the part of the Channel Integration Framework 2.0 that the media bar asks for.
// It stands on the daemon's own origin, so the bar in its frame finds the framework without a library.

/** @template {HTMLElement} [T=HTMLElement] @param {string} id */
const byId = (id) => /** @type {T} */ (document.getElementById(id));

/** @param {string} tag @param {...(Node | string)} children */
function h(tag, ...children) {
  const element = document.createElement(tag);
  element.append(...children);
  return element;
}

/** @type {Map<string, {templateName: string, templateParameters: Record<string, string>, context: Record<string, string>}>} */
const sessions = new Map();
/** @type {Map<string, (data: string) => unknown>} */
const handlers = new Map();
let made = 0;
let front = '';
/** @type {{token: string, done: (answer: string) => void} | null} */
let offered = null;

/** @param {string} event @param {object} data */
const raise = (event, data) => void handlers.get(event)?.(JSON.stringify(data));

/** @param {string} actionName @param {string} responseReason */
function answer(actionName, responseReason) {
  offered?.done(JSON.stringify({ actionName, responseReason }));
  offered = null;
  byId('notification').hidden = true;
}

const CIFramework = {
  addHandler: async (/** @type {string} */ event, /** @type {(data: string) => unknown} */ handler) => void handlers.set(event, handler),
  setClickToAct: async () => {},
  setMode: async () => {},
  setPresence: async () => true,
  canCreateSession: async () => sessions.size < 10,
  createSession: async (/** @type {any} */ input) => {
    const id = `session-${(made += 1)}`;
    sessions.set(id, { ...input, context: {} });
    front = id;
    draw();
    return id;
  },
  getAllSessions: async () => JSON.stringify([...sessions.keys()]),
  getSession: async (/** @type {string} */ id) => JSON.stringify({ sessionId: id, context: sessions.get(id)?.context ?? {} }),
  updateContext: async (/** @type {object} */ input, /** @type {string} */ id) => void Object.assign(sessions.get(id)?.context ?? {}, input),
  searchAndOpenRecords: async (/** @type {string} */ entity, /** @type {string} */ query) => void (byId('said').textContent = `Looked up ${entity}: ${query}`),
  openForm: async (/** @type {string} */ form) => void (byId('said').textContent = `Opened ${form}`),
  notifyEvent: (/** @type {any} */ { cancellationToken, templateParameters }) =>
    new Promise((done) => {
      offered = { token: cancellationToken, done };
      const accept = h('button', 'Accept');
      const decline = h('button', 'Decline');
      accept.addEventListener('click', () => answer('Accept', 'Accept'));
      decline.addEventListener('click', () => answer('Reject', 'DeclinedByAgent'));
      byId('notification').replaceChildren(`Call ${templateParameters.callDetails ?? ''} `, accept, decline);
      byId('notification').hidden = false;
    }),
  cancelEvent: async (/** @type {string} */ token) => offered?.token === token && answer('Cancel', 'Cancelled'),
};
Object.assign(window, { Microsoft: { CIFramework } });

function draw() {
  byId('tabs').replaceChildren(
    ...[...sessions].map(([id, { templateParameters }]) => {
      const tab = h('button', templateParameters['callDetails'] ?? id);
      tab.setAttribute('role', 'tab');
      tab.setAttribute('aria-selected', String(id === front));
      tab.addEventListener('click', () => {
        front = id;
        draw();
        raise('onSessionSwitched', { sessionId: id, focussed: true, context: sessions.get(id)?.context });
      });
      return tab;
    }),
  );
  const session = sessions.get(front);
  if (session === undefined) return byId('session').replaceChildren();
  const close = h('button', 'Close session');
  close.addEventListener('click', () => {
    const id = front;
    sessions.delete(id);
    front = [...sessions.keys()][0] ?? '';
    draw();
    raise('onSessionClosed', { sessionId: id });
  });
  const list = h('dl', ...Object.entries(session.templateParameters).flatMap(([name, value]) => [h('dt', name), h('dd', String(value))]));
  byId('session').replaceChildren(h('h2', `Template ${session.templateName}`), list, close);
}

for (const button of document.querySelectorAll('button[data-number]')) {
  button.addEventListener('click', () => {
    const { number, record, id } = /** @type {HTMLElement} */ (button).dataset;
    raise('onclicktoact', { value: number, name: 'telephone1', format: 'Phone', entityLogicalName: record, entityId: id });
  });
}
