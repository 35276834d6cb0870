import assert from 'node:assert/strict';
import { test } from 'node:test';
import './web.js';
import { agentInfo, callAnswered, callAppears, callEnds, CHANNEL, DATA, initialization, interactionPath, object, SESSION, stateEvent } from './story.js';

const { initialState, reduce, inService, focusedCall, ringingCall, LATE_MS, SETTLE_MS, BACK_MS } = await import('../../../src/web/store.js');
const { callPhase, timesOf } = await import('../../../src/web/picture.js');
const { answerButton, callFields, cardVariables, dialRefusal, endButton, holdButton } = await import('../../../src/web/controls.js');
const { announcements } = await import('../../../src/web/announce.js');

/** @typedef {import('../../../src/web/store.js').State} State */
/** @typedef {import('../../../src/web/store.js').Action} Action */

const ID = 'OM000000000000004711';
const LEG = '6b0f1c52-9a37-4a6e-8f0d-2c6f5b7a1e90';
const PATH = interactionPath(ID);
const LEG_PATH = `${PATH}.${LEG}`;

/**
 * @param {State} state
 * @param {object[]} frames
 * @param {number} [now]
 */
function feed(state, frames, now = 1_000) {
  return frames.reduce((/** @type {State} */ at, frame) => reduce(at, { type: 'frame', frame, now }), state);
}

/** @param {State} state @param {Action[]} actions */
function act(state, ...actions) {
  return actions.reduce(reduce, state);
}

const IN_SERVICE = { messageType: 'serviceEvent', name: 'service.status', data: { status: 'InService', acceptingClients: true, clientCount: 1 } };
const OUT_OF_SERVICE = { ...IN_SERVICE, data: { ...IN_SERVICE.data, status: 'OutOfService' } };

/** A signed-in session with a picture. @param {object[]} [calls] */
function signedIn(calls = []) {
  const open = act(initialState(), { type: 'signingIn' }, { type: 'link', socket: 'open', now: 0 }, { type: 'frame', frame: IN_SERVICE, now: 0 }, { type: 'sync', session: SESSION });
  return act(feed(open, initialization(calls)), { type: 'signedIn', now: 1_000 });
}

/** @param {State} state @param {import('../../../src/web/store.js').Control} control @param {string} command @param {string} target */
function send(state, control, command, target) {
  return act(state, { type: 'sent', control, command, target, now: 1_000 });
}

/** @param {State} state @param {import('../../../src/web/store.js').Control} control @param {import('../../../src/web/store.js').Response} response */
function answer(state, control, response) {
  return act(state, { type: 'answered', control, response, now: 1_000 });
}

test('a picture is shown only when it is complete', () => {
  const open = act(initialState(), { type: 'link', socket: 'open', now: 0 }, { type: 'sync', session: SESSION });
  const frames = initialization();
  const almost = feed(open, frames.slice(0, -1));
  assert.equal(almost.picture.channel, null);
  assert.equal(feed(almost, frames.slice(-1)).picture.channel?.state, 'ACTIVE');
});

test('an inbound call goes from ringing over talking and held to wrap-up and away', () => {
  let state = feed(signedIn(), callAppears(ID, LEG));
  const phase = () => callPhase(/** @type {any} */ (focusedCall(state)));
  assert.equal(phase(), 'ringing');
  assert.equal(answerButton(state).target, LEG_PATH);
  assert.equal(endButton(state).does, 'reject');
  assert.equal(holdButton(state).target, '');
  assert.notEqual(holdButton(state).why, '');

  state = feed(state, callAnswered(ID, LEG));
  assert.equal(phase(), 'talking');
  assert.equal(holdButton(state).does, 'hold');
  assert.equal(endButton(state).does, 'end');
  assert.equal(answerButton(state).target, '');

  state = feed(state, [stateEvent(LEG_PATH, 'conversation', 'CONNECTED', 'HELD')]);
  assert.equal(phase(), 'held');
  assert.equal(holdButton(state).does, 'retrieve');

  state = feed(state, callEnds(ID, LEG, 'HELD'));
  assert.equal(phase(), 'ended');
  assert.deepEqual([endButton(state).does, endButton(state).target], ['finish', PATH]);

  state = feed(state, [object(PATH, 'interaction.complete', {}), stateEvent(PATH, 'interaction', 'ENDED', 'COMPLETED'), object(PATH, 'interaction.disposed')]);
  assert.equal(focusedCall(state), null);
  assert.equal(endButton(state).target, '');
});

