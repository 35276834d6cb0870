// What the server has told about one session, as one plain value. `applyEvent` turns a picture and one event into the next
// picture; nothing here knows a socket, a clock or the page.

/** @typedef {'INBOUND' | 'OUTBOUND' | 'INTERNAL'} Direction */
/** @typedef {{readonly [name: string]: true}} Capabilities */
/** @typedef {{code: number, label: string}} Reason */
/** @typedef {{id: string, number: string, name: string, self: boolean}} Member */

/**
 * Times are milliseconds of this browser's clock.
 * @typedef {object} Conversation
 * @property {string} path
 * @property {string} id
 * @property {string} role `primary` or `consult`
 * @property {string} state
 * @property {number} since when the present state began
 * @property {Member[]} members
 * @property {Capabilities} can
 */

/**
 * @typedef {object} Interaction
 * @property {string} path
 * @property {string} id
 * @property {Direction} direction
 * @property {string} state
 * @property {number} since when the present state began
 * @property {Readonly<Record<string, unknown>>} data
 * @property {Conversation[]} conversations
 * @property {string | null} focus id of the conversation the agent talks on, once told
 * @property {Capabilities} can
 * @property {{reason: string, cause: string | null} | null} ended
 * @property {boolean} recording whether a recording runs
 */

/**
 * @typedef {object} Agent
 * @property {string} id
 * @property {string} state
 * @property {Reason | null} reason
 * @property {number} since
 * @property {{state: string, reason: Reason | null} | null} pending the state that follows by itself
 * @property {number | null} until when the present state ends by itself, if the server tells it
 */

/** @typedef {{path: string, id: string, name: string, endpoint: string, state: string, available: boolean, can: Capabilities}} Channel */
/** @typedef {{dispositionId: number, dispositionName: string, priority: number, isPreviewDisposition: boolean}} Disposition */
/** @typedef {{name: string, entries: {name: string, number: string}[]}} DirectoryCategory */
/** @typedef {{id: string, name: string, extension: string, state: string, reason: Reason | null, since: number | null, callId: number | null, supervisor: boolean}} TeamMember */
/** @typedef {{from: string, text: string}} Message */

/**
 * @typedef {object} Picture
 * @property {string | null} session
 * @property {boolean} initialized
 * @property {string | null} group path of the channel group
 * @property {Channel | null} channel
 * @property {Agent | null} agent
 * @property {readonly Interaction[]} interactions in the order of their appearance
 * @property {readonly DirectoryCategory[]} directory
 * @property {readonly Disposition[] | null} dispositions null: not told
 * @property {{notReady: readonly Reason[], logout: readonly Reason[]}} reasons
 * @property {{id: string, name: string, members: readonly TeamMember[]} | null} team null: not told
 * @property {readonly Message[]} messages texts of colleagues, the newest first
 */

/** @typedef {{messageType?: string, target?: string, name?: string, data?: any, state?: any}} EventFrame */

/**
 * @param {string | null} [session]
 * @returns {Picture}
 */
export function emptyPicture(session = null) {
  return {
    session,
    initialized: false,
    group: null,
    channel: null,
    agent: null,
    interactions: [],
    directory: [],
    dispositions: null,
    reasons: { notReady: [], logout: [] },
    team: null,
    messages: [],
  };
}

/** How many texts are kept. */
const MESSAGES = 20;

/**
 * The picture after one event. Events for objects that are not known change nothing: the server never sends them, and a
 * page must not fall over them.
 * @param {Picture} picture
 * @param {EventFrame} frame
 * @param {number} now
 * @param {number} clockAhead milliseconds by which this browser's clock is ahead of the server's
 * @returns {Picture}
 */
