import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { webRoot } from './web.js';

const { setLanguage } = await import('../../../src/web/texts.js');
const { allLanguages, FAMILIES, text, wordOf } = await import('../../../src/web/history/texts.js');
const { dayName, dayOf, dayPieces, rows, sessionPicture, span, ticks, totals } = await import('../../../src/web/history/spans.js');
const { linkTo, NO_FILTERS, placeOf, queryOf, searchOf, seconds, wrongField } = await import('../../../src/web/history/places.js');
const { olderThan } = await import('../../../src/web/history/rest.js');
const { length } = await import('../../../src/web/history/words.js');

const folder = new URL('history/', webRoot);
const files = readdirSync(folder).filter((name) => /\.(js|html)$/.test(name));
const source = files.filter((name) => name !== 'texts.js').map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');

/** @param {number} second */
const at = (second) => new Date(1_700_000_000_000 + second * 1000).toISOString().replace('Z', '000Z');
/** @param {number} second */
const ms = (second) => 1_700_000_000_000 + second * 1000;

/**
 * @param {Partial<import('../../../src/web/history/types.js').Session>} more
 * @param {Partial<import('../../../src/web/history/types.js').Cti>} [cti]
 * @returns {import('../../../src/web/history/types.js').Session}
 */
function session(more, cti = {}) {
  return {
    id: 1, guest: { callParams: {} }, source: 'IncomingCall', status: 'CLOSED', directCallNumber: '8001', phoneCallbackNumber: null, operators: [],
    created: at(0), guestJoined: at(0), started: null, ended: null, waited: null, length: null, tags: [], recordings: null, recordingsState: null,
    guestLeftSession: null, outboundDialResult: null,
    cti: { callKey: null, callIds: [], skillGroups: [], direction: 'Inbound', holdDuration: 'PT0S', gaps: [], quality: 'complete', queueTimeUnknown: false, terminationReason: null, statuses: [], legs: [], ...cti },
    ...more,
  };
}

/** @param {string} agent @param {number | null} left @param {number | null} concluded */
const operator = (agent, left, concluded) => ({ userId: Number(agent), userName: agent, firstName: null, lastName: null, joined: at(0), left: left === null ? null : at(left), concluded: concluded === null ? null : at(concluded), note: null });
/** @param {string} agent @param {string} doing @param {number} from @param {number | null} to @param {boolean} [isConsult] */
const leg = (agent, doing, from, to, isConsult = false) => ({ userId: Number(agent), userName: agent, callId: 1, isConsult, doing, from: at(from), to: to === null ? null : at(to) });
/** @param {string} status @param {number} from @param {number | null} to */
const period = (status, from, to) => ({ status, from: at(from), to: to === null ? null : at(to) });
/** @param {readonly import('../../../src/web/history/types.js').Piece[]} pieces */
const seen = (pieces) => pieces.map((piece) => `${piece.kind}${piece.isConsult ? '*' : ''} ${(piece.from - ms(0)) / 1000}–${piece.isOpen ? '' : (piece.to - ms(0)) / 1000}`);

test('every language has every text of the history page, with the same values, and every text is used', () => {
  const values = (/** @type {string} */ words) => [...words.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
  assert.deepEqual(Object.keys(allLanguages.de).sort(), Object.keys(allLanguages.en).sort());
  for (const key of /** @type {(keyof typeof allLanguages.en)[]} */ (Object.keys(allLanguages.en))) {
    assert.notEqual(allLanguages.de[key].trim(), '', key);
    assert.deepEqual(values(allLanguages.de[key]), values(allLanguages.en[key]), key);
  }
  const idle = Object.keys(allLanguages.en).filter((key) => !FAMILIES.test(key) && !new RegExp(`['"]${key}['"]`).test(source));
  assert.deepEqual(idle, []);
  for (const [, key] of source.matchAll(/data-(?:text|label|hint)="(\w+)"/g)) assert.ok(key !== undefined && key in allLanguages.en, key);
});

test('the history page holds no words outside its texts, no inline script or style, and asks nobody else for anything', () => {
  const html = readFileSync(new URL('index.html', folder), 'utf8');
  const visible = html.replace(/<title>.*?<\/title>|<!--.*?-->/gs, '').replace(/<[^>]*>/g, '').trim();
  assert.equal(visible.replace(/\s+/g, ''), '');
  assert.doesNotMatch(html, /\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)|javascript:/);
  assert.doesNotMatch(source, /https?:\/\/(?!www\.w3\.org\/)/);
  assert.doesNotMatch(source, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|localStorage/);
});

