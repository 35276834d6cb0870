// The client library in Node, with the `ws` package, against the real daemon and simulator.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { Daemon } from '../harness/daemon.js';
import { Bridge, BridgeError, surroundings } from '../../../src/web/sdk/ctibridge.js';

/** @typedef {import('../../../src/web/sdk/ctibridge.js').Ticket} Ticket */

/** @type {Daemon} */
let daemon;
before(async () => {
  daemon = await Daemon.start();
});
after(() => daemon.stop());

/** Sockets that were opened, to be cut. @type {WebSocket[]} */
const sockets = [];
class Cuttable extends WebSocket {
  /** @param {string} url */
  constructor(url) {
    super(url);
    sockets.push(this);
  }
}
const cut = () => sockets[sockets.length - 1]?.terminate();

/** @type {Bridge[]} */
const bridges = [];
after(() => bridges.forEach((bridge) => bridge.close()));

function newBridge() {
  const bridge = new Bridge({ url: new URL('mediabar/v1', daemon.page.replace('http', 'ws')), WebSocket: Cuttable });
  bridges.push(bridge);
  return bridge;
}

/** @param {string} id */
async function atWork(id) {
  const bridge = newBridge();
  /** @type {number[]} */
  const seqs = [];
  bridge.on('*', (event) => 'seq' in event && seqs.push(event.seq));
  await bridge.signIn({ id, password: '1234', extension: `3${id.slice(1)}` });
  await bridge.command('channelgroup.activateall', {});
  return { bridge, seqs };
}

test('signing in fulfils when the whole picture has been told, and commands find their target', async () => {
  const { bridge } = await atWork('1001');
  assert.equal(bridge.session, 'PG1-1001');
  assert.equal(bridge.channel, 'PG1-1001.3001.3001');
  const ready = bridge.next('channel.infochanged', ({ data }) => data.agent.state === 'AVAILABLE');
  const { result, data } = await bridge.command('channel.request.ready');
  assert.deepEqual([result, data], ['success', {}]);
  assert.equal((await ready).data.channel.available, true);
  const listed = bridge.next('directory.updated');
  await bridge.command('session.getdirectory');
  assert.ok((await listed).data.categories.length > 0);
});

test('a whole call by promises: alerting, answered, over, completed', async () => {
  const { bridge } = await atWork('1002');
  await bridge.command('channel.ready');
  const offered = bridge.next('interaction.preview');
  const leg = bridge.next('conversation.created');
  const call = await daemon.call('1002', { callVariables: { 1: 'gold' } });
  const { target, data } = await offered;
  assert.equal(data.session?.parameters['callVariable1'], 'gold');
  const conversation = `${target}.${(await leg).data.conversation.id}`;
  const popped = bridge.next('interaction.screenpop');
  await bridge.command('conversation.answer', {}, conversation);
  assert.deepEqual((await popped).data.session?.parameters, data.session?.parameters);
  const ended = bridge.next('interaction.ended');
  await daemon.farEnd(call, 'hangup');
  assert.equal((await ended).data.reason, 'RELEASED');
  const gone = bridge.next('interaction.disposed');
  await bridge.command('interaction.complete', { skipDisposition: true }, target);
  assert.equal((await gone).target, target);
});

test('what is not carried out rejects with the code, a question and a missing piece too', async () => {
  const { bridge } = await atWork('1003');
  await assert.rejects(bridge.command('conversation.hold', {}, `${bridge.channel}.x.y`), (error) => error instanceof BridgeError && error.code === 'UNKNOWN_TARGET');
  const second = newBridge();
  await assert.rejects(second.signIn({ id: '1003', password: '1234' }), (error) => error instanceof BridgeError && error.code === 'CONFIRM' && /already connected/.test(error.message));
  await assert.rejects(newBridge().signIn({ id: '1003', password: 'wrong' }), (error) => error instanceof BridgeError && error.code === 'AUTH_FAILED');
  const end = bridge.next('end');
  await second.signIn({ id: '1003', password: '1234', override: true });
  assert.equal((await end).why, 'override');
  await assert.rejects(bridge.command('channel.ready'), (error) => error instanceof BridgeError && error.code === 'LINK_LOST');
});