export function applyEvent(picture, frame, now, clockAhead) {
  const target = typeof frame.target === 'string' ? frame.target : '';
  const data = frame.data !== null && typeof frame.data === 'object' ? frame.data : {};
  const at = (/** @type {unknown} */ time) => localTime(time, now, clockAhead);
  switch (frame.name) {
    case 'state.updated':
      return stateUpdated(picture, target, frame, at);
    case 'session.initialized':
      return { ...withReasons(picture, data), initialized: true };
    case 'channelgroup.created':
      return picture.group === null ? { ...picture, group: `${target}.${word(data.channelgroup?.id)}` } : picture;
    case 'channelgroup.disposed':
      return picture.group === target ? { ...picture, group: null } : picture;
    case 'channel.created':
      return picture.channel === null ? { ...picture, channel: newChannel(target, data.channel) } : picture;
    case 'channel.disposed':
      return picture.channel?.path === target ? { ...picture, channel: null, interactions: [] } : picture;
    case 'channel.infochanged':
      return picture.channel?.path === target ? channelInfo(withReasons(picture, data), data, at) : picture;
    case 'channel.externaldispositions.updated':
      return { ...picture, dispositions: dispositionList(data.dispositions) };
    case 'directory.updated':
      return { ...picture, directory: directoryList(data.categories) };
    case 'team.updated':
      return {
        ...picture,
        team: { id: word(data.team?.id), name: word(data.team?.name), members: Array.isArray(data.members) ? data.members.map((/** @type {any} */ one) => teamMember(one, at)) : [] },
      };
    case 'team.member.infochanged':
      return teamMemberChanged(picture, teamMember(data.member, at));
    case 'session.message.received':
      return { ...picture, messages: [{ from: word(data.from?.name) || word(data.from?.id) || word(data.from?.client), text: word(data.text) }, ...picture.messages].slice(0, MESSAGES) };
    case 'interaction.created':
      return interactionCreated(picture, target, data.interaction, now);
    case 'interaction.disposed':
      return { ...picture, interactions: picture.interactions.filter((one) => one.path !== target) };
    case 'conversation.created':
      return changeInteraction(picture, target, (one) => ({
        ...one,
        conversations: [
          ...one.conversations,
          {
            path: `${target}.${word(data.conversation?.id)}`,
            id: word(data.conversation?.id),
            role: word(data.conversation?.role) || 'primary',
            state: '',
            since: now,
            members: [],
            can: {},
          },
        ],
      }));
    case 'conversation.disposed':
      return changeInteraction(picture, parent(target), (one) => ({
        ...one,
        conversations: one.conversations.filter((leg) => leg.path !== target),
        focus: one.focus === lastSegment(target) ? null : one.focus,
      }));
    case 'conversation.member.added':
      return changeConversation(picture, target, (leg) => ({
        ...leg,
        members: [...leg.members.filter((member) => member.id !== word(data.member?.id)), newMember(data.member)],
      }));
    case 'conversation.member.removed':
      return changeConversation(picture, target, (leg) => ({
        ...leg,
        members: leg.members.filter((member) => member.id !== word(data.member?.id)),
      }));
    case 'interaction.datachanged':
    case 'interaction.preview':
    case 'interaction.screenpop':
      return changeInteraction(picture, target, (one) => ({ ...one, data: data.interactiondata ?? one.data }));
    case 'interaction.focuschanged':
      return changeInteraction(picture, target, (one) => ({ ...one, focus: data.conversation ? word(data.conversation.id) : null }));
    case 'interaction.ended':
      return changeInteraction(picture, target, (one) => ({
        ...one,
        ended: { reason: word(data.reason), cause: typeof data.cause === 'string' ? data.cause : null },
      }));
    default:
      return picture;
  }
}

/**
 * @param {Picture} picture
 * @param {string} target
 * @param {EventFrame} frame
 * @param {(time: unknown) => number} at
 * @returns {Picture}
 */
function stateUpdated(picture, target, frame, at) {
  const state = word(frame.state?.current);
  const changes = Array.isArray(frame.data) ? frame.data : [];
  const changed = state !== '' && state !== word(frame.state?.previous);
  if (picture.channel?.path === target) {
    return { ...picture, channel: { ...picture.channel, state: state || picture.channel.state, can: changeCapabilities(picture.channel.can, changes) } };
  }
  const next = changeInteraction(picture, target, (one) => ({
    ...one,
    state: state || one.state,
    since: changed || one.state === '' ? at(frame.state?.since) : one.since,
    can: changeCapabilities(one.can, changes),
    recording: frame.state?.recording === undefined ? one.recording : frame.state.recording === 'ON',
  }));
  if (next !== picture) return next;
  return changeConversation(picture, target, (leg) => ({
    ...leg,
    state: state || leg.state,
    since: changed || leg.state === '' ? at(frame.state?.since) : leg.since,
    can: changeCapabilities(leg.can, changes),
  }));
}

