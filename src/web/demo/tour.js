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
/** @param {HTMLButtonElement} tab */
function choose(tab) {
  for (const one of tabs) {
    one.setAttribute('aria-selected', String(one === tab));
    one.tabIndex = one === tab ? 0 : -1;
  }
  byId('about').textContent = tab.dataset['about'] ?? '';
  const frame = /** @type {HTMLIFrameElement} */ (byId('stage'));
  const page = new URL(tab.dataset['page'] ?? '', location.href).href;
  if (frame.src !== page) frame.src = page;
}
for (const [at, tab] of tabs.entries()) {
  tab.addEventListener('click', () => choose(tab));
  tab.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const next = tabs[(at + step + tabs.length) % tabs.length];
    next?.focus();
    if (next) choose(next);
  });
}
if (tabs[0]) choose(tabs[0]);

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