test('a cut connection comes back by itself, misses no event and repeats none', async () => {
  const { bridge, seqs } = await atWork('1004');
  await bridge.command('channel.ready');
  for (let round = 0; round < 5; round += 1) {
    /** @type {Promise<unknown>} */
    const back = round % 2 ? bridge.next('resumed') : bridge.next('link', (link) => link === 'open');
    const pending = bridge.request('session.getdirectory', bridge.session);
    cut();
    // The socket may have been cut before or after the answer: it is one of the two, and comes once.
    assert.match((await pending).failure?.code ?? 'success', /^(LINK_LOST|success)$/);
    const offered = bridge.next('interaction.initialized');
    const call = await daemon.call('1004');
    await Promise.all([back, offered]);
    const over = bridge.next('interaction.ended');
    await daemon.farEnd(call, 'hangup');
    await over;
    const ready = bridge.next('channel.infochanged', ({ data }) => data.agent.state === 'AVAILABLE');
    await bridge.request('channel.ready', bridge.channel);
    await Promise.race([ready, bridge.command('session.getdirectory')]);
  }
  assert.deepEqual(seqs, seqs.map((_, at) => at + 1), 'numbered from 1 without holes');
});

test('a ticket brings another process back to the session, without a password', async () => {
  const { bridge } = await atWork('1005');
  /** @type {Ticket | null} */
  let ticket = null;
  bridge.on('ticket', (value) => (ticket = value));
  const back = bridge.next('resumed');
  cut();
  await back;
  bridge.close();
  assert.ok(ticket !== null);
  const later = newBridge();
  const state = later.next('channel.infochanged');
  const answer = await later.resume(ticket);
  assert.equal(answer.resourceId, 'PG1-1005');
  assert.equal((await state).data.agent.state, 'NOT_READY');
  assert.equal(JSON.stringify(ticket).includes('1234'), false);
});

test('a listener that throws does not keep the others from hearing, and the mistake is not swallowed', async () => {
  /** @type {(() => void)[]} */
  const atOnce = [];
  const around = { ...surroundings(WebSocket), later: (/** @type {() => void} */ run, /** @type {number} */ ms) => (ms === 0 ? void atOnce.push(run) : setTimeout(run, ms)) };
  const bridge = new Bridge({ url: new URL('mediabar/v1', daemon.page.replace('http', 'ws')), surroundings: around });
  bridges.push(bridge);
  bridge.on('channelgroup.created', () => {
    throw new Error('a mistake of the integrator');
  });
  const heard = bridge.next('channelgroup.created');
  await bridge.signIn({ id: '1006', password: '1234', extension: '3006' });
  await heard;
  assert.throws(() => atOnce.forEach((run) => run()), /a mistake of the integrator/);
});

test('the plain script defines the same library', async () => {
  const response = await fetch(new URL('sdk/ctibridge.global.js', daemon.page));
  assert.equal(response.headers.get('access-control-allow-origin'), '*');
  assert.match(response.headers.get('content-type') ?? '', /^text\/javascript/);
  const { runInNewContext } = await import('node:vm');
  const context = { setTimeout, clearTimeout, URL, WebSocket, Math, JSON, Map, Set, Promise };
  runInNewContext(await response.text(), context);
  const { ctibridge } = /** @type {any} */ (context);
  const bridge = new ctibridge.Bridge({ url: daemon.page.replace('http', 'ws') + 'mediabar/v1' });
  const answer = await bridge.signIn({ id: '1007', password: '1234', extension: '3007' });
  assert.equal(answer.resourceId, 'PG1-1007');
  bridge.close();
});
