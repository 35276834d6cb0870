// The TCCC-style facade in Node against the real daemon: the fourteen promises of its contract.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { Daemon } from '../harness/daemon.js';

/** @typedef {import('../../../src/web/sdk/tccc.js').Tccc} Tccc */

/** @type {Daemon} */
let daemon;
before(async () => {
  daemon = await Daemon.start({ CTIBRIDGE_SIM__WORLD__AGENTS: '40', CTIBRIDGE__MEDIABAR__SKILL_GROUPS: '[{ number = 1, name = "Sales", dial = "8001" }]' });
});
/** @type {Tccc[]} */
const all = [];
after(async () => {
  for (const one of all) one.close();
  await daemon.stop();
});

/** Everything that any page heard. @type {{heard: [string, any][]}[]} */
const pages = [];
/** @type {WebSocket[]} */
const sockets = [];
class Watched extends WebSocket {
  /** @param {string} url */
  constructor(url) {
    super(url);
    sockets.push(this);
  }
}

let copies = 0;
/** A page of its own with the script in it, and a log of everything that it hears. */
async function page() {
  await import(`../../../src/web/sdk/tccc.js?copy=${(copies += 1)}`);
  const tccc = globalThis.tccc;
  all.push(tccc);
  /** @type {[string, any][]} */
  const heard = [];
  /** @type {(() => void)[]} */
  let watchers = [];
  for (const name of Object.keys(tccc.events)) {
    tccc.on(name, (event) => {
      heard.push([name, event]);
      for (const watcher of watchers.splice(0)) watcher();
    });
  }
  /** Waits for the names to have come, in this order, from the mark on. @param {...string} names @returns {Promise<any[]>} */
  const hears = async (...names) => {
    const deadline = Date.now() + 20_000;
    for (;;) {
      let at = mark;
      const events = names.map((name) => {
        const [wanted, status] = name.split(':');
        while (at < heard.length && !(heard[at]?.[0] === wanted && (status === undefined || heard[at]?.[1].status === status))) at += 1;
        return heard[at++]?.[1];
      });
      if (events.every((event) => event !== undefined)) return events;
      if (Date.now() > deadline) throw new Error(`waited for ${names.join(', ')}, heard ${heard.slice(mark).map(([name, event]) => `${name} ${JSON.stringify(event.data)}`).join('; ')}`);
      await Promise.race([new Promise((fulfil) => watchers.push(() => fulfil(undefined))), new Promise((fulfil) => setTimeout(fulfil, 500))]);
    }
  };
  let mark = 0;
  const from = () => (mark = heard.length);
  const names = () => heard.slice(mark).map(([name]) => name);
  pages.push({ heard });
  return { tccc, heard, hears, from, names };
}

/** @param {string} userId @param {object} [more] */
async function atWork(userId, more = {}) {
  const one = await page();
  await one.tccc.connect({ url: new URL('mediabar/v1', daemon.page.replace('http', 'ws')), userId, password: '1234', extension: `3${userId.slice(1)}`, WebSocket: Watched, ...more });
  await one.hears('ready');
  if (one.tccc.Agent.getStatus() === 'offline') {
    await one.tccc.Agent.online();
    await one.hears('statusChanged');
  }
  return one;
}

/** @param {Promise<unknown>} promise @param {string} code */
const refusedWith = (promise, code) =>
  assert.rejects(promise, (/** @type {any} */ error) => {
    assert.equal(error.status, 'error');
    assert.equal(error.errorMsg.split(':')[0], code, error.errorMsg);
    return true;
  });

const REQUIRED = /** @type {Record<string, Record<string, string>>} */ ({
  'callIn phone': { sessionId: 'string', type: 'string', timeout: 'number', calleePhoneNumber: 'string', serverType: 'string' },
  'callIn internal': { sessionId: 'string', type: 'string', timeout: 'number', peerUserId: 'string' },
  userAccessed: { sessionId: 'string' },
  autoTransfer: { sessionId: 'string' },
  sessionEnded: { sessionId: 'string', closeBy: 'string' },
  sessionCompleted: { sessionId: 'string' },
  callOuted: { sessionId: 'string', callerPhoneNumber: 'string' },
  calloutAccepted: { sessionId: 'string' },
  transfer: { sessionId: 'string' },
  statusChanged: { status: 'string' },
});

