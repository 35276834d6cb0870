// Signing in with a bearer token, and the ways in which an answer can fail to come: every promise settles, once.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { Daemon } from '../harness/daemon.js';
import { Bridge, BridgeError } from '../../../src/web/sdk/ctibridge.js';

const SECRET = 'a secret of the issuer, long enough for HS256';
const folder = mkdtempSync(join(tmpdir(), 'ctibridge-token-'));
writeFileSync(join(folder, 'secret'), SECRET);
writeFileSync(join(folder, 'agents.toml'), Object.entries({ 1001: '1234', 1002: '1234', 1003: '1234', 1004: '1234' }).map(([id, password]) => `"${id}" = "${password}"\n`).join(''));

/** @param {object} claims */
function token(claims) {
  const part = (/** @type {object} */ value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iss: 'https://issuer.example', aud: 'ctibridge', iat: now, exp: now + 600, ...claims })}`;
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
}

/** @type {Daemon} */
let tokens;
/** @type {Daemon} */
let hasty;
before(async () => {
  tokens = await Daemon.start({
    CTIBRIDGE__AUTH__MODE: 'token',
    CTIBRIDGE__AUTH__AGENT_PASSWORD_FILE: join(folder, 'agents.toml'),
    CTIBRIDGE__AUTH__TOKEN__SECRET_FILE: join(folder, 'secret'),
    CTIBRIDGE__AUTH__TOKEN__ISSUER: 'https://issuer.example',
    CTIBRIDGE__AUTH__TOKEN__AUDIENCE: 'ctibridge',
  });
  hasty = await Daemon.start({ CTIBRIDGE__CTI__REQUEST_TIMEOUT: '3s' });
});
/** @type {Bridge[]} */
const bridges = [];
after(async () => {
  for (const bridge of bridges) bridge.close();
  await tokens.stop();
  await hasty.stop();
  rmSync(folder, { recursive: true });
});

/** @type {WebSocket[]} */
const sockets = [];
class Cuttable extends WebSocket {
  /** @param {string} url */
  constructor(url) {
    super(url);
    sockets.push(this);
  }
}

/** @param {Daemon} daemon */
function newBridge(daemon) {
  const bridge = new Bridge({ url: new URL('mediabar/v1', daemon.page.replace('http', 'ws')), WebSocket: Cuttable });
  bridges.push(bridge);
  return bridge;
}

const refused = (/** @type {Promise<unknown>} */ promise, /** @type {RegExp} */ code) => assert.rejects(promise, (error) => error instanceof BridgeError && code.test(error.code));

test('a bearer token signs an agent in, names who that is, and comes back after a lost connection', async () => {
  const bridge = newBridge(tokens);
  const answer = await bridge.signIn({ token: token({ sub: '1001', roles: ['agent'] }), extension: '3001' });
  assert.equal(answer.resourceId, 'PG1-1001');
  await bridge.command('channelgroup.activateall');
  const ready = bridge.next('channel.infochanged', ({ data }) => data.agent.state === 'AVAILABLE');
  await bridge.command('channel.ready');
  await ready;
  const back = bridge.next('resumed');
  sockets[sockets.length - 1]?.terminate();
  await back;
  await bridge.command('channel.notready');
});

test('a token that ran out, is for somebody else, or was tampered with is refused once and for all', async () => {
  const now = Math.floor(Date.now() / 1000);
  const good = token({ sub: '1002' });
  for (const bad of [token({ sub: '1002', exp: now - 3600 }), token({ sub: '1002', aud: 'another' }), token({ sub: '1002', iss: 'https://else.example' }), `${good.slice(0, -3)}AAA`, 'no token', '']) {
    await refused(newBridge(tokens).signIn({ token: bad, extension: '3002' }), /^(AUTH_FAILED|BAD_REQUEST)$/);
  }
  await refused(newBridge(tokens).signIn({ id: '1003', token: good, extension: '3003' }), /^AUTH_FAILED$/);
});

test('tccc.js takes the token of its script, and tells tokenExpired instead of ready for one that ran out', async () => {
  await import(`${'../../../src/web/sdk/tccc.js'}?token`);
  const { tccc } = globalThis;
  /** @type {string[]} */
  const heard = [];
  for (const name of ['ready', 'tokenExpired']) tccc.on(name, () => void heard.push(name));
  const url = new URL('mediabar/v1', tokens.page.replace('http', 'ws'));
  const old = token({ sub: '1004', exp: Math.floor(Date.now() / 1000) - 3600 });
  await assert.rejects(tccc.connect({ url, token: old, WebSocket }), (/** @type {any} */ error) => error.errorMsg.startsWith('not_logged_in: '));
  assert.deepEqual(heard, ['tokenExpired']);
  const ready = new Promise((fulfil) => tccc.on('ready', fulfil));
  await tccc.connect({ url, token: token({ sub: '1004' }), extension: '3004', WebSocket });
  await ready;
  assert.deepEqual(heard, ['tokenExpired', 'ready']);
  await tccc.Agent.online();
  assert.equal(tccc.Agent.getStatus(), 'notReady');
  tccc.close();
});

/** Counts how often a promise's two ends were reached. @param {Promise<any>} promise */
function watched(promise) {
  /** @type {string[]} */
  const ends = [];
  const done = promise.then(
    () => ends.push('success'),
    (error) => ends.push(error.code),
  );
  return { ends, done };
}

/** @param {string} id */
async function onACall(id) {
  const bridge = newBridge(hasty);
  await bridge.signIn({ id, password: '1234', extension: `3${id.slice(1)}` });
  await bridge.command('channelgroup.activateall');
  await bridge.command('channel.ready');
  const offered = bridge.next('interaction.preview');
  const made = bridge.next('conversation.created');
  await hasty.call(id);
  const { target } = await offered;
  const leg = `${target}.${(await made).data.conversation.id}`;
  const up = bridge.next('state.updated', ({ target, state }) => target === leg && state.current === 'CONNECTED');
  await bridge.command('conversation.answer', {}, leg);
  await up;
  return { bridge, leg };
}

test('an answer that the phone system never gives fails the promise with the time-out, once, also when it comes late', async () => {
  const { bridge, leg } = await onACall('1001');
  await hasty.ask('PUT', '/behaviour', { confirmDelayMs: 5_000, eventDelayMs: 5_000 });
  const late = bridge.next('state.updated', ({ target, state }) => target === leg && state.current === 'HELD');
  const { ends, done } = watched(bridge.command('conversation.hold', {}, leg));
  await done;
  assert.deepEqual(ends, ['CTI_TIMEOUT']);
  await late; // what it did later is still told
  await hasty.ask('PUT', '/behaviour', { confirmDelayMs: null, eventDelayMs: null });
  await bridge.command('conversation.retrieve', {}, leg);
  assert.deepEqual(ends, ['CTI_TIMEOUT']);
});

test('a socket that goes while a hundred commands wait settles each of them once', async () => {
  const { bridge } = await onACall('1003');
  const all = Array.from({ length: 100 }, () => watched(bridge.command('session.getdirectory')));
  sockets[sockets.length - 1]?.terminate();
  await Promise.all(all.map(({ done }) => done));
  for (const { ends } of all) {
    assert.equal(ends.length, 1);
    assert.match(ends[0] ?? '', /^(LINK_LOST|success)$/);
  }
});

test('a side that dies between request and answer leaves an unknown outcome, told with what is known', async () => {
  const { bridge, leg } = await onACall('1002');
  await hasty.ask('PUT', '/behaviour', { confirmDelayMs: 10_000, eventDelayMs: 10_000 });
  const back = bridge.next('service.status', ({ data }) => data.status === 'InService');
  const pending = bridge.request('conversation.hold', leg, {});
  await hasty.side('a', 'stop');
  const { result, failure } = await pending;
  assert.equal(result, 'failure');
  assert.match(failure?.code ?? '', /^(UNKNOWN_OUTCOME|CTI_OFFLINE|CTI_TIMEOUT)$/);
  await hasty.ask('PUT', '/behaviour', { confirmDelayMs: null, eventDelayMs: null });
  await back;
  await hasty.side('a', 'start');
});