test('durations of the server are read, and what is none is none', () => {
  assert.deepEqual(['PT1M23.4S', 'PT0S', '-PT23S', 'P1DT2H', 'PT0.000001S'].map(span), [83_400, 0, -23_000, 93_600_000, 0]);
  for (const none of [null, undefined, '', 'x', 'PTS1', '12']) assert.equal(span(none), null, String(none));
  assert.deepEqual([length(83_449), length(83_450), length(-23_000), length(0), length(3_600_000), length(-4)], ['01:23.4', '01:23.5', '−00:23.0', '00:00.0', '1:00:00.0', '00:00.0']);
});

test('a queued call with a hold: the caller’s lane and the agent’s lane have each part with its times', () => {
  const whole = session(
    { ended: at(158), operators: [operator('7', 158, 188)] },
    {
      statuses: [period('CREATED', 0, 0), period('IN_QUEUE', 0, 32), period('WAITING', 32, 38), period('ACTIVE', 38, 158), period('ACW', 158, 188), period('CLOSED', 188, null)],
      legs: [leg('7', 'Ring', 33, 38), leg('7', 'Talk', 38, 98), leg('7', 'Hold', 98, 108), leg('7', 'Talk', 108, 158)],
    },
  );
  const routing = [{ routingRequestId: 1, timestamp: at(2), activityType: 'EnteredGroupQueue', group: { id: 10, name: null }, phoneNumber: null, operator: null, forwardedByOperator: null, invitedByOperator: null }];
  const picture = sessionPicture(whole, routing, ms(1000));
  const [caller, agent] = picture.lanes;
  assert.deepEqual(seen(caller?.pieces ?? []), ['queue 0–32', 'offered 32–38', 'talk 38–98', 'hold 98–108', 'talk 108–158']);
  assert.equal(caller?.pieces[0]?.note, '10');
  assert.deepEqual(seen(agent?.pieces ?? []), ['ring 33–38', 'talk 38–98', 'hold 98–108', 'talk 108–158', 'wrapup 158–188']);
  assert.deepEqual([picture.from, picture.to], [ms(0), ms(188)], 'a closed contact ends with its last part, whatever the time is now');
});

test('a consultation overlaps the hold in a row of its own, and the agent who was asked has a lane', () => {
  const whole = session(
    { status: 'ACTIVE', operators: [operator('7', 60, 70), operator('9', null, null)] },
    {
      statuses: [period('ACTIVE', 0, null)],
      legs: [leg('7', 'Talk', 0, 40), leg('7', 'Hold', 40, 60), leg('7', 'Talk', 45, 60, true), leg('9', 'Ring', 42, 45, true), leg('9', 'Talk', 45, 60, true), leg('9', 'Talk', 60, null)],
      gaps: [{ from: at(50), to: at(55) }, { from: at(90), to: null }],
    },
  );
  const picture = sessionPicture(whole, [], ms(100));
  const [caller, seven, nine] = picture.lanes;
  assert.deepEqual(seen(caller?.pieces ?? []), ['talk 0–40', 'hold 40–60', 'talk 60–'], 'the customer hears nobody while both agents consult');
  assert.deepEqual(seen(seven?.pieces ?? []), ['talk 0–40', 'hold 40–60', 'talk* 45–60', 'wrapup 60–70']);
  assert.deepEqual(rows(seven?.pieces ?? []), [0, 0, 1, 0]);
  assert.deepEqual(seen(nine?.pieces ?? []), ['ring* 42–45', 'talk* 45–60', 'talk 60–']);
  assert.equal(picture.to, ms(100), 'a live one goes up to now');
  assert.deepEqual(picture.gaps.map((gap) => [gap.from - ms(0), gap.to - ms(0)]), [[50_000, 55_000], [90_000, 100_000]]);
});