test('1 ready precedes every other event, and calls before it are refused', async () => {
  const one = await page();
  await refusedWith(one.tccc.Call.accept({ sessionId: 'x' }), 'not_ready');
  const connected = one.tccc.connect({ url: new URL('mediabar/v1', daemon.page.replace('http', 'ws')), userId: '1001', password: '1234', extension: '3001', WebSocket });
  await refusedWith(one.tccc.Agent.online(), 'not_ready');
  await connected;
  await one.hears('ready');
  assert.equal(one.heard[0]?.[0], 'ready');
  assert.equal(one.tccc.Agent.getStatus(), 'offline');
  await one.tccc.Agent.online();
  await one.hears('ready', 'statusChanged');
  assert.equal(one.heard.filter(([name]) => name === 'ready').length, 1);
});

test('2 an inbound call from callIn to sessionCompleted', async () => {
  const one = await atWork('1002');
  await one.tccc.Agent.setStatus({ status: 'free' });
  await one.hears('statusChanged:free');
  one.from();
  await daemon.call('1002', { dnis: '5000' });
  const [{ sessionId, callerPhoneNumber, calleePhoneNumber, type, serverType }] = await one.hears('callIn');
  assert.deepEqual([callerPhoneNumber, calleePhoneNumber, type, serverType], ['+41445550123', '5000', 'phone', 'staffExtensionSeat']);
  assert.equal((await one.tccc.Call.accept({ sessionId })).status, 'success');
  await one.hears('callIn', 'userAccessed');
  assert.equal((await one.tccc.Call.accept({ sessionId })).status, 'success', 'answered already');
  await refusedWith(one.tccc.Call.deleteCall({ sessionId }), 'wrong_state');
  await one.tccc.Call.hold({ sessionId });
  assert.deepEqual((await daemon.agentTruth('1002')).legs, ['held']);
  await refusedWith(one.tccc.Call.hold({ sessionId }), 'wrong_state');
  await one.tccc.Call.unHold({ sessionId });
  await one.tccc.Call.sendDigits({ sessionId, dtmfText: '12#' });
  await refusedWith(one.tccc.Call.sendDigits({ sessionId }), 'bad_argument');
  await refusedWith(one.tccc.Call.sendDigits({ sessionId, dtmfText: 'x' }), 'bad_argument');
  await one.tccc.Call.hungUp({ sessionId });
  await one.hears('statusChanged:busy');
  const [, , ended] = await one.hears('callIn', 'userAccessed', 'sessionEnded');
  assert.equal(ended.closeBy, 'seat');
  await one.hears('statusChanged:arrange');
  await one.tccc.Call.deleteCall({ sessionId });
  await one.hears('sessionEnded', 'sessionCompleted');
  await one.hears('statusChanged:arrange', 'statusChanged:free');
  await refusedWith(one.tccc.Call.hold({ sessionId }), 'no_such_session');
});

test('3 a caller who gives up while it rings closed the session', async () => {
  const one = await atWork('1003');
  await one.tccc.Agent.setStatus({ status: 'free' });
  const call = await daemon.call('1003');
  await one.hears('callIn');
  await daemon.farEnd(call, 'hangup');
  const [, { closeBy }] = await one.hears('callIn', 'sessionEnded');
  assert.equal(closeBy, 'client');
  assert.ok(!one.names().includes('userAccessed'));
});

test('4 a call that nobody answers is taken away, and the session does not end', async () => {
  const impatient = await Daemon.start({ CTIBRIDGE_SIM__WORLD__RING_NO_ANSWER: '1s' });
  after(() => impatient.stop());
  const one = await atWork('1004', { url: new URL('mediabar/v1', impatient.page.replace('http', 'ws')) });
  await one.tccc.Agent.setStatus({ status: 'free' });
  one.from();
  await impatient.call('1004');
  await one.hears('callIn', 'autoTransfer', 'statusChanged:notReady');
  assert.ok(!one.names().includes('sessionEnded'));
});

test('5 an outbound call: the promise, then callOuted, then the far end answers and hangs up', async () => {
  const one = await atWork('1005');
  one.from();
  /** @type {string[]} */
  const order = [];
  one.tccc.on('callOuted', () => order.push('callOuted'));
  const answer = await one.tccc.Call.startOutboundCall({ phoneNumber: '+41445559988', phoneDesc: 'Anna', callerPhoneNumber: '+41440000000', phoneEncodeType: 'number' }).then((value) => {
    order.push('promise');
    return value;
  });
  assert.deepEqual([answer.status, answer.calleePhoneNumber, answer.callerPhoneNumber, answer.serverType, answer.remark, answer.ignored], ['success', '+41445559988', '3005', 'staffExtensionSeat', 'Anna', ['callerPhoneNumber']]);
  const [{ sessionId }] = await one.hears('callOuted');
  assert.equal(answer.sessionId, sessionId);
  assert.deepEqual(order, ['promise', 'callOuted']);
  await one.hears('callOuted', 'calloutAccepted');
  const [call] = (await daemon.truth()).calls.filter((one) => one.parties.some((party) => party.device === '3005'));
  assert.ok(call);
  await daemon.farEnd(call.callId, 'hangup');
  const [, , { closeBy }] = await one.hears('callOuted', 'calloutAccepted', 'sessionEnded');
  assert.equal(closeBy, 'client');
  await refusedWith(one.tccc.callOut({ phoneNumber: '' }), 'bad_argument');
});

