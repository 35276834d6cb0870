// The glue for Microsoft's Channel Integration Framework, with a framework and a bar that do exactly what a test says.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import './web.js';

const { CifGlue } = await import('../../../src/web/sdk/cif.js');

const CALL = 's.g.c.7';
const LEG = `${CALL}.1`;
const settled = () => new Promise((fulfil) => setImmediate(fulfil));

/** @param {{methods?: Record<string, (...values: any[]) => any>, options?: object, answer?: (command: string) => any}} [given] */
async function desk({ methods = {}, options = {}, answer = () => ({ result: 'success' }) } = {}) {
  /** @type {any[][]} */
  const asked = [];
  /** @type {any[][]} */
  const commands = [];
  /** @type {any[][]} */
  const told = [];
  /** @type {{run: () => void, ms: number}[]} */
  const timers = [];
  /** @type {Map<string, (data: any) => any>} */
  const handlers = new Map();
  /** @type {Map<string, (event: any) => void>} */
  const listeners = new Map();
  /** @type {Record<string, (...values: any[]) => any>} */
  const all = {
    addHandler: (/** @type {string} */ event, /** @type {any} */ handler) => void handlers.set(event, handler),
    getAllSessions: () => '[]',
    canCreateSession: () => true,
    createSession: () => 'session-1',
    ...methods,
  };
  const cif = new Proxy(/** @type {any} */ ({}), {
    get: (_, name) =>
      async (/** @type {any[]} */ ...values) => {
        if (name !== 'addHandler') asked.push([name, ...values]);
        return all[String(name)]?.(...values);
      },
  });
  const glue = new CifGlue({
    cif,
    bar: {
      channel: 's.g.c',
      on: (/** @type {string} */ name, /** @type {any} */ listener) => listeners.set(name, listener),
      request: async (/** @type {string} */ command, /** @type {string | undefined} */ target) => {
        commands.push([command, target]);
        return answer(command);
      },
    },
    onError: (...values) => told.push(values),
    later: (run, ms) => timers.push({ run, ms }),
    ...options,
  });
  await glue.start();
  const hear = async (/** @type {string} */ name, /** @type {object} */ event) => {
    listeners.get(name)?.(event);
    await settled();
  };
  const raise = async (/** @type {string} */ name, /** @type {object} */ data) => {
    await handlers.get(name)?.(JSON.stringify(data));
    await settled();
  };
  const rings = async () => {
    await hear('interaction.created', { target: 's.g.c', data: { interaction: { id: '7', direction: 'INBOUND' } } });
    await hear('conversation.created', { target: CALL, data: { conversation: { id: '1' } } });
    await leg('ALERTING');
    await hear('interaction.preview', { target: CALL, data: { session: session(false) } });
  };
  const session = (/** @type {boolean} */ repeat) => ({ type: 'bsCallSession', parameters: { number: '+41445550123' }, repeat });
  const leg = (/** @type {string} */ current) => hear('state.updated', { target: LEG, state: { object: 'conversation', current } });
  const pop = (/** @type {boolean} */ repeat) => hear('interaction.screenpop', { target: CALL, data: { session: session(repeat) } });
  const agent = (/** @type {string} */ state) => hear('channel.infochanged', { data: { agent: { state } } });
  const count = (/** @type {string} */ name) => asked.filter(([one]) => one === name).length;
  return { asked, commands, told, timers, hear, raise, rings, leg, pop, agent, count };
}

test('a notification waits as long as it rings: accepted after 15 seconds it answers the call', async () => {
  /** @type {(answer: any) => void} */
  let accept = () => {};
  const one = await desk({ methods: { notifyEvent: () => new Promise((fulfil) => (accept = fulfil)) } });
  await one.rings();
  for (const { run } of one.timers) run(); // ten seconds are over, and more
  await settled();
  assert.deepEqual(one.told, []);
  accept(JSON.stringify({ value: { actionName: 'Accept', responseReason: 'Accept' } }));
  await settled();
  assert.deepEqual(one.commands, [['conversation.answer', LEG]]);
});

test('a notification that is accepted when the call was answered elsewhere commands nothing', async () => {
  /** @type {(answer: any) => void} */
  let accept = () => {};
  const one = await desk({ methods: { notifyEvent: () => new Promise((fulfil) => (accept = fulfil)) } });
  await one.rings();
  await one.leg('CONNECTED');
  assert.deepEqual(one.asked.filter(([name]) => name === 'cancelEvent'), [['cancelEvent', '7']]);
  accept({ actionName: 'Accept', responseReason: 'AutoAccept' });
  await settled();
  assert.deepEqual(one.commands, []);
});

test('what a notification can answer besides accept does what the table says', async () => {
  for (const [answer, commands] of /** @type {[any, string[]][]} */ ([
    [{ actionName: 'Reject', responseReason: 'DeclinedByAgent' }, ['interaction.reject']],
    [{ actionName: 'Reject', responseReason: 'NotificationQueueLimitExceeded' }, []],
    [{ actionName: 'Reject', responseReason: 'NotificationQueueTimeLimitExceeded' }, []],
    [{ actionName: 'Timeout', responseReason: 'DisplayTimeout' }, []],
    [undefined, []],
  ])) {
    const one = await desk({ methods: { notifyEvent: () => answer } });
    await one.rings();
    assert.deepEqual(one.commands.map(([command]) => command), commands, JSON.stringify(answer));
    assert.deepEqual(one.told, []);
  }
});