test('who was chosen and never answered has a lane', () => {
  const entry = { routingRequestId: 1, timestamp: at(2), activityType: 'AssignedToOperator', group: null, phoneNumber: null, operator: { userId: 7, firstName: null, lastName: null }, forwardedByOperator: null, invitedByOperator: null };
  const picture = sessionPicture(session({}), [entry], ms(5));
  assert.deepEqual(picture.lanes.map((lane) => lane.name), ['', '7']);
  assert.ok(picture.to > picture.from);
});

test('an agent’s states are cut to the day and to now, and add up to it', () => {
  const day = { from: ms(0), to: ms(86_400) };
  const state = (/** @type {string} */ stateKind, /** @type {number} */ from, /** @type {number | null} */ to, /** @type {string | null} */ breakStateName = null) => ({ stateKind, breakStateId: null, breakStateName, changed: at(from), until: to === null ? null : at(to), forced: false });
  const states = [state('OFFLINE', -500, 100), state('BREAK', 100, 200, 'Lunch'), state('ONLINE', 200, 300), state('BREAK', 300, 350, 'Lunch'), state('NEW_WORD', 350, null)];
  const pieces = dayPieces(states, day, ms(400));
  assert.deepEqual(seen(pieces), ['offline 0–100', 'break 100–200', 'online 200–300', 'break 300–350', 'unknown 350–']);
  const sums = totals(pieces);
  assert.deepEqual(sums[0], { kind: 'break', note: 'Lunch', total: 150_000, times: 2 });
  assert.equal(sums.reduce((sum, one) => sum + one.total, 0), 400_000);
  assert.deepEqual(dayPieces(states, day, ms(-10)), [], 'nothing is known of the future');
});