test('6 a busy number: the promise, callOuted, and the system closed the session', async () => {
  const one = await atWork('1006');
  one.from();
  await one.tccc.Call.callOut({ phoneNumber: '+4144555990000' });
  const [, { closeBy, mainReason, subReason }] = await one.hears('callOuted', 'sessionEnded');
  assert.deepEqual([closeBy, mainReason, subReason], ['admin', 'busy', 'CEC_BUSY']);
});

test('7 what a CTI Server cannot do is refused, and no CTI message leaves the daemon', async () => {
  const one = await atWork('1007');
  const before = await daemon.requests();
  assert.ok(before > 0, 'signing in took some');
  const { Call, Chat, Video } = one.tccc;
  const sessionId = 'x';
  for (const method of [Call.muteMic, Call.unmuteMic, Call.isMicMuted, Video.accept, Video.end, Video.transfer, Video.muteMic, Video.unmuteMic, Video.muteVideo, Video.unmuteVideo, Chat.accept, Chat.end, Chat.transfer]) {
    await refusedWith(method({ sessionId }), 'not_supported');
  }
  assert.equal(await daemon.requests(), before);
  assert.deepEqual(await one.tccc.Devices.getMicrophones(), []);
  const { active } = ((one.tccc.overrideButtonConfig(({ active }) => ({ active: active.filter(({ type }) => type !== 'holdToggle') }))), one.tccc.buttons());
  assert.ok(active.length > 0 && !active.some(({ type }) => type === 'holdToggle'));
});

test('8 transfer with none, with both, with unknown, to a skill group and to an agent', async () => {
  const [one, two] = [await atWork('1008'), await atWork('1009')];
  const talk = async () => {
    await one.tccc.Agent.setStatus({ status: 'free' });
    one.from();
    await daemon.call('1008');
    const [{ sessionId }] = await one.hears('callIn');
    await one.tccc.Call.accept({ sessionId });
    await one.hears('userAccessed');
    return sessionId;
  };
  const sessionId = await talk();
  await refusedWith(one.tccc.Call.transfer({ sessionId }), 'bad_argument');
  await refusedWith(one.tccc.Call.transfer({ sessionId, skillGroupId: '1', userId: '1009' }), 'bad_argument');
  await refusedWith(one.tccc.Call.transfer({ sessionId, skillGroupId: '77' }), 'target_unknown');
  await refusedWith(one.tccc.Call.transfer({ sessionId, userId: '4711' }), 'target_unknown');
  await one.tccc.Call.transfer({ sessionId, userId: '1009' });
  const [, { closeBy }] = await one.hears('transfer', 'sessionEnded');
  assert.equal(closeBy, 'seat');
  const [{ sessionId: theirs }] = await two.hears('callIn');
  await two.tccc.Call.accept({ sessionId: theirs });
  await two.hears('userAccessed');
  await two.tccc.Call.hungUp({ sessionId: theirs });
  await one.tccc.Call.deleteCall({ sessionId });
  const again = await talk();
  await one.tccc.Call.transfer({ sessionId: again, skillGroupId: '1' });
  await one.hears('transfer', 'sessionEnded');
  for (const { callId } of (await daemon.truth()).calls) await daemon.farEnd(callId, 'hangup').catch(() => {}); // those between agents have no far end
});

test('9 setStatus in every state', async () => {
  const one = await atWork('1010');
  const set = (/** @type {any} */ status, /** @type {string} */ restReason) => one.tccc.Agent.setStatus({ status, ...(restReason ? { restReason } : {}) });
  await one.tccc.Agent.setStatus({ status: 'stopNotReady' });
  await one.hears('statusChanged:free');
  await refusedWith(set('stopNotReady', ''), 'wrong_state');
  one.from();
  await set('rest', 'Lunch');
  const [{ restReason }] = await one.hears('statusChanged:rest');
  assert.equal(restReason, 'Lunch');
  assert.equal(one.tccc.Agent.getStatus(), 'rest');
  await refusedWith(set('rest', 'Holidays'), 'bad_argument');
  await refusedWith(set('stopNotReady', ''), 'wrong_state');
  await refusedWith(set('arrange', ''), 'wrong_state');
  await refusedWith(set('sleeping', ''), 'bad_argument');
  await refusedWith(set(undefined, ''), 'bad_argument');
  await set('free', '');
  await one.hears('statusChanged:rest', 'statusChanged:free');
  one.from();
  await set('notReady', '');
  await one.hears('statusChanged:notReady');
  await one.tccc.Agent.offline();
  await one.hears('statusChanged:offline');
  for (const status of ['free', 'notReady', 'rest', 'arrange', 'stopNotReady']) await refusedWith(set(status, ''), 'not_logged_in');
});