test('a pressed button works until the event of the server shows its effect, whatever the order of answer and event', () => {
  const ringing = feed(signedIn(), callAppears(ID, LEG));
  const pressed = send(ringing, 'answer', 'conversation.answer', LEG_PATH);
  assert.ok(pressed.pending.answer);
  const answeredFirst = answer(pressed, 'answer', { result: 'success', data: {} });
  assert.ok(answeredFirst.pending.answer, 'the answer alone is no effect');
  assert.equal(feed(answeredFirst, callAnswered(ID, LEG)).pending.answer, undefined);
  assert.equal(feed(pressed, callAnswered(ID, LEG)).pending.answer, undefined);
});

test('a button that has waited for two seconds says so', () => {
  const pressed = send(feed(signedIn(), callAppears(ID, LEG)), 'answer', 'conversation.answer', LEG_PATH);
  assert.equal(act(pressed, { type: 'tick', now: 1_000 + LATE_MS - 1 }).pending.answer?.late, false);
  assert.equal(act(pressed, { type: 'tick', now: 1_000 + LATE_MS }).pending.answer?.late, true);
});

test('a failure stands at its button until the next press or until the button means something else', () => {
  const talking = feed(signedIn(), [...callAppears(ID, LEG), ...callAnswered(ID, LEG)]);
  const failed = answer(send(talking, 'hold', 'conversation.hold', LEG_PATH), 'hold', { result: 'failure', failure: { code: 'CTI_FAILURE', message: 'no' } });
  assert.equal(failed.failures.hold?.code, 'CTI_FAILURE');
  assert.equal(failed.pending.hold, undefined);
  assert.equal(send(failed, 'hold', 'conversation.hold', LEG_PATH).failures.hold, undefined);
  assert.equal(feed(failed, callEnds(ID, LEG)).failures.hold, undefined);
});

test('asking for a state during a call is done when the server has taken note of it', () => {
  const talking = feed(signedIn(), [...callAppears(ID, LEG), ...callAnswered(ID, LEG), agentInfo('TALKING')]);
  const asked = send(talking, 'state', 'channel.notready', CHANNEL);
  assert.ok(asked.pending.state);
  assert.equal(answer(asked, 'state', { result: 'success' }).pending.state, undefined);
});

test('ready stays pending until the agent is available', () => {
  const asked = answer(send(signedIn(), 'state', 'channel.ready', CHANNEL), 'state', { result: 'success' });
  assert.ok(asked.pending.state);
  assert.equal(feed(asked, [agentInfo('AVAILABLE')]).pending.state, undefined);
});

test('a ringing call does not take the buttons away from the call they belong to', () => {
  const held = feed(signedIn(), [...callAppears(ID, LEG), ...callAnswered(ID, LEG), stateEvent(LEG_PATH, 'conversation', 'CONNECTED', 'HELD')]);
  const both = feed(held, callAppears('OM2', 'leg2'));
  assert.equal(focusedCall(both)?.id, ID);
  assert.equal(holdButton(both).does, 'retrieve');
  assert.equal(ringingCall(both)?.id, 'OM2');
  assert.equal(answerButton(both).target, `${interactionPath('OM2')}.leg2`);
  assert.equal(focusedCall(feed(both, callAnswered('OM2', 'leg2')))?.id, 'OM2');
});

