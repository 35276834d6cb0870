// A CRM that is none: a page on a port of its own with the media bar in a frame, multi-session tabs, and the library that a
// CRM hands to such a frame. It keeps to what is published of the Channel Integration Framework 2.0, and notes what it is asked.

import { createServer } from 'node:http';

/** Where the frame finds the library; the test answers for this address. */
export const LIBRARY = 'https://dynamics.example/webresources/Widget/msdyn_ciLibrary.js';

/** Runs in the frame: hands every call to the CRM around it. */
export const LIBRARY_SCRIPT = `
(() => {
  const script = document.currentScript;
  const waiting = new Map();
  const handlers = new Map();
  let asked = 0;
  const methods = ['setMode', 'notifyEvent', 'cancelEvent', 'canCreateSession', 'createSession', 'getSession', 'getAllSessions', 'updateContext', 'searchAndOpenRecords', 'openForm', 'setClickToAct', 'setPresence'];
  const call = (method) => (...args) => new Promise((fulfil, reject) => {
    waiting.set(++asked, { fulfil, reject });
    parent.postMessage({ cif: asked, method, args, crmurl: script.dataset.crmurl, cifid: script.dataset.cifid }, '*');
  });
  const framework = Object.fromEntries(methods.map((method) => [method, call(method)]));
  framework.addHandler = (event, handler) => { handlers.set(event, handler); return Promise.resolve(); };
  addEventListener('message', ({ data }) => {
    if (data.answer) waiting.get(data.answer)?.[data.error ? 'reject' : 'fulfil'](data.error ? new Error(data.error) : data.value);
    if (data.raise) void handlers.get(data.raise)?.(data.value);
  });
  window.Microsoft = { CIFramework: framework };
  setTimeout(() => dispatchEvent(new Event('CIFInitDone')), 50);
})();
`;

/** Runs around the frame. */
const PAGE = (/** @type {string} */ bar) => `<!doctype html><meta charset="utf-8"><title>Customer service</title>
<body><h1>Customer service</h1><div id="sessions"></div><button id="accept" hidden>Accept</button><button id="decline" hidden>Decline</button>
<iframe id="bar" title="Phone" src="${bar}" width="360" height="640" allow="clipboard-write"></iframe>
<script>
window.asked = [];
window.sessions = new Map();
window.room = true;
window.silent = [];
window.rejected = {};
let made = 0;
let notification = null;
const frame = document.getElementById('bar');
const crm = {
  setMode: () => {},
  setClickToAct: () => {},
  canCreateSession: () => window.room,
  createSession: (input) => {
    const id = 'session-' + ++made;
    window.sessions.set(id, { ...input, context: {} });
    draw();
    return id;
  },
  getAllSessions: () => JSON.stringify([...window.sessions.keys()]),
  getSession: (id) => JSON.stringify({ sessionId: id, context: window.sessions.get(id).context }),
  updateContext: (input, id) => void Object.assign(window.sessions.get(id).context, input),
  searchAndOpenRecords: () => '{}',
  openForm: () => '{}',
  setPresence: (text) => {
    if (!['Available', 'Away', 'Busy', 'Do not disturb'].includes(text)) return false;
    window.presence(text);
    return true;
  },
  notifyEvent: ({ cancellationToken }) => new Promise((fulfil) => {
    notification = { token: cancellationToken, fulfil };
    document.getElementById('accept').hidden = document.getElementById('decline').hidden = false;
  }),
  cancelEvent: (token) => { if (notification?.token === token) done({ actionName: 'Cancel', responseReason: 'Cancelled' }); },
};
function done(answer) {
  document.getElementById('accept').hidden = document.getElementById('decline').hidden = true;
  notification?.fulfil(JSON.stringify({ value: answer }));
  notification = null;
}
document.getElementById('accept').onclick = () => done({ actionName: 'Accept', responseReason: 'Accept' });
document.getElementById('decline').onclick = () => done({ actionName: 'Reject', responseReason: 'DeclinedByAgent' });
function draw() {
  document.getElementById('sessions').replaceChildren(...[...window.sessions].map(([id, { templateParameters }]) => {
    const button = document.createElement('button');
    button.textContent = templateParameters.callDetails ?? id;
    button.onclick = () => raise('onSessionSwitched', { sessionId: id, focussed: true, context: window.sessions.get(id).context });
    return button;
  }));
}
window.presence = (presenceText) => raise('onPresenceChange', { presenceInfo: { presenceText, basePresenceStatus: presenceText.toUpperCase(), presenceColor: '#00ff00', presenceId: presenceText } });
window.closeSession = (id) => { window.sessions.delete(id); draw(); raise('onSessionClosed', { sessionId: id }); };
window.raise = (event, value) => frame.contentWindow.postMessage({ raise: event, value: JSON.stringify(value) }, '*');
const raise = window.raise;
addEventListener('message', async ({ data, source }) => {
  if (!data.cif) return;
  window.asked.push({ method: data.method, args: data.args, crmurl: data.crmurl, cifid: data.cifid });
  if (window.silent.includes(data.method)) return;
  try {
    if (window.rejected[data.method]) throw window.rejected[data.method];
    source.postMessage({ answer: data.cif, value: await crm[data.method](...data.args) }, '*');
  } catch (error) {
    source.postMessage({ answer: data.cif, error: error.message ?? String(error) }, '*');
  }
});
</script>`;

/** Serves the CRM's page; the bar's address may come later. */
export async function startDynamics() {
  let bar = '';
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html; charset=utf-8').end(PAGE(bar)));
  await new Promise((fulfil) => server.listen(0, '127.0.0.1', () => fulfil(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    origin: `http://127.0.0.1:${port}`,
    /** @param {string} address */
    show(address) {
      bar = address;
    },
    stop: () => new Promise((fulfil) => {
      server.close(fulfil);
      server.closeAllConnections();
    }),
  };
}