test('9 and 10 where reasons are demanded: a missing one is the caller’s mistake, signing out gives the first', async () => {
  const one = await atWork('1011');
  await one.tccc.Agent.setStatus({ status: 'free' });
  await one.hears('statusChanged:free');
  await refusedWith(one.tccc.Agent.setStatus({ status: 'rest' }), 'bad_argument');
  one.from();
  await one.tccc.Agent.offline();
  await one.hears('statusChanged:offline');
});

test('10 going offline is refused during a call; from free the agent is not ready first', async () => {
  const one = await atWork('1021');
  await one.tccc.Agent.setStatus({ status: 'free' });
  const call = await daemon.call('1021');
  const [{ sessionId }] = await one.hears('callIn');
  await one.tccc.Call.accept({ sessionId });
  await one.hears('userAccessed');
  await refusedWith(one.tccc.Agent.offline(), 'wrong_state');
  await daemon.farEnd(call, 'hangup');
  await one.hears('sessionEnded');
  await one.hears('statusChanged:arrange');
  await one.tccc.Call.deleteCall({ sessionId });
  await one.hears('statusChanged:arrange', 'statusChanged:free');
  one.from();
  await one.tccc.Agent.offline();
  await one.hears('statusChanged:notReady', 'statusChanged:offline');
});

test('deleteCall is refused where a disposition is required', async () => {
  const one = await atWork('1012');
  await one.tccc.Agent.setStatus({ status: 'free' });
  const call = await daemon.call('1012');
  const [{ sessionId }] = await one.hears('callIn');
  await one.tccc.Call.accept({ sessionId });
  await one.hears('userAccessed');
  await daemon.farEnd(call, 'hangup');
  await one.hears('sessionEnded');
  await assert.rejects(one.tccc.Call.deleteCall({ sessionId }), { errorMsg: 'wrong_state: disposition required' });
});

test('11 and 12 listeners by name and by member, several, one that throws; fields at the top and under data', async () => {
  const one = await atWork('1023');
  /** @type {any[]} */
  const heard = [];
  const late = new Promise((fulfil) => {
    const timeout = globalThis.setTimeout;
    // The mistake is thrown later, where the page's own handler finds it.
    globalThis.setTimeout = /** @type {any} */ ((/** @type {any} */ run, /** @type {any} */ ms) => (ms === undefined ? fulfil(run) : timeout(run, ms)));
    after(() => (globalThis.setTimeout = timeout));
  });
  one.tccc.on(one.tccc.events.callIn, () => {
    throw new Error('a mistake of the page');
  });
  const second = (/** @type {any} */ event) => heard.push(event);
  one.tccc.on('callIn', second);
  await one.tccc.Agent.setStatus({ status: 'free' });
  const call = await daemon.call('1023');
  const [{ sessionId }] = await one.hears('callIn');
  assert.equal(heard.length, 1);
  assert.equal(heard[0].sessionId, sessionId);
  assert.equal(heard[0].data.sessionId, sessionId);
  assert.throws(/** @type {any} */ (await late), /a mistake of the page/);
  one.tccc.off('callIn', second);
  await daemon.farEnd(call, 'hangup');
  await one.hears('callIn', 'sessionEnded');
  assert.equal(heard.length, 1);
  one.tccc.close();
});

