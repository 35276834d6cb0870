// The sample page: signs in as agent 1002 and shows what the SDK says.

/** @template {HTMLElement} [T=HTMLElement] @param {string} id */
const byId = (id) => /** @type {T} */ (document.getElementById(id));

const { tccc } = globalThis;
let sessionId = '';

/** @param {Promise<any>} promise */
async function shown(promise) {
  byId('answer').textContent = await promise.then((answer) => JSON.stringify(answer ?? 'done'), (error) => error.errorMsg ?? String(error));
  byId('status').textContent = tccc.Agent.getStatus();
}

for (const name of Object.keys(tccc.events)) {
  tccc.on(name, ({ data }) => {
    if (data.sessionId) sessionId = data.sessionId;
    byId('session').textContent = sessionId || '–';
    byId('status').textContent = tccc.Agent.getStatus();
    byId('events').prepend(`${new Date().toLocaleTimeString()} ${name} ${JSON.stringify(data)}\n`);
  });
}

/** @type {Record<string, () => Promise<any>>} */
const CALLS = {
  online: () => tccc.Agent.online(),
  offline: () => tccc.Agent.offline(),
  free: () => tccc.Agent.setStatus({ status: 'free' }),
  notReady: () => tccc.Agent.setStatus({ status: 'notReady' }),
  rest: () => tccc.Agent.setStatus({ status: 'rest', restReason: 'Lunch' }),
  accept: () => tccc.Call.accept({ sessionId }),
  hold: () => tccc.Call.hold({ sessionId }),
  unHold: () => tccc.Call.unHold({ sessionId }),
  muteMic: () => tccc.Call.muteMic({ sessionId }),
  hungUp: () => tccc.Call.hungUp({ sessionId }),
  deleteCall: () => tccc.Call.deleteCall({ sessionId }),
};
for (const button of document.querySelectorAll('button[data-call]')) {
  button.addEventListener('click', () => void shown(CALLS[/** @type {HTMLElement} */ (button).dataset['call'] ?? '']?.() ?? Promise.resolve()));
}
byId('dial').addEventListener('submit', (event) => {
  event.preventDefault();
  void shown(tccc.Call.startOutboundCall({ phoneNumber: /** @type {HTMLInputElement} */ (byId('number')).value }));
});

const url = new URL('../mediabar/v1', location.href.replace(/^http/, 'ws'));
void shown(tccc.connect({ url, userId: '1002', password: '1234', extension: '3002' }));