/**
 * @param {Picture} picture
 * @param {any} data
 * @param {(time: unknown) => number} at
 * @returns {Picture}
 */
function channelInfo(picture, data, at) {
  const channel = picture.channel;
  if (channel === null) return picture;
  const info = data.channel ?? {};
  const agent = data.agent;
  return {
    ...picture,
    channel: {
      ...channel,
      name: word(info.name) || channel.name,
      endpoint: word(info.endpoint) || channel.endpoint,
      state: word(info.state) || channel.state,
      available: info.available === true,
    },
    agent: agent
      ? {
          id: word(agent.id),
          state: word(agent.state) || 'UNKNOWN',
          reason: reason(agent.reason),
          since: at(agent.since),
          pending: pendingState(agent.pending, agent.pendingReason),
          until: typeof agent.until === 'string' ? at(agent.until) : null,
        }
      : picture.agent,
  };
}

/**
 * @param {any} member
 * @param {(time: unknown) => number} at
 * @returns {TeamMember}
 */
function teamMember(member, at) {
  return {
    id: word(member?.id),
    name: word(member?.name) || word(member?.id),
    extension: word(member?.extension),
    state: word(member?.state),
    reason: reason(member?.reason),
    since: typeof member?.since === 'string' ? at(member.since) : null,
    callId: typeof member?.callId === 'number' ? member.callId : null,
    supervisor: member?.supervisor === true,
  };
}

/** @param {Picture} picture @param {TeamMember} member @returns {Picture} */
function teamMemberChanged(picture, member) {
  if (picture.team === null) return picture;
  const { members } = picture.team;
  const isKnown = members.some((one) => one.id === member.id);
  return { ...picture, team: { ...picture.team, members: isKnown ? members.map((one) => (one.id === member.id ? member : one)) : [...members, member] } };
}

/**
 * The next state is told as its bare name, or as an object with a reason.
 * @param {unknown} pending
 * @param {unknown} pendingReason
 * @returns {Agent['pending']}
 */
function pendingState(pending, pendingReason) {
  if (typeof pending === 'string' && pending !== '') return { state: pending, reason: reason(pendingReason) };
  if (pending !== null && typeof pending === 'object' && 'state' in pending) {
    return { state: word(pending.state), reason: 'reason' in pending ? reason(pending.reason) : null };
  }
  return null;
}

/**
 * @param {Picture} picture
 * @param {string} target
 * @param {any} created
 * @param {number} now
 * @returns {Picture}
 */
function interactionCreated(picture, target, created, now) {
  const id = word(created?.id);
  const path = `${target}.${id}`;
  if (picture.interactions.some((one) => one.path === path)) return picture;
  /** @type {Direction} */
  const direction = created?.direction === 'OUTBOUND' || created?.direction === 'INTERNAL' ? created.direction : 'INBOUND';
  /** @type {Interaction} */
  const interaction = { path, id, direction, state: '', since: now, data: {}, conversations: [], focus: null, can: {}, ended: null, recording: false };
  return { ...picture, interactions: [...picture.interactions, interaction] };
}

/**
 * @param {Picture} picture
 * @param {string} path
 * @param {(one: Interaction) => Interaction} change
 * @returns {Picture}
 */
function changeInteraction(picture, path, change) {
  const index = picture.interactions.findIndex((one) => one.path === path);
  if (index < 0) return picture;
  return { ...picture, interactions: picture.interactions.map((one, at) => (at === index ? change(one) : one)) };
}

/**
 * @param {Picture} picture
 * @param {string} path
 * @param {(leg: Conversation) => Conversation} change
 * @returns {Picture}
 */
function changeConversation(picture, path, change) {
  return changeInteraction(picture, parent(path), (one) => ({
    ...one,
    conversations: one.conversations.map((leg) => (leg.path === path ? change(leg) : leg)),
  }));
}

/**
 * @param {Capabilities} can
 * @param {unknown[]} changes
 * @returns {Capabilities}
 */
function changeCapabilities(can, changes) {
  /** @type {Record<string, true>} */
  const next = { ...can };
  for (const change of changes) {
    if (change === null || typeof change !== 'object' || !('name' in change) || !('type' in change)) continue;
    if (change.type === 'enable') next[word(change.name)] = true;
    else delete next[word(change.name)];
  }
  return next;
}

