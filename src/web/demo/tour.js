// The tour: examples on the left, the simulator's control port on the right.

/** @template {HTMLElement} [T=HTMLElement] @param {string} id */
const byId = (id) => /** @type {T} */ (document.getElementById(id));

/** @param {string} tag @param {...(Node | string)} children */
function h(tag, ...children) {
  const element = document.createElement(tag);
  element.append(...children);
  return element;
}

/** @param {string} method @param {string} path @param {object} [body] */
async function control(method, path, body) {
  try {
    const response = await fetch(`control${path}`, { method, headers: { 'content-type': 'application/json' }, ...(body ? { body: JSON.stringify(body) } : {}) });
    const text = await response.text();
    const answer = text === '' ? null : JSON.parse(text);
    if (!response.ok) throw new Error(answer?.error ?? String(response.status));
    return answer;
  } catch (error) {
    byId('said').textContent = `Not done: ${/** @type {Error} */ (error).message}`;
    return undefined;
  }
}

const tabs = /** @type {HTMLButtonElement[]} */ ([...byId('scenes').querySelectorAll('[role=tab]')]);
/** The history page's token for this tab, so that a stranger need not sign in. The demo's client has no secret worth the name. */
async function signInToHistory() {
  if (sessionStorage.getItem('ctibridge.history') !== null) return;
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'demo', client_secret: 'demo' });
  const answer = await fetch('../login/connect/token', { method: 'POST', body: form });
  // Without it the page asks who one is.
  if (answer.ok) sessionStorage.setItem('ctibridge.history', (await answer.json()).access_token);
}

/** @param {HTMLButtonElement} tab */
async function choose(tab) {
  for (const one of tabs) {
    one.setAttribute('aria-selected', String(one === tab));
    one.tabIndex = one === tab ? 0 : -1;
  }
  byId('about').textContent = tab.dataset['about'] ?? '';
  const frame = /** @type {HTMLIFrameElement} */ (byId('stage'));
  const page = new URL(tab.dataset['page'] ?? '', location.href).href;
  if (page.endsWith('/history')) await signInToHistory().catch(() => undefined);
  if (tab.getAttribute('aria-selected') === 'true' && frame.src !== page) frame.src = page;
}
for (const [at, tab] of tabs.entries()) {
  tab.addEventListener('click', () => void choose(tab));
  tab.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const next = tabs[(at + step + tabs.length) % tabs.length];
    next?.focus();
    if (next) void choose(next);
  });
}
if (tabs[0]) void choose(tabs[0]);

byId('call').addEventListener('submit', async (event) => {
  event.preventDefault();
  const agent = /** @type {HTMLInputElement} */ (byId('agent')).value.trim();
  const from = /** @type {HTMLInputElement} */ (byId('from')).value.trim();
  const placed = await control('POST', '/calls', { from, dialedNumber: '8001', dnis: '5000', to: { agent }, callVariables: { 1: 'CUST-88213', 2: 'gold' }, eccVariables: { 'user.CaseNumber': '40013' } });
  if (placed) byId('said').textContent = `Call ${placed.callId} rings agent ${agent}, if that agent is ready.`;
  await look();
});
for (const button of byId('sides').querySelectorAll('button')) {
  button.addEventListener('click', async () => {
    const { side, action } = button.dataset;
    if ((await control('POST', `/sides/${side}`, { action })) !== undefined) byId('said').textContent = `Side ${String(side).toUpperCase()}: ${action}. Watch the lamp at the bottom of the media bar.`;
    await look();
  });
}

let drawn = '';
async function look() {
  const truth = await control('GET', '/truth');
  if (!truth) return;
  const now = JSON.stringify(truth);
  if (now === drawn) return;
  drawn = now;
  byId('active').textContent = truth.active === null || truth.active === undefined ? 'none' : `side ${String(truth.active).toUpperCase()}`;
  const calls = truth.calls.map((/** @type {any} */ call) => {
    const hangUp = h('button', 'Caller hangs up');
    hangUp.addEventListener('click', async () => {
      await control('POST', `/calls/${call.callId}/far-end`, { action: 'hangup' });
      await look();
    });
    const parties = call.parties.map((/** @type {any} */ party) => `${party.agent ? `agent ${party.agent}` : party.device}: ${party.state}`).join(', ');
    return h('li', `${call.callId}: ${parties} `, hangUp);
  });
  byId('calls').replaceChildren(...(calls.length > 0 ? calls : [h('li', 'no call')]));
  byId('agents').replaceChildren(
    ...truth.agents.filter((/** @type {any} */ agent, /** @type {number} */ at) => at < 8 || agent.state !== 'LOGOUT').map((/** @type {any} */ agent) => h('tr', h('td', agent.id), h('td', agent.extension ?? '–'), h('td', agent.state))),
  );
}
setInterval(() => document.hidden || void look(), 1_000);
void look();