test('days are those of the clock on the wall, 23 or 25 hours long when it changes', () => {
  const zone = process.env['TZ'];
  process.env['TZ'] = 'Europe/Zurich';
  const hours = (/** @type {string} */ name) => {
    const day = dayOf(name);
    return day === null ? null : (day.to - day.from) / 3_600_000;
  };
  assert.deepEqual([hours('2026-03-29'), hours('2026-10-25'), hours('2026-06-01')], [23, 25, 24]);
  const spring = dayOf('2026-03-29');
  assert.ok(spring);
  assert.equal(dayName(spring.from, 1), '2026-03-30');
  assert.equal(dayName(spring.to, -1), '2026-03-29');
  const marks = ticks(spring.from, spring.to, 12).map((tick) => new Date(tick.at).getHours());
  assert.deepEqual(marks, [0, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 0], 'the hour from two to three does not exist');
  for (const none of ['', '2026-02-30', '2026-13-01', 'today', '2026-1-1']) assert.equal(dayOf(none), null, none);
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

test('the axis has round moments, never more than asked for', () => {
  assert.deepEqual(ticks(ms(0.5), ms(10), 5).map((tick) => (tick.at - ms(0)) / 1000), [2, 4, 6, 8, 10]);
  for (const [length, most] of /** @type {[number, number][]} */ ([[1, 3], [59, 4], [3600, 12], [86_400, 8], [40 * 86_400, 50]])) {
    const marks = ticks(ms(0), ms(length), most);
    assert.ok(marks.length <= most + 1, `${length}: ${marks.length}`);
    assert.ok(marks.every((tick) => tick.at >= ms(0) && tick.at <= ms(length)));
  }
});

test('the address holds the whole search and comes back as the same search', () => {
  const filters = { ...NO_FILTERS, range: 'own', from: '2026-11-21T08:00', to: '2026-11-21T09:30', agent: '1001', number: '+41 44 <b>&', direction: 'Inbound', status: 'CLOSED', ended: 'GuestLeft', group: '10', waited: '1:30' };
  for (const place of /** @type {import('../../../src/web/history/places.js').Place[]} */ ([
    { view: 'search', filters, after: '123-4' },
    { view: 'search', filters: NO_FILTERS, after: '' },
    { view: 'session', id: '12' },
    { view: 'day', agent: 'a b&c', day: '2026-11-21' },
  ])) {
    assert.deepEqual(placeOf(searchOf(place)), place);
  }
  assert.equal(linkTo({ view: 'session', id: '12' }), 'history?session=12');
  assert.deepEqual(placeOf('?range=nonsense'), { view: 'search', filters: NO_FILTERS, after: '' });
});

test('the form’s filters become the server’s parameters', () => {
  const now = Date.parse('2026-11-21T15:00:00');
  const query = queryOf({ ...NO_FILTERS, range: 'yesterday', agent: ' 1001 ', number: '+41 44 555', waited: '1:30', group: '10', ended: 'GuestLeft', status: 'ACW', direction: 'Inbound' }, now);
  assert.deepEqual(Object.fromEntries(query), {
    'Created.Min': new Date('2026-11-20T00:00:00').toISOString(),
    'Created.Max': new Date('2026-11-20T23:59:59.999').toISOString().replace('Z', '999Z'),
    OperatorUserId: '1001',
    'PhoneCallbackNumber.Text': '+4144555',
    Direction: 'Inbound',
    Status: 'ACW',
    TerminationReason: 'GuestLeft',
    SkillGroupId: '10',
    'WaitingTime.Min': 'PT90S',
  });
  assert.deepEqual([...queryOf({ ...NO_FILTERS, range: 'any', number: 'sip:x@y' }, now)], [['PhoneCallbackNumber.Text', 'sip:x@y']]);
  assert.equal(queryOf({ ...NO_FILTERS, range: 'own', from: '', to: '2026-11-21T09:30' }, now).get('Created.Max'), new Date('2026-11-21T09:30:59.999').toISOString().replace('Z', '999Z'), 'the minute that is named counts whole');
});

test('what is typed wrong is found before anybody is asked', () => {
  assert.equal(wrongField(NO_FILTERS), null);
  assert.equal(wrongField({ ...NO_FILTERS, group: 'x' }), 'group');
  assert.equal(wrongField({ ...NO_FILTERS, waited: '1:99' }), 'waited');
  assert.equal(wrongField({ ...NO_FILTERS, range: 'own', from: '2026-11-21T09:30', to: '2026-11-21T08:30' }), 'to');
  assert.deepEqual(['90', '1:30', '0', '1:60', '', 'x', '-1', '1:2:3'].map(seconds), [90, 90, 0, null, null, null, null, null]);
});

test('the cursor of older ones is read from the Link header alone', () => {
  const answer = (/** @type {string | null} */ link) => new Response('[]', { headers: link === null ? {} : { link } });
  assert.equal(olderThan(answer('</api/v1/Sessions?limit=50&after=17-4>; rel="next"')), '17-4');
  for (const none of [null, '<x>; rel="prev"', '</api/v1/Sessions?limit=50>; rel="next"']) assert.equal(olderThan(answer(none)), '');
});

test('a word that the page does not know is shown as it is', () => {
  setLanguage('de');
  assert.equal(wordOf('end', 'GuestLeft'), 'der Kunde legte auf');
  assert.equal(wordOf('end', 'SomethingNew'), 'SomethingNew');
  setLanguage('en');
  assert.equal(text('headTalked', { time: '{hold}' }), 'Talked {hold}.');
});