test('needinfo opens the form it asks for and fails nothing', () => {
  const ended = feed(signedIn(), [...callAppears(ID, LEG), ...callAnswered(ID, LEG), ...callEnds(ID, LEG)]);
  const asked = answer(send(ended, 'finish', 'interaction.complete', PATH), 'finish', {
    result: 'needinfo',
    target: PATH,
    uiExtension: {
      type: 'disposition',
      dispositionRequired: true,
      dispositions: [
        { dispositionId: 2, dispositionName: 'Information only', priority: 2, isPreviewDisposition: false },
        { dispositionId: 1, dispositionName: 'Claim opened', priority: 1, isPreviewDisposition: false },
      ],
    },
  });
  assert.equal(asked.form?.kind, 'disposition');
  assert.deepEqual(asked.form?.kind === 'disposition' && asked.form.list.map((one) => one.dispositionId), [1, 2]);
  assert.deepEqual([asked.failures.finish, asked.pending.finish], [undefined, undefined]);
  assert.equal(feed(asked, [object(PATH, 'interaction.disposed')]).form, null, 'the form goes with its call');

  const state = answer(send(signedIn(), 'state', 'channel.notready', CHANNEL), 'state', {
    result: 'needinfo',
    uiExtension: { type: 'agentstate', reasons: [{ code: 4, label: 'Lunch' }] },
  });
  assert.deepEqual(state.form, { kind: 'notReady', reasons: [{ code: 4, label: 'Lunch' }] });
  assert.deepEqual(state.picture.reasons.notReady, [{ code: 4, label: 'Lunch' }], 'and they are offered from then on');

  const logout = answer(send(signedIn(), 'signOut', 'session.request.logout', SESSION), 'signOut', {
    result: 'needinfo',
    uiExtension: { type: 'logoutreason', required: true, reasons: [{ code: 1, label: 'End of shift' }] },
  });
  assert.deepEqual(logout.form, { kind: 'logout', required: true, reasons: [{ code: 1, label: 'End of shift' }] });
});

test('while the sides are switched the picture stays, the controls say why they wait, and the return says what changed', () => {
  const talking = feed(signedIn(), [...callAppears(ID, LEG), ...callAnswered(ID, LEG)]);
  const down = feed(talking, [OUT_OF_SERVICE], 5_000);
  assert.equal(inService(down), false);
  assert.equal(down.link.downSince, 5_000);
  assert.equal(focusedCall(down)?.id, ID);
  assert.equal(holdButton(down).target, '');
  assert.notEqual(dialRefusal(down), '');

  let back = feed(down, [IN_SERVICE], 9_000);
  assert.equal(back.link.downSince, null);
  assert.equal(back.back?.downFor, 4_000);
  assert.equal(holdButton(back).does, 'hold');
  back = act(feed(back, callEnds(ID, LEG), 9_200), { type: 'tick', now: 9_000 + SETTLE_MS });
  assert.deepEqual(back.back?.changes?.map((change) => change.kind), ['ended']);
  assert.equal(act(back, { type: 'tick', now: 9_000 + BACK_MS }).back, null, 'and goes by itself');
});

test('a lost socket keeps the last picture until the new one is complete, with the old timers', () => {
  const talking = feed(signedIn(), [...callAppears(ID, LEG), ...callAnswered(ID, LEG)], 2_000);
  let state = act(talking, { type: 'link', socket: 'closed', now: 10_000 }, { type: 'link', socket: 'connecting', now: 10_500 }, { type: 'sync', session: SESSION }, { type: 'link', socket: 'open', now: 11_000 });
  const frames = initialization(callAppears(ID, LEG, { state: 'STARTED' }));
  state = feed(state, frames.slice(0, -1), 11_000);
  assert.equal(focusedCall(state)?.id, ID);
  assert.equal(state.link.downSince, 10_000);
  state = feed(state, frames.slice(-1), 11_000);
  assert.equal(state.link.downSince, null);
  assert.equal(focusedCall(state)?.since, 2_000);
  assert.deepEqual(act(state, { type: 'tick', now: 11_000 + SETTLE_MS }).back?.changes, []);
});

test('a reload keeps the timers that this tab remembered', () => {
  const talking = feed(signedIn(), [...callAppears(ID, LEG), ...callAnswered(ID, LEG)], 2_000);
  const reloaded = act(initialState(), { type: 'times', times: timesOf(talking.picture) }, { type: 'link', socket: 'open', now: 60_000 }, { type: 'sync', session: SESSION });
  assert.equal(feed(reloaded, initialization(callAppears(ID, LEG, { state: 'STARTED' })), 60_000).picture.interactions[0]?.since, 2_000);
});