/**
 * Lists of reasons may come with several events; whichever brings them is believed.
 * @param {Picture} picture
 * @param {any} data
 * @returns {Picture}
 */
function withReasons(picture, data) {
  const reasons = data.reasons;
  if (reasons === null || typeof reasons !== 'object') return picture;
  return {
    ...picture,
    reasons: {
      notReady: Array.isArray(reasons.notReady) ? reasonList(reasons.notReady) : picture.reasons.notReady,
      logout: Array.isArray(reasons.logout) ? reasonList(reasons.logout) : picture.reasons.logout,
    },
  };
}

/**
 * @param {unknown} list
 * @returns {Reason[]}
 */
export function reasonList(list) {
  if (!Array.isArray(list)) return [];
  return list.flatMap((one) => reason(one) ?? []);
}

/**
 * @param {unknown} list
 * @returns {Disposition[]}
 */
export function dispositionList(list) {
  if (!Array.isArray(list)) return [];
  return list
    .filter((one) => one !== null && typeof one === 'object' && typeof one.dispositionId === 'number')
    .map((one) => ({
      dispositionId: one.dispositionId,
      dispositionName: word(one.dispositionName) || String(one.dispositionId),
      priority: typeof one.priority === 'number' ? one.priority : 0,
      isPreviewDisposition: one.isPreviewDisposition === true,
    }))
    .sort((a, b) => a.priority - b.priority);
}

/**
 * @param {any} categories
 * @returns {DirectoryCategory[]}
 */
function directoryList(categories) {
  if (!Array.isArray(categories)) return [];
  return categories.map((category) => ({
    name: word(category?.name),
    entries: Array.isArray(category?.entries)
      ? category.entries.map((/** @type {any} */ entry) => ({ name: word(entry?.name), number: word(entry?.number) }))
      : [],
  }));
}

/**
 * @param {any} value
 * @returns {Reason | null}
 */
function reason(value) {
  if (value === null || typeof value !== 'object' || typeof value.code !== 'number') return null;
  return { code: value.code, label: word(value.label) };
}

/**
 * @param {string} target
 * @param {any} channel
 * @returns {Channel}
 */
function newChannel(target, channel) {
  const id = word(channel?.id);
  return {
    path: `${target}.${id}`,
    id,
    name: word(channel?.name) || id,
    endpoint: word(channel?.endpoint) || id,
    state: 'INACTIVE',
    available: false,
    can: { 'channel.activate': true },
  };
}

/**
 * @param {any} member
 * @returns {Member}
 */
function newMember(member) {
  return { id: word(member?.id), number: word(member?.number), name: word(member?.name), self: member?.self === true };
}

/**
 * @param {unknown} time RFC 3339, or nothing
 * @param {number} now
 * @param {number} clockAhead
 */
function localTime(time, now, clockAhead) {
  const parsed = typeof time === 'string' ? Date.parse(time) : NaN;
  return Number.isNaN(parsed) ? now : parsed + clockAhead;
}