test('a missing notification template is told once, however many calls ring', async () => {
  const one = await desk({ methods: { notifyEvent: () => Promise.reject({ message: 'NotificationTemplateNotFoundError', msdyn_name: 'NotifyEvent' }) } });
  await one.rings();
  await one.hear('interaction.disposed', { target: CALL });
  await one.rings();
  assert.deepEqual(one.told, [['template', 'notifyEvent', 'NotificationTemplateNotFoundError']]);
});

test('every other step is given up after ten seconds, told, and in nobody’s way', async () => {
  const one = await desk({ methods: { createSession: () => new Promise(() => {}) } });
  await one.rings();
  await one.leg('CONNECTED');
  await one.pop(false);
  assert.equal(one.count('createSession'), 1);
  assert.deepEqual(new Set(one.timers.map(({ ms }) => ms)), new Set([10_000]));
  one.timers[one.timers.length - 1]?.run();
  await settled();
  assert.deepEqual(one.told, [['failed', 'createSession', 'no answer within 10 s']]);
  assert.equal(one.count('updateContext'), 0);
});

test('a session that is there from before a reload is found by its context, and by our own memory where there is none', async () => {
  const kept = new Map([['ctibridge.crmSessions', JSON.stringify([['7', 'session-9'], ['8', 'closed']])]]);
  const storage = { getItem: (/** @type {string} */ key) => kept.get(key) ?? null, setItem: (/** @type {string} */ key, /** @type {string} */ value) => void kept.set(key, value) };
  for (const [session, memory] of [['{"sessionId":"session-9","context":{"ctibridgeInteraction":"7"}}', undefined], ['{"sessionId":"session-9"}', storage]]) {
    Object.assign(globalThis, { sessionStorage: memory });
    /** @type {string[]} */
    const selected = [];
    const one = await desk({ methods: { getAllSessions: () => ['session-9'], getSession: () => session }, options: { onSelect: (/** @type {string} */ path) => selected.push(path) } });
    await one.rings();
    await one.pop(false);
    assert.equal(one.count('createSession'), 0);
    await one.raise('onSessionSwitched', { sessionId: 'session-9', focussed: true });
    assert.deepEqual(selected, [CALL]);
    await one.raise('onSessionSwitched', { sessionId: 'session-9', focussed: false });
    assert.equal(selected.length, 1);
  }
  Reflect.deleteProperty(globalThis, 'sessionStorage');
});

test('a map that is only told again opens nothing', async () => {
  const one = await desk();
  await one.rings();
  await one.pop(true);
  assert.equal(one.count('createSession'), 0);
  await one.pop(false);
  await one.pop(false);
  assert.equal(one.count('createSession'), 1);
});

const presence = { ready: 'Available', notReady: 'Away', busy: 'Busy' };
const info = (/** @type {string} */ presenceText, basePresenceStatus = presenceText.toUpperCase()) => ({ presenceInfo: { presenceText, basePresenceStatus } });

test('presence follows the agent, and its echo commands nothing', async () => {
  const one = await desk({ options: { presence }, methods: { setPresence: () => true } });
  for (const state of ['LOGOUT', 'UNKNOWN', 'LOGIN', 'NOT_READY', 'AVAILABLE', 'RESERVED', 'TALKING', 'WORK_NOT_READY', 'AVAILABLE']) {
    await one.agent(state);
    const last = one.asked[one.asked.length - 1]?.[1];
    await one.raise('onPresenceChange', info(last));
  }
  assert.deepEqual(one.asked.filter(([name]) => name === 'setPresence').map(([, text]) => text), ['Away', 'Available', 'Busy', 'Available']);
  assert.deepEqual(one.commands, []);
});

test('the agent follows the presence, and the words chosen there are left alone', async () => {
  const one = await desk({ options: { presence }, methods: { setPresence: () => true } });
  await one.agent('NOT_READY');
  await one.raise('onPresenceChange', info('Available'));
  assert.deepEqual(one.commands, [['channel.ready', 's.g.c']]);
  await one.agent('AVAILABLE');
  await one.raise('onPresenceChange', info('Do not disturb', 'BUSY_DO_NOT_DISTURB'));
  assert.deepEqual(one.commands[1], ['channel.notready', 's.g.c']);
  await one.agent('NOT_READY');
  await one.raise('onPresenceChange', { presenceId: 'without words' });
  assert.deepEqual(one.asked.filter(([name]) => name === 'setPresence').map(([, text]) => text), ['Away']);
  assert.equal(one.commands.length, 2);
});

test('a state that the phone system refuses shows in the presence again; one that the CRM does not know is told once', async () => {
  const one = await desk({ options: { presence }, methods: { setPresence: (/** @type {string} */ text) => text !== 'Busy' }, answer: () => ({ result: 'needinfo' }) });
  await one.agent('AVAILABLE');
  await one.raise('onPresenceChange', info('Away'));
  assert.deepEqual(one.asked.filter(([name]) => name === 'setPresence').map(([, text]) => text), ['Available', 'Available']);
  await one.agent('TALKING');
  await one.agent('AVAILABLE');
  await one.agent('TALKING');
  assert.deepEqual(one.told, [['failed', 'setPresence', 'Busy']]);
});