test('a clock that is wrong does not spoil the time in a state', () => {
  const ahead = 3_600_000;
  const state = feed(act(signedIn(), { type: 'clock', ahead }), [agentInfo('AVAILABLE', { since: '2026-02-03T08:20:44.000Z' })]);
  assert.equal(state.picture.agent?.since, Date.parse('2026-02-03T08:20:44.000Z') + ahead);
});

test('an incoming call is announced once, with caller and queue, when they are known', () => {
  let state = signedIn();
  /** @type {string[]} */
  const alerts = [];
  for (const frame of [...callAppears(ID, LEG), object(PATH, 'interaction.datachanged', { changed: {}, removed: [], interactiondata: { ...DATA, callVariable2: 'gold' } })]) {
    const next = feed(state, [frame]);
    const said = announcements(state, next).alert;
    if (said !== '') alerts.push(said);
    state = next;
  }
  assert.deepEqual(alerts, ['Incoming call from +41 44 555 01 23, queue Claims_DE']);
});

test('the site chooses what stands on the card, and else the first four that say something do', () => {
  const data = { number: '+41791112233', callVariable1: 'one', callVariable2: 'two', callVariable3: '', callVariable9: 'nine', 'user.tier': 'gold', 'user.zone': 'west' };
  const call = /** @type {any} */ (focusedCall(feed(signedIn(), callAppears(ID, LEG, { data }))));
  assert.deepEqual(cardVariables(call), ['one', 'two', 'nine', 'gold']);
  assert.deepEqual(cardVariables(call, ['user.tier', 'callVariable3', 'callVariable9', 'callVariable10']), ['gold', 'nine']);
});

test('caller data reach the page as they are, nested ones flattened, empty ones left out', () => {
  const data = { number: '', callVariable3: '<img src=x onerror=alert(1)>', callVariable4: '', 'user.list': { 0: 'a', 1: 'b' }, strange: '‮evil' };
  const state = feed(signedIn(), callAppears(ID, LEG, { data }));
  const fields = callFields(/** @type {any} */ (focusedCall(state)));
  assert.deepEqual(fields.map((field) => [field.key, field.value]), [
    ['callVariable3', '<img src=x onerror=alert(1)>'],
    ['strange', '‮evil'],
    ['user.list', '0: a, 1: b'],
  ]);
});

test('events that are broken or about unknown objects change nothing and throw nothing', () => {
  const state = signedIn(callAppears(ID, LEG));
  const strange = [
    {},
    { name: 'state.updated' },
    { name: 'state.updated', target: PATH, data: [null, 7, { name: 'x' }], state: null },
    { name: 'channel.infochanged', target: CHANNEL, data: null },
    { name: 'interaction.created', target: CHANNEL, data: { interaction: null } },
    { name: 'interaction.datachanged', target: 'nobody', data: {} },
    { name: 'conversation.member.added', target: LEG_PATH, data: {} },
    { name: 'directory.updated', target: SESSION, data: { categories: [null, { entries: [null] }] } },
    { name: 'channel.externaldispositions.updated', target: CHANNEL, data: { dispositions: [null, { dispositionId: 'x' }] } },
    { name: 'service.status', data: null },
    { name: 7, target: {}, data: 'x' },
  ];
  const after = feed(state, strange);
  assert.equal(after.picture.interactions.find((one) => one.id === ID)?.state, 'ALERTING');
  assert.equal(after.picture.agent?.state, 'NOT_READY');
});

test('dialling is refused with the reason where the server does not offer it', () => {
  assert.equal(dialRefusal(signedIn()), '');
  const ready = feed(signedIn(), [agentInfo('AVAILABLE'), stateEvent(CHANNEL, 'channel', 'ACTIVE', 'ACTIVE', { 'channel.dial': false })]);
  assert.match(dialRefusal(ready), /not ready/);
  const inactive = feed(signedIn(), [stateEvent(CHANNEL, 'channel', 'ACTIVE', 'INACTIVE')]);
  assert.match(dialRefusal(inactive), /Log in/);
});
