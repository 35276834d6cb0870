// The messages of a session as mediabar-api prints them, for tests of the store.

export const SESSION = 'PG1-1001';
export const GROUP = `${SESSION}.5001`;
export const CHANNEL = `${GROUP}.5001`;

/** @param {string} id */
export const interactionPath = (id) => `${CHANNEL}.${id}`;

/**
 * @param {string} target
 * @param {string} name
 * @param {object} [data]
 */
export function object(target, name, data = {}) {
  return { messageType: 'objectEvent', target, name, data };
}

/**
 * @param {string} target
 * @param {string} kind
 * @param {string} previous
 * @param {string} current
 * @param {Record<string, boolean>} [capabilities]
 */
export function stateEvent(target, kind, previous, current, capabilities = {}) {
  const data = Object.entries(capabilities).map(([name, on]) => ({ name, type: on ? 'enable' : 'disable' }));
  return { messageType: 'stateEvent', target, name: 'state.updated', context: {}, data, state: { object: kind, previous, current } };
}

/**
 * @param {string} state
 * @param {object} [more]
 */
export function agentInfo(state, more = {}) {
  return object(CHANNEL, 'channel.infochanged', {
    channel: { id: '5001', name: 'Phone 5001', type: 'TELEPHONY', modeltype: 'TELEPHONY', endpoint: '5001', state: 'ACTIVE', available: state === 'AVAILABLE' },
    agent: { id: '1001', state, reason: null, since: '2026-02-03T08:20:44.007Z', skillGroups: [77], ...more },
  });
}

export const DATA = {
  ANI: '+41445550123',
  DNIS: '8005550100',
  direction: 'Incoming',
  number: '+41445550123',
  queueName: 'Claims_DE',
  queueNumber: '77',
  callVariable1: 'CUST-88213',
  'user.ticketId': 'T-5520',
};

/** Start of a session, up to and with `session.initialized`. @param {object[]} [calls] */
export function initialization(calls = []) {
  return [
    object(SESSION, 'channelgroup.created', { channelgroup: { id: '5001', name: 'Desk 5001' } }),
    object(GROUP, 'channel.created', { channel: { id: '5001', name: 'Phone 5001', type: 'TELEPHONY', modeltype: 'TELEPHONY', endpoint: '5001' } }),
    agentInfo('NOT_READY'),
    stateEvent(CHANNEL, 'channel', 'INACTIVE', 'ACTIVE', { 'channel.activate': false, 'channel.ready': true, 'channel.dial': true }),
    ...calls,
    object(CHANNEL, 'channel.initialized'),
    object(GROUP, 'channelgroup.initialized'),
    stateEvent(SESSION, 'session', 'initial', 'logged_in', { 'session.logout': true, 'session.login': false }),
    object(SESSION, 'session.initialized'),
  ];
}

/**
 * A call that appears, inbound or dialled.
 * @param {string} id
 * @param {string} leg
 * @param {{direction?: string, state?: string, leg?: string, data?: object}} [more]
 */
export function callAppears(id, leg, more = {}) {
  const { direction = 'INBOUND', state = 'ALERTING', leg: legState = state === 'STARTED' ? 'CONNECTED' : state, data = DATA } = more;
  const path = interactionPath(id);
  return [
    object(CHANNEL, 'interaction.created', { interaction: { id, type: 'Telephony', modeltype: 'TELEPHONY', direction } }),
    stateEvent(path, 'interaction', '', state, { 'interaction.accept': true }),
    object(path, 'conversation.created', { conversation: { id: leg, role: 'primary', direction, callId: 16785231 } }),
    stateEvent(`${path}.${leg}`, 'conversation', '', legState),
    object(`${path}.${leg}`, 'conversation.member.added', { member: { id: '+41445550123', number: '+41445550123', self: false } }),
    object(`${path}.${leg}`, 'conversation.initialized'),
    object(path, 'interaction.datachanged', { changed: data, removed: [], interactiondata: data }),
    object(path, 'interaction.preview', { interactiondata: data }),
    object(path, 'interaction.initialized'),
  ];
}

/** @param {string} id @param {string} leg */
export function callAnswered(id, leg) {
  const path = interactionPath(id);
  return [
    object(path, 'interaction.screenpop', { interactiondata: DATA, session: { type: 'bsCallSession', parameters: {} } }),
    stateEvent(path, 'interaction', 'ALERTING', 'STARTED'),
    stateEvent(`${path}.${leg}`, 'conversation', 'ALERTING', 'CONNECTED'),
  ];
}

/** @param {string} id @param {string} leg @param {string} [from] */
export function callEnds(id, leg, from = 'CONNECTED') {
  const path = interactionPath(id);
  return [
    stateEvent(`${path}.${leg}`, 'conversation', from, 'ENDED'),
    object(`${path}.${leg}`, 'conversation.disposed'),
    object(path, 'interaction.ended', { reason: 'RELEASED', cause: null }),
    stateEvent(path, 'interaction', 'STARTED', 'ENDED', { 'interaction.complete': true }),
  ];
}
