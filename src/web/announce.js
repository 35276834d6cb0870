// What is said aloud to those who cannot see the bar: an incoming call once and at once, other changes politely, timers never.

import { callPhase } from './picture.js';
import { agentStateLook, reasonText, who } from './controls.js';
import { text } from './texts.js';

/** @typedef {import('./store.js').State} State */

/**
 * @param {State} before
 * @param {State} after
 * @returns {{alert: string, status: string}} empty when nothing is to be said
 */
export function announcements(before, after) {
  if (after.phase !== 'signedIn') return { alert: '', status: '' };
  /** @type {string[]} */
  const alerts = [];
  /** @type {string[]} */
  const said = [];
  for (const call of after.picture.interactions) {
    const old = before.picture.interactions.find((one) => one.id === call.id);
    const phase = callPhase(call);
    // The caller is known only when the first data have come; until then there is nothing worth saying.
    const known = Object.keys(call.data).length > 0;
    const wasKnown = old !== undefined && Object.keys(old.data).length > 0;
    if (phase === 'ringing' && known && !wasKnown) {
      const queue = typeof call.data.queueName === 'string' && call.data.queueName !== '' ? text('announceQueue', { queue: call.data.queueName }) : '';
      alerts.push(text('announceCall', { who: who(call), queue }));
    }
    if (old === undefined || callPhase(old) === phase) continue;
    if (phase === 'talking') said.push(text('announceTalking', { who: who(call) }));
    if (phase === 'held') said.push(text('announceHeld'));
    if (phase === 'ended') said.push(text('announceWrapUp'));
  }
  for (const old of before.picture.interactions) {
    if (callPhase(old) !== 'ended' && !after.picture.interactions.some((one) => one.id === old.id)) said.push(text('announceEnded'));
  }
  const [message] = after.picture.messages;
  if (message && message !== before.picture.messages[0] && before.phase === 'signedIn') said.push(text('messageFrom', { who: message.from, text: message.text }));
  const agent = after.picture.agent;
  const oldAgent = before.picture.agent;
  if (agent && oldAgent && (agent.state !== oldAgent.state || agent.reason?.code !== oldAgent.reason?.code) && said.length === 0 && alerts.length === 0) {
    const reason = reasonText(agent.reason);
    said.push(text('announceState', { state: reason ? `${agentStateLook(agent.state).word}, ${reason}` : agentStateLook(agent.state).word }));
  }
  if (before.phase === 'signedIn') {
    if (after.link.downSince !== null && before.link.downSince === null) said.push(text('announceLost'));
    if (after.link.downSince === null && before.link.downSince !== null) said.push(text('announceBack'));
  }
  return { alert: alerts.join(' '), status: said.join('. ') };
}
