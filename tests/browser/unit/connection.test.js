import assert from 'node:assert/strict';
import { test } from 'node:test';
import './web.js';

const { Connection, pause } = await import('../../../src/web/sdk/ctibridge.js');

/** A websocket whose other end is the test. */
class FakeSocket {
  readyState = 0;
  /** @type {any[]} */ sent = [];
  /** @type {any} */ onopen = null;
  /** @type {any} */ onmessage = null;
  /** @type {any} */ onclose = null;

  open() {
    this.readyState = 1;
    this.onopen?.();
  }
  /** @param {string} text */
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  /** @param {object} frame */
  receive(frame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  close() {
    this.readyState = 3;
  }
  /** @param {number} code */
  drop(code) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
  get last() {
    return this.sent[this.sent.length - 1];
  }
}

function desk() {
  /** @type {FakeSocket[]} */
  const sockets = [];
  /** @type {{run: () => void, ms: number, cancelled: boolean}[]} */
  const timers = [];
  /** @type {any[]} */
  const log = [];
  const client = new Connection(
    'ws://server/mediabar/v1',
    {
      onEvent: (frame) => log.push(['event', frame.seq ?? frame.name]),
      onLink: (socket) => log.push(['link', socket]),
      onSync: (session) => log.push(['sync', session]),
      onMode: (mode) => mode === 'mirror' && log.push(['mode', mode]),
      onResumed: () => log.push(['resumed']),
      onTicket: (ticket) => log.push(['ticket', ticket.resumeToken]),
      onEnd: ({ why }) => log.push(['end', why]),
    },
    {
      connect: () => {
        sockets.push(new FakeSocket());
        return /** @type {any} */ (sockets[sockets.length - 1]);
      },
      later: (run, ms) => {
        const timer = { run, ms, cancelled: false };
        timers.push(timer);
        return timer;
      },
      cancel: (timer) => {
        if (timer) timer.cancelled = true;
      },
      random: () => 0.5,
    },
  );
  const socket = () => /** @type {FakeSocket} */ (sockets[sockets.length - 1]);
  /** Lets the promises settle. */
  const calm = () => new Promise((done) => setImmediate(done));
  /** Runs the timer that reconnects. */
  const retry = () => {
    const timer = timers.filter((one) => !one.cancelled && one.ms < 6_000).pop();
    assert.ok(timer, 'a retry is planned');
    timer.cancelled = true;
    timer.run();
  };
  return { client, sockets, timers, log, socket, calm, retry };
}

/** A client that is signed in, with the session started. */
async function signedIn() {
  const d = desk();
  const done = d.client.signIn({ id: '1001', password: 'secret', extension: '5001' });
  d.socket().open();
  await d.calm();
  d.socket().receive({ command: 'prepareSession', result: 'success', data: { resourceId: 'PG1-1001', recovered: false, resumeToken: 'token-1' }, requestId: d.socket().last.requestId });
  await d.calm();
  d.socket().receive({ command: 'session.start', target: 'PG1-1001', result: 'success', requestId: d.socket().last.requestId });
  assert.equal((await done).result, 'success');
  d.log.length = 0;
  return d;
}

test('signing in prepares and starts the session, and announces the picture before it comes', async () => {
  const d = desk();
  const done = d.client.signIn({ id: '1001', password: 'secret', extension: '5001' });
  d.socket().open();
  await d.calm();
  const prepare = d.socket().last;
  assert.deepEqual([prepare.command, prepare.data], ['prepareSession', { override: false, agent: { id: '1001', extension: '5001', password: 'secret' } }]);
  d.socket().receive({ command: 'prepareSession', result: 'success', data: { resourceId: 'PG1-1001', recovered: false, resumeToken: 'token-1' }, requestId: prepare.requestId });
  await d.calm();
  assert.deepEqual([d.socket().last.command, d.socket().last.target], ['session.start', 'PG1-1001']);
  d.socket().receive({ command: 'session.start', target: 'PG1-1001', result: 'success', requestId: d.socket().last.requestId });
  await done;
  assert.deepEqual(d.log, [['link', 'connecting'], ['ticket', 'token-1'], ['sync', 'PG1-1001'], ['link', 'open']]);
});

test('another window or a wrong password ends the try with the answer of the server', async () => {
  for (const answer of [{ result: 'confirm', message: 'Close the other one?' }, { result: 'failure', failure: { code: 'AUTH_FAILED', message: 'no', context: '' } }]) {
    const d = desk();
    const done = d.client.signIn({ id: '1001', password: 'x' });
    d.socket().open();
    await d.calm();
    d.socket().receive({ command: 'prepareSession', ...answer, requestId: d.socket().last.requestId });
    assert.equal((await done).result, answer.result);
    assert.equal(d.socket().readyState, 3);
  }
});

test('a lost connection is resumed with the token and the last event seen, without the password', async () => {
  const d = await signedIn();
  d.socket().receive({ messageType: 'objectEvent', target: 'PG1-1001', name: 'session.initialized', data: {}, seq: 41 });
  d.socket().drop(1006);
  d.retry();
  d.socket().open();
  await d.calm();
  assert.deepEqual(d.socket().last.data, {
    override: false,
    agent: { id: '1001', extension: '5001' },
    resumeToken: 'token-1',
    resumeFrom: { session: 'PG1-1001', seq: 41 },
  });
  d.socket().receive({ command: 'prepareSession', result: 'success', data: { resourceId: 'PG1-1001', recovered: true, resumed: true }, requestId: d.socket().last.requestId });
  await d.calm();
  d.socket().receive({ messageType: 'objectEvent', target: 'PG1-1001', name: 'x', data: {}, seq: 42 });
  assert.deepEqual(d.log, [['event', 41], ['link', 'closed'], ['link', 'connecting'], ['ticket', 'token-1'], ['resumed'], ['link', 'open'], ['event', 42]]);
});

test('where nothing can be resumed the session is started anew', async () => {
  const d = await signedIn();
  d.socket().receive({ messageType: 'objectEvent', target: 'PG1-1001', name: 'x', data: {}, seq: 5 });
  d.socket().drop(1012);
  d.retry();
  d.socket().open();
  await d.calm();
  d.socket().receive({ command: 'prepareSession', result: 'success', data: { resourceId: 'PG1-1001', recovered: true, resumed: false }, requestId: d.socket().last.requestId });
  await d.calm();
  assert.equal(d.socket().last.command, 'session.start');
  d.socket().receive({ messageType: 'objectEvent', target: 'PG1-1001', name: 'y', data: {}, seq: 900 });
  assert.deepEqual(d.log.filter(([kind]) => kind === 'sync' || kind === 'event'), [['event', 5], ['sync', 'PG1-1001'], ['event', 900]]);
});

test('a reloaded page names its session, and asks for the whole picture', async () => {
  const d = desk();
  const done = d.client.resume({ agentId: '1001', extension: '', session: 'PG1-1001', resumeToken: 'token-1', mirror: false });
  d.socket().open();
  await d.calm();
  const { resumeToken, resumeFrom, agent } = d.socket().last.data;
  assert.deepEqual([resumeToken, resumeFrom.session, agent], ['token-1', 'PG1-1001', { id: '1001' }]);
  assert.ok(resumeFrom.seq > 1e12);
  d.socket().receive({ command: 'prepareSession', result: 'failure', failure: { code: 'AUTH_FAILED', message: '' }, requestId: d.socket().last.requestId });
  assert.equal((await done).failure?.code, 'AUTH_FAILED');
  assert.deepEqual(d.log, [['link', 'connecting']], 'whoever asked hears it, nobody else');
});

test('a window that only looks on says so, and goes on looking on after a lost connection, until it takes over', async () => {
  const d = desk();
  void d.client.signIn({ id: '1001', password: 'secret', mirror: true });
  d.socket().open();
  await d.calm();
  assert.deepEqual(d.socket().last.data, { mode: 'mirror', agent: { id: '1001', password: 'secret' } });
  d.socket().receive({ command: 'prepareSession', result: 'success', data: { resourceId: 'PG1-1001', recovered: true, mode: 'mirror', resumeToken: 'token-1' }, requestId: d.socket().last.requestId });
  await d.calm();
  d.socket().receive({ command: 'session.start', target: 'PG1-1001', result: 'success', requestId: d.socket().last.requestId });
  await d.calm();
  d.socket().drop(1006);
  d.retry();
  d.socket().open();
  await d.calm();
  assert.equal(d.socket().last.data.mode, 'mirror');
  d.socket().receive({ messageType: 'objectEvent', target: 'PG1-1001', name: 'session.modechanged', data: { mode: 'command' }, seq: 9 });
  d.socket().drop(1006);
  d.retry();
  d.socket().open();
  await d.calm();
  assert.equal(d.socket().last.data.mode, undefined);
});

test('an event that was seen is not delivered twice, and a hole is healed by asking again', async () => {
  const d = await signedIn();
  for (const seq of [1, 2, 2, 1]) d.socket().receive({ messageType: 'objectEvent', target: 'PG1-1001', name: 'x', data: {}, seq });
  assert.deepEqual(d.log, [['event', 1], ['event', 2]]);
  d.socket().receive({ messageType: 'objectEvent', target: 'PG1-1001', name: 'x', data: {}, seq: 4 });
  assert.deepEqual(d.log.slice(2), [['link', 'closed']]);
  d.retry();
  d.socket().open();
  await d.calm();
  assert.deepEqual(d.socket().last.data.resumeFrom, { session: 'PG1-1001', seq: 2 });
});

test('every request is answered exactly once: by the server, by the end of the connection, or by the end of patience', async () => {
  const d = await signedIn();
  const first = d.client.request('channel.ready', 'PG1-1001.5001.5001');
  const id = d.socket().last.requestId;
  d.socket().receive({ command: 'channel.ready', result: 'success', requestId: id });
  d.socket().receive({ command: 'channel.ready', result: 'failure', failure: { code: 'BUSY', message: '' }, requestId: id });
  assert.equal((await first).result, 'success');

  const second = d.client.request('channel.ready', 'PG1-1001.5001.5001');
  d.timers.filter((timer) => timer.ms === 15_000 && !timer.cancelled).pop()?.run();
  assert.equal((await second).failure?.code, 'NO_ANSWER');

  const third = d.client.request('channel.ready', 'PG1-1001.5001.5001');
  d.socket().drop(1006);
  assert.equal((await third).failure?.code, 'LINK_LOST');
  assert.equal((await d.client.request('channel.ready', 'PG1-1001.5001.5001')).failure?.code, 'LINK_LOST');
});

test('after a takeover, a sign-out or a closed session the client stays away', async () => {
  for (const [code, why] of /** @type {const} */ ([[4001, 'override'], [1000, 'loggedOut'], [4004, 'ended']])) {
    const d = await signedIn();
    d.socket().drop(code);
    assert.deepEqual(d.log, [['end', why]]);
    assert.equal(d.sockets.length, 1);
  }
  const d = await signedIn();
  d.socket().receive({ messageType: 'objectEvent', target: 'PG1-1001', name: 'session.disposed', data: { reason: 'override' }, seq: 1 });
  assert.deepEqual(d.log, [['end', 'override']]);
});

test('a refusal that may pass is tried again, one that may not ends the session', async () => {
  const d = await signedIn();
  d.socket().drop(1006);
  d.retry();
  d.socket().open();
  await d.calm();
  d.socket().receive({ command: 'prepareSession', result: 'failure', failure: { code: 'NOT_ACCEPTING', message: '' }, requestId: d.socket().last.requestId });
  await d.calm();
  d.retry();
  d.socket().open();
  await d.calm();
  d.socket().receive({ command: 'prepareSession', result: 'failure', failure: { code: 'AUTH_FAILED', message: '' }, requestId: d.socket().last.requestId });
  await d.calm();
  assert.deepEqual(d.log[d.log.length - 1], ['end', 'refused']);
});

test('pauses between tries grow to five seconds, with jitter', () => {
  assert.equal(pause(0, 0), 125);
  assert.equal(pause(0, 1), 250);
  for (let attempt = 0; attempt < 50; attempt += 1) {
    for (const random of [0, 0.5, 1]) assert.ok(pause(attempt, random) <= 5_000);
  }
  assert.equal(pause(20, 1), 5_000);
});

test('frames that are no JSON objects are ignored', async () => {
  const d = await signedIn();
  for (const data of ['', 'x', '[', 'null', '7', '"x"', '[]', '{}']) d.socket().onmessage({ data });
  assert.equal(d.socket().readyState, 1);
});