/** @param {unknown} value */
function word(value) {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

/** @param {string} path */
function parent(path) {
  return path.slice(0, Math.max(0, path.lastIndexOf('.')));
}

/** @param {string} path */
function lastSegment(path) {
  return path.slice(path.lastIndexOf('.') + 1);
}

// ---- questions about a picture -----------------------------------------------------------------------------------------

/**
 * The leg that buttons act on: the one in focus, else one that is not held, else the first.
 * @param {Interaction} interaction
 * @returns {Conversation | null}
 */
export function activeLeg(interaction) {
  const legs = interaction.conversations.filter((leg) => leg.state !== 'ENDED');
  return legs.find((leg) => leg.id === interaction.focus) ?? legs.find((leg) => leg.state !== 'HELD') ?? legs[0] ?? null;
}

/**
 * The consultation beside the call, while there is one.
 * @param {Interaction} interaction
 * @returns {Conversation | null}
 */
export function consultLeg(interaction) {
  return interaction.conversations.find((leg) => leg.role === 'consult' && leg.state !== 'ENDED') ?? null;
}

/**
 * @param {Interaction} interaction
 * @returns {Conversation | null}
 */
export function primaryLeg(interaction) {
  return interaction.conversations.find((leg) => leg.role !== 'consult' && leg.state !== 'ENDED') ?? null;
}

/** @typedef {'ringing' | 'dialing' | 'talking' | 'held' | 'ended'} Phase */

/**
 * A word for what the agent sees of one leg.
 * @param {Conversation} leg
 * @returns {Phase}
 */
export function legPhase(leg) {
  /** @type {Record<string, Phase>} */
  const phases = { ALERTING: 'ringing', DIALING: 'dialing', HELD: 'held', ENDED: 'ended' };
  return phases[leg.state] ?? 'talking';
}

/**
 * A word for what the agent sees of a call.
 * @param {Interaction} interaction
 * @returns {Phase}
 */
export function callPhase(interaction) {
  if (interaction.state === 'ENDED' || interaction.state === 'COMPLETED') return 'ended';
  const leg = activeLeg(interaction);
  if (leg?.state === 'HELD') return 'held';
  if (interaction.state === 'ALERTING') return 'ringing';
  if (interaction.state === 'DIALING') return 'dialing';
  return interaction.state === 'STARTED' ? 'talking' : 'ringing';
}

/**
 * Who the call is with: the number as received and a name if one is known.
 * @param {Interaction} interaction
 * @returns {{number: string, name: string}}
 */
export function otherParty(interaction) {
  const number = typeof interaction.data.number === 'string' ? interaction.data.number : '';
  const primary = interaction.conversations.find((leg) => leg.role === 'primary') ?? interaction.conversations[0];
  const others = primary?.members.filter((member) => !member.self) ?? [];
  const member = others.find((one) => one.number === number) ?? others[0];
  return { number: number || member?.number || '', name: member?.name ?? '' };
}

/**
 * Who a leg is with.
 * @param {Conversation} leg
 * @returns {{number: string, name: string}}
 */
export function legParty(leg) {
  const member = leg.members.find((one) => !one.self);
  return { number: member?.number ?? '', name: member?.name ?? '' };
}

/** @param {Picture} picture */
export function hasLiveCall(picture) {
  return picture.interactions.some((one) => callPhase(one) !== 'ended');
}

/**
 * When things began, by path, so that a picture told anew (after a reload, after a lost connection) keeps its timers even
 * where the server does not repeat them.
 * @typedef {Record<string, {state: string, since: number}>} Times
 */

/**
 * @param {Picture} picture
 * @returns {Times}
 */
export function timesOf(picture) {
  /** @type {Times} */
  const times = {};
  for (const one of picture.interactions) {
    times[one.path] = { state: one.state, since: one.since };
    for (const leg of one.conversations) times[leg.path] = { state: leg.state, since: leg.since };
  }
  return times;
}

/**
 * @param {Picture} picture
 * @param {Times} times
 * @returns {Picture}
 */
export function withTimes(picture, times) {
  /** @template {{path: string, state: string, since: number}} T @param {T} thing @returns {T} */
  const keep = (thing) => {
    const known = times[thing.path];
    return known && known.state === thing.state && known.since < thing.since ? { ...thing, since: known.since } : thing;
  };
  return {
    ...picture,
    interactions: picture.interactions.map((one) => ({ ...keep(one), conversations: one.conversations.map(keep) })),
  };
}

/**
 * @typedef {{kind: 'ended' | 'new' | 'state', interaction: Interaction} | {kind: 'agent', agent: Agent}} Change
 */

/**
 * What differs between the picture before a connection was lost and the one after: at most one line for each call.
 * @param {Picture} before
 * @param {Picture} after
 * @returns {Change[]}
 */
export function changesBetween(before, after) {
  /** @type {Change[]} */
  const changes = [];
  for (const old of before.interactions) {
    const now = after.interactions.find((one) => one.id === old.id);
    const over = now === undefined || (callPhase(now) === 'ended' && callPhase(old) !== 'ended');
    if (over) changes.push({ kind: 'ended', interaction: old });
    else if (callPhase(now) !== callPhase(old)) changes.push({ kind: 'state', interaction: now });
  }
  for (const now of after.interactions) {
    if (!before.interactions.some((one) => one.id === now.id)) changes.push({ kind: 'new', interaction: now });
  }
  if (after.agent && before.agent && after.agent.state !== before.agent.state) changes.push({ kind: 'agent', agent: after.agent });
  return changes;
}