test('13 a lost connection and a switched side lose nothing and double nothing', async () => {
  const one = await atWork('1022');
  await one.tccc.Agent.setStatus({ status: 'free' });
  one.from();
  const call = await daemon.call('1022');
  const [{ sessionId }] = await one.hears('callIn');
  await one.tccc.Call.accept({ sessionId });
  await one.hears('userAccessed');
  await daemon.side('a', 'stop');
  await daemon.farEnd(call, 'hangup');
  await one.hears('callIn', 'userAccessed', 'sessionEnded');
  await one.hears('statusChanged:arrange');
  await daemon.side('a', 'start');
  await one.tccc.Call.deleteCall({ sessionId });
  await one.hears('sessionCompleted', 'statusChanged:free');

  const second = await daemon.call('1022');
  const rings = (await one.hears('callIn', 'callIn'))[1].sessionId;
  await one.tccc.Call.accept({ sessionId: rings });
  await one.hears('userAccessed', 'userAccessed');
  // The page is cut off; meanwhile the caller hangs up.
  sockets[sockets.length - 1]?.terminate();
  await daemon.farEnd(second, 'hangup');
  await one.hears('sessionEnded', 'sessionEnded');
  const count = (/** @type {string} */ name) => one.names().filter((one) => one === name).length;
  assert.deepEqual(['callIn', 'userAccessed', 'sessionEnded', 'sessionCompleted', 'ready'].map(count), [2, 2, 2, 1, 0]);
  // The agent's state may come before or after the end of the call.
  await one.hears('sessionCompleted', 'statusChanged:free', 'statusChanged:arrange');
  assert.equal(one.tccc.Agent.getStatus(), 'arrange');
});

test('an agent who calls an agent: internal on the other side, with the caller’s id', async () => {
  const [one, two] = [await atWork('1015'), await atWork('1016')];
  await two.tccc.Agent.setStatus({ status: 'free' });
  await refusedWith(one.tccc.Call.startInternalCall({ calleeUserId: '1016', useMobile: true }), 'not_supported');
  await refusedWith(one.tccc.Call.startInternalCall({ calleeUserId: '4711' }), 'target_unknown');
  assert.deepEqual(await one.tccc.Call.startInternalCall({ calleeUserId: '1016' }), { status: 'success' });
  const [{ sessionId, type, peerUserId }] = await two.hears('callIn');
  assert.deepEqual([type, peerUserId], ['internal', '1015']);
  await two.tccc.Call.accept({ sessionId });
  await one.hears('callOuted', 'calloutAccepted');
  await two.tccc.Call.hungUp({ sessionId });
  const [{ closeBy }] = await one.hears('sessionEnded');
  assert.equal(closeBy, 'client');
});

test('14 every event that was heard in all these tests has its required fields, of the stated types', async () => {
  /** @type {Set<string>} */
  const seen = new Set();
  for (const { heard } of pages) {
    for (const [name, event] of heard) {
      const table = REQUIRED[name] ?? REQUIRED[`${name} ${event.type}`] ?? {};
      seen.add(name === 'callIn' ? `callIn ${event.type}` : name);
      for (const [field, type] of Object.entries(table)) assert.equal(typeof event[field], type, `${name}.${field} of ${JSON.stringify(event.data)}`);
    }
  }
  assert.deepEqual(Object.keys(REQUIRED).filter((name) => !seen.has(name)), []);
});

test('a wrong password is told instead of ready, and unknown commands leave the connection up', async () => {
  const one = await page();
  const url = new URL('mediabar/v1', daemon.page.replace('http', 'ws'));
  await one.tccc.connect({ url, userId: '1001', password: 'wrong', WebSocket }).then(
    () => assert.fail('signed in'),
    (error) => assert.match(error.errorMsg, /^not_logged_in: /),
  );
  await one.hears('tokenExpired');

  const socket = new WebSocket(url);
  /** @type {any[]} */
  const frames = [];
  const next = async (/** @type {(frame: any) => boolean} */ fits) => {
    for (;;) {
      const at = frames.findIndex(fits);
      if (at >= 0) return frames.splice(at, 1)[0];
      await new Promise((fulfil) => socket.once('message', fulfil));
    }
  };
  socket.on('message', (text) => frames.push(JSON.parse(String(text))));
  await new Promise((fulfil) => socket.once('open', fulfil));
  socket.send(JSON.stringify({ command: 'prepareSession', requestId: 'p', data: { profile: 'tccc', agent: { id: '1017', password: '1234', extension: '3017' } } }));
  assert.equal((await next((frame) => frame.requestId === 'p')).result, 'success');
  assert.equal((await next((frame) => frame.event === 'ready')).data.status, 'offline');
  socket.send('{"command":"tccc.Call.fly","id":"7","options":{}}');
  assert.deepEqual(await next((frame) => frame.id === '7'), { id: '7', status: 'error', errorMsg: 'bad_argument: there is no command tccc.Call.fly' });
  socket.send('nonsense');
  assert.equal((await next((frame) => frame.id === null)).status, 'error');
  socket.send('{"command":"tccc.Agent.getStatus","id":"8"}');
  assert.deepEqual(await next((frame) => frame.id === '8'), { id: '8', status: 'success', agentStatus: 'offline' });
  socket.close();
});
