import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BINARY } from '../harness/daemon.js';
import { Desk } from '../harness/desk.js';
import { expect, Reader, test } from '../harness/reader.js';

/** Seconds of `mm:ss.t`. @param {string | null | undefined} text */
const seconds = (text) => Number(/(\d+):(\d\d\.\d)$/.exec(text ?? '')?.slice(1).reduce((sum, part, at) => String(Number(sum) + Number(part) * (at === 0 ? 60 : 1)), '0'));
/** Seconds of `PT1M2.3S`. @param {string | null} text */
const isoSeconds = (text) => Number(/(?:(\d+)M)?([\d.]+)S$/.exec(text ?? '')?.slice(1).reduce((sum, part, at) => String(Number(sum) + Number(part ?? 0) * (at === 0 ? 60 : 1)), '0'));

/**
 * A call with all its parts: rings, is answered, held for two seconds, taken back, ended by the caller, wrapped up.
 * @param {import('../harness/desk.js').Desk} desk
 * @param {object} [more]
 */
async function wholeCall(desk, more = {}) {
  const call = await desk.daemon.call('1001', more);
  await desk.phase('rings');
  await desk.answer.click();
  await desk.phase('talking');
  await desk.hold.click();
  await desk.phase('on hold');
  // The hold's length is what is looked for later.
  await desk.page.waitForTimeout(2_000);
  await desk.hold.click();
  await desk.phase('talking');
  await desk.daemon.farEnd(call, 'hangup');
  await desk.phase('wrap-up');
  await desk.page.getByRole('button', { name: 'Finish and go ready' }).click();
  await expect(desk.cards).toHaveCount(0);
}

/**
 * A caller who gives up while it rings at a ready agent.
 * @param {import('../harness/desk.js').Desk} desk
 * @param {string} from
 */
async function abandoned(desk, from) {
  await expect.poll(async () => (await desk.daemon.agentTruth('1001')).state).toBe('AVAILABLE');
  const call = await desk.daemon.call('1001', { from });
  await desk.daemon.farEnd(call, 'hangup');
}

/** @param {import('../harness/desk.js').Desk} desk */
async function readyDesk(desk) {
  await desk.signIn('1001');
  await desk.ready();
}

test('a call just made is found; its time line has every part with its length; the agent’s day adds up', async ({ reader, desk }) => {
  const { page } = reader;
  await readyDesk(desk);
  await wholeCall(desk);
  const session = await reader.newest('CLOSED');
  await reader.at();
  await expect(reader.rows).toHaveCount(1);
  await expect(reader.rows.first()).toContainText('+41 44 555 01 23');
  await expect(reader.rows.first()).toContainText('The customer hung up');
  await expect(page).toHaveTitle('Contacts – Session history');
  await reader.isAccessible();
  await reader.rows.getByRole('link').click();
  await expect(page).toHaveURL(/\/history\?session=1$/);
  await expect(page.getByRole('heading', { level: 1, name: 'Contact 1' })).toBeFocused();
  await expect(page.locator('#session-head')).toHaveText(/^\+41 44 555 01 23 called 8001\. Waited .* Answered by Anna Aebi \(1001\)\. Talked 00:0\d\.\d, of it 00:02\.\d on hold\. End: the customer hung up\.$/);

  const labels = await reader.pieces.evaluateAll((parts) => parts.map((part) => part.getAttribute('aria-label') ?? ''));
  const words = labels.map((label) => label.replace(/, [\d:.]+ to [\d:.]+, [\d:.]+$/, ''));
  expect(words.filter((word) => word.startsWith('Caller'))).toEqual(['Caller: Offered to an agent', 'Caller: Talk', 'Caller: Hold', 'Caller: Talk']);
  expect(words.filter((word) => word.startsWith('Agent'))).toEqual(['Ringing', 'Talk', 'Hold', 'Talk', 'Wrap-up'].map((word) => `Agent Anna Aebi (1001): ${word}`));
  // What is drawn is what the daemon counted, and that is what happened.
  const durations = await reader.ask(`Sessions/${session.id}/durations`);
  const drawn = (/** @type {string} */ what) => labels.filter((label) => label.startsWith(`Agent Anna Aebi (1001): ${what},`)).reduce((sum, label) => sum + seconds(label), 0);
  const [agent] = durations.operators;
  expect(drawn('Hold')).toBeGreaterThan(1.9);
  expect(drawn('Hold')).toBeLessThan(8);
  for (const [what, counted] of /** @type {const} */ ([['Hold', agent.hold], ['Talk', agent.talk], ['Ringing', agent.ring], ['Wrap-up', agent.acw]])) {
    expect(Math.abs(drawn(what) - isoSeconds(counted)), `${what}: ${counted}`).toBeLessThan(0.2);
  }
  // The picture and its table say the same.
  const shown = labels.map((label) => seconds(label));
  await page.getByText('The time line as a table').click();
  const table = await page.locator('#timeline-rows tr').evaluateAll((rows) => rows.map((row) => row.lastElementChild?.textContent ?? ''));
  expect(table.map(seconds)).toEqual(shown);
  await reader.pieces.nth(2).hover();
  await expect(page.locator('#timeline-said')).toHaveText(labels[2] ?? '');
  await reader.isAccessible();
  await reader.screenshot('session');

  await page.locator('#agents').getByRole('link', { name: 'Anna Aebi (1001)' }).click();
  await expect(page).toHaveURL(/view=day&agent=1001&day=\d{4}-\d\d-\d\d$/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Agent 1001, /);
  const states = await page.locator('#day-picture .piece').evaluateAll((parts) => parts.map((part) => /: ([^,]+),/.exec(part.getAttribute('aria-label') ?? '')?.[1]));
  expect(states).toEqual(['Logged out', 'Not ready', 'Ready', 'Call offered', 'On a call', 'Wrap-up', 'Ready']);
  const totals = await page.locator('#totals tr').evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
  const held = totals.find(([state]) => state === 'On a call');
  expect(Math.abs(seconds(held?.[1]) - isoSeconds(agent.talk) - isoSeconds(agent.hold))).toBeLessThan(0.3);
  expect(Math.round(totals.reduce((sum, [, , share]) => sum + Number.parseFloat(share ?? ''), 0))).toBe(100);
  await page.getByLabel('Only the time signed in').check();
  // The day goes on and is fetched again and again: what is being typed stays.
  const name = page.getByRole('textbox', { name: 'Agent ID' });
  await name.fill('10');
  await page.waitForResponse(/\/states\?/);
  await page.waitForResponse(/\/states\?/);
  await expect(name).toHaveValue('10');
  await reader.isAccessible();
  await reader.screenshot('day');
  await page.getByRole('link', { name: 'Previous day' }).click();
  await expect(page.getByText('Nothing is known of this agent on this day.')).toBeVisible();
  await page.getByRole('link', { name: 'Next day' }).click();
  await page.getByRole('link', { name: 'Contacts of this day' }).click();
  await expect(reader.rows).toHaveCount(1);
});

test('a live contact grows by itself: ringing, talk, and its end', async ({ reader, desk }) => {
  await readyDesk(desk);
  const call = await desk.daemon.call('1001');
  await desk.phase('rings');
  await reader.newest('WAITING');
  await reader.at('?session=1');
  await expect(reader.page.locator('#session-live')).toHaveText('Going on now; refreshed every few seconds.');
  await expect(reader.pieces.last()).toHaveAttribute('aria-label', /Ringing, since .* so far$/);
  await reader.pieces.first().focus();
  await desk.answer.click();
  await expect(reader.pieces.last()).toHaveAttribute('aria-label', /Talk, since .* so far$/);
  await expect(reader.pieces.first(), 'what had the focus has it still').toBeFocused();
  await reader.screenshot('live');
  await reader.isAccessible();
  await desk.daemon.farEnd(call, 'hangup');
  await desk.phase('wrap-up');
  await expect(reader.pieces.last()).toHaveAttribute('aria-label', /Wrap-up, since .* so far$/);
  await desk.page.getByRole('button', { name: 'Finish and go ready' }).click();
  await expect(reader.page.locator('#session-live')).toHaveText('');
  await expect(reader.pieces.last()).toHaveAttribute('aria-label', /Wrap-up, .* to /);
});

test('a consultation and a transfer: each agent has a lane, and what overlaps stands below each other', async ({ reader, desk, browser }) => {
  const context = await browser.newContext({ locale: 'en-GB' });
  const colleague = new Desk(await context.newPage(), desk.daemon);
  await colleague.signIn('1006');
  await readyDesk(desk);
  const call = await desk.daemon.call('1001');
  await desk.answer.click();
  await desk.phase('talking');
  await desk.page.getByRole('button', { name: /^Consult somebody/ }).click();
  await desk.number.fill('3006');
  await desk.page.keyboard.press('Enter');
  await colleague.phase('rings');
  await colleague.answer.click();
  await desk.phase('talking', 1);
  await desk.page.waitForTimeout(1_000);
  await desk.page.getByRole('button', { name: /^Transfer/ }).click();
  await desk.phase('wrap-up');
  await colleague.phase('talking');
  await colleague.page.waitForTimeout(1_000);
  await desk.page.getByRole('button', { name: 'Finish and go ready' }).click();
  await desk.daemon.farEnd(call, 'hangup');
  await colleague.phase('wrap-up');
  await colleague.finishWrapUp.click();
  await reader.newest('CLOSED');
  await context.close();
  await reader.at('?session=1');
  await expect(reader.pieces.first()).toBeVisible();
  const labels = await reader.pieces.evaluateAll((parts) => parts.map((part) => (part.getAttribute('aria-label') ?? '').replace(/, [\d:.]+ to .*$/, '')));
  const of = (/** @type {RegExp} */ lane) => labels.filter((label) => lane.test(label)).map((label) => label.replace(/^.*: /, ''));
  expect(of(/^Caller/)).toEqual(['Offered to an agent', 'Talk', 'Hold', 'Talk']);
  expect(of(/^Agent .*1001/).slice(0, 3)).toEqual(['Ringing', 'Talk', 'Hold']);
  expect(of(/^Agent .*1001/)).toContain('Consultation');
  expect(of(/^Agent .*1001/)).toContain('Wrap-up');
  expect(of(/^Agent .*1006/)).toEqual(['Ringing, consultation', 'Consultation', 'Talk', 'Wrap-up']);
  const rows = await page1001Rows(reader);
  expect(rows.consultation, 'the consultation is below the hold').toBeGreaterThan(rows.hold);
  await reader.screenshot('transfer');
  await reader.isAccessible();
});

/** Where the parts of agent 1001 stand. @param {Reader} reader */
async function page1001Rows(reader) {
  const top = async (/** @type {string} */ what) => (await reader.page.locator(`#timeline .piece[aria-label*="1001"][aria-label*=": ${what},"]`).first().boundingBox())?.y ?? 0;
  return { hold: await top('Hold'), consultation: await top('Consultation') };
}

test('notes and files of a contact are there to be read and saved', async ({ reader, desk }) => {
  const { page } = reader;
  await readyDesk(desk);
  const call = await desk.daemon.call('1001');
  await desk.answer.click();
  await desk.phase('talking');
  await desk.daemon.farEnd(call, 'hangup');
  await desk.phase('wrap-up');
  await desk.page.getByRole('radio').first().check();
  await desk.page.getByLabel('Notes').fill('Windscreen,\nphotos follow <b>');
  await desk.finishWrapUp.click();
  await reader.newest('CLOSED');
  const letter = await reader.ask('Sessions/1/files?name=letter.txt', { method: 'POST', body: 'Dear Sir' });
  expect(letter.name).toBe('letter.txt');
  await reader.at('?session=1');
  await expect(page.locator('#notes dd')).toHaveText('Windscreen,\nphotos follow <b>');
  await expect(page.locator('#activities')).toContainText('letter.txt');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save letter.txt' }).click()]);
  expect(readFileSync(await download.path(), 'utf8')).toBe('Dear Sir');
  await expect(page.getByText('Not recorded, as far as the phone system told.')).toBeVisible();
  await reader.isAccessible();
});

test('the address holds the search: reloading, going back and another window show the same', async ({ reader, desk, browser }) => {
  const { page } = reader;
  await readyDesk(desk);
  await abandoned(desk, '+41445550123');
  await abandoned(desk, '+447700900123');
  await reader.newest('CLOSED');
  await reader.at();
  await expect(reader.rows).toHaveCount(2);
  await page.getByLabel('Number').fill('+44 7700');
  await page.getByLabel('How it ended').selectOption('The customer gave up waiting');
  await page.getByLabel('Number').press('Enter');
  await expect(page).toHaveURL(/\?number=%2B44\+7700&ended=GuestAbandoned$/);
  await expect(reader.rows).toHaveCount(1);
  await expect(reader.rows.first()).toContainText('+44 770 090 0123');
  await page.reload();
  await expect(reader.rows).toHaveCount(1);
  await expect(page.getByLabel('Number')).toHaveValue('+44 7700');
  await expect(page.getByLabel('How it ended')).toHaveValue('GuestAbandoned');

  await page.getByLabel('Waited at least').fill('1:00:00');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page.getByText('Type seconds, or minutes and seconds such as 1:30.')).toBeVisible();
  await expect(page.getByLabel('Waited at least')).toBeFocused();
  await reader.isAccessible();
  await page.getByLabel('Waited at least').fill('59:00');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(reader.said).toHaveText(/^Nothing was found/);
  await reader.screenshot('nothing');
  await page.goBack();
  await expect(reader.rows).toHaveCount(1);
  await expect(page.getByLabel('Waited at least')).toHaveValue('');
  await reader.rows.getByRole('link').click();
  await expect(reader.page.getByRole('heading', { level: 1, name: 'Contact 2' })).toBeVisible();
  await page.getByRole('link', { name: 'Back to the list' }).click();
  await expect(reader.rows).toHaveCount(1);
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect(reader.rows).toHaveCount(2);
  await page.getByLabel('When').selectOption('Yesterday');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(reader.said).toHaveText(/^Nothing was found/);

  // Whoever gets the address signs in and sees the same; the token is not in it.
  const other = new Reader(await (await browser.newContext({ locale: 'en-GB' })).newPage(), reader.daemon);
  await other.at('?number=%2B44&range=week');
  await expect(other.rows).toHaveCount(1);
  await other.page.context().close();
  expect(page.url()).not.toContain('token');
});

test('older ones are a page away, all are counted on demand, and exports hold what the search finds', async ({ reader, desk }) => {
  const { page } = reader;
  await readyDesk(desk);
  for (let at = 0; at < 53; at += 1) await abandoned(desk, `+4144555${String(1000 + at)}`);
  await reader.newest('CLOSED');
  await reader.at();
  await expect(reader.rows).toHaveCount(50);
  await expect(reader.rows.first()).toContainText('+41 44 555 10 52');
  await expect(reader.said).toHaveText('Shown: 50, and there are older ones');
  await page.getByRole('button', { name: 'Count all' }).click();
  await expect(reader.said).toHaveText('53 in all');
  await page.getByRole('link', { name: 'Older' }).click();
  await expect(reader.rows).toHaveCount(3);
  await expect(reader.rows.last()).toContainText('+41 44 555 10 00');
  await page.reload();
  await expect(reader.rows).toHaveCount(3);
  await page.getByRole('link', { name: 'Back to the newest' }).click();
  await expect(reader.rows).toHaveCount(50);

  await page.getByLabel('Number').fill('55510');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page).toHaveURL(/number=55510/);
  const file = async (/** @type {string} */ button) => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button }).click()]);
    await expect(reader.said).toHaveText(`Saved as ${download.suggestedFilename()}.`);
    return { name: download.suggestedFilename(), lines: readFileSync(await download.path(), 'utf8').trim().split(/\r?\n/) };
  };
  const csv = await file('Export CSV');
  expect(csv.name).toMatch(/^contacts-\d{4}-\d\d-\d\d\.csv$/);
  expect(csv.lines).toHaveLength(54);
  expect(csv.lines[0]).toContain('phoneCallbackNumber');
  await page.getByLabel('Number').fill('5551052');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(reader.rows).toHaveCount(1);
  const ndjson = await file('Export NDJSON');
  expect(ndjson.lines.map((line) => JSON.parse(line).phoneCallbackNumber)).toEqual(['+41445551052']);
});

test('everything can be done with the keyboard alone', async ({ reader, desk }) => {
  const { page } = reader;
  await readyDesk(desk);
  await wholeCall(desk);
  await reader.newest('CLOSED');
  await reader.open();
  const press = async (/** @type {string[]} */ ...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await expect(page.getByRole('textbox', { name: 'Client ID' })).toBeFocused();
  await page.keyboard.type('demo');
  await press('Tab');
  await page.keyboard.type('demo');
  await press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Contacts' })).toBeFocused();
  const tabTo = async (/** @type {import('@playwright/test').Locator} */ goal) => {
    for (let at = 0; at < 40; at += 1) {
      await press('Tab');
      if (await goal.evaluate((element) => element === document.activeElement)) return;
    }
    throw new Error('Tab never comes there');
  };
  await tabTo(page.getByRole('textbox', { name: 'Agent ID' }));
  await page.keyboard.type('1001');
  await press('Enter');
  await expect(page).toHaveURL(/agent=1001/);
  await expect(reader.rows).toHaveCount(1);
  await tabTo(reader.rows.getByRole('link'));
  await press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Contact 1' })).toBeFocused();
  await expect(reader.pieces.first()).toBeVisible();
  await tabTo(reader.pieces.first());
  const said = page.locator('#timeline-said');
  await expect(said).toHaveText(/^Caller: Offered to an agent, \d\d:\d\d:\d\d\.\d to /);
  await press('ArrowRight', 'ArrowRight');
  await expect(said).toHaveText(/^Caller: Hold, .*, 00:02\.\d$/);
  await press('End');
  await expect(said).toHaveText(/^Agent Anna Aebi \(1001\): Wrap-up/);
  await press('Home', 'ArrowLeft');
  await expect(said).toHaveText(/^Caller: Offered/);
  await reader.screenshot('keyboard');
  await tabTo(page.locator('details summary').first());
  await press('Enter');
  await expect(page.locator('#timeline-rows')).toBeVisible();
  await tabTo(page.locator('#agents').getByRole('link'));
  await press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Agent 1001/);
  await tabTo(page.locator('#day-picture .piece').first());
  await expect(page.locator('#day-said')).toHaveText(/^Agent 1001: Logged out/);
});

test('what callers and agents send is text, whatever it looks like', async ({ reader, desk }) => {
  const { page } = reader;
  const nasty = { 1: '<img src=x onerror=alert(1)>', 2: '<script>alert(2)</script>', 3: '\u202egnp.exe', 4: '😀👩🏽‍💻𝕬', 5: '"\'&lt;{who}' };
  const longName = `${'Wolfeschlegelsteinhausen'.repeat(8)}Bergerdo`;
  await readyDesk(desk);
  await wholeCall(desk, { from: '\u202e<b>1</b>{number}', callVariables: nasty, eccVariables: { 'user.name': longName } });
  await reader.newest('CLOSED');
  await reader.at();
  await expect(reader.rows.first()).toContainText('<b>1</b>{number}');
  await reader.screenshot('nasty-search');
  await reader.isWhole();
  await reader.rows.getByRole('link').click();
  for (const value of [...Object.values(nasty), longName]) await expect(page.locator('#params dd').getByText(value, { exact: true })).toBeVisible();
  await expect(page.locator('#session-head')).toContainText('<b>1</b>{number} called 8001.');
  expect(await page.locator('#page img, #page script, #page b').count()).toBe(0);
  await reader.isWhole();
  await reader.isAccessible();
  await reader.screenshot('nasty');
});

test('a token that counts no more asks to sign in again, and leads back to the same place', async ({ reader, desk }) => {
  const { page } = reader;
  await readyDesk(desk);
  await abandoned(desk, '+41445550123');
  await reader.newest('CLOSED');
  await reader.open('?session=1');
  await reader.signIn('demo', 'wrong');
  await expect(page.getByText('That name or secret is wrong.')).toBeVisible();
  await reader.isAccessible();
  await reader.signIn();
  await expect(page.getByRole('heading', { level: 1, name: 'Contact 1' })).toBeVisible();
  expect(await page.evaluate(() => [Object.keys(localStorage).filter((key) => key.includes('history')), document.cookie])).toEqual([[], '']);
  // The daemon's own refusal: the signature does not fit any more.
  await page.evaluate(() => sessionStorage.setItem('ctibridge.history', `${sessionStorage.getItem('ctibridge.history')}x`));
  await page.getByRole('link', { name: 'Contacts', exact: true }).click();
  await expect(page.getByText('Your sign-in has ended. Sign in again; you will be back here.')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Client ID' })).toBeFocused();
  await expect(page.locator('#page')).toBeHidden();
  await reader.screenshot('expired');
  await reader.signIn();
  await expect(reader.rows).toHaveCount(1);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByText('You are signed out.')).toBeVisible();
  expect(await page.evaluate(() => sessionStorage.getItem('ctibridge.history'))).toBeNull();
  await page.getByRole('radio', { name: 'Token' }).check();
  await page.getByLabel('Bearer token').fill('nonsense');
  await reader.signInButton.click();
  await expect(page.getByText(/^That token does not count/)).toBeVisible();
});

test('what cannot be shown is said in one sentence, and can be tried again', async ({ reader }) => {
  const { page } = reader;
  await reader.at('?session=999');
  await expect(reader.problem).toHaveText('There is no such contact, or you may not read it.');
  await expect(page.getByRole('button', { name: 'Try again' })).toBeHidden();
  await page.context().setOffline(true);
  await page.getByRole('link', { name: 'Contacts', exact: true }).click();
  await expect(reader.problem).toContainText('The server cannot be reached.');
  await reader.isAccessible();
  await reader.screenshot('gone');
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(reader.said).toHaveText(/^Nothing was found/);
  await expect(reader.problem).toBeHidden();
  // An address may hold anything: the server's own words about it, as text.
  await page.goto(`${reader.daemon.page}history?status=<i>nonsense</i>`);
  await expect(reader.problem).toHaveText('The server does not understand “Status”: not a status.');
});

test('a contact that was erased for privacy is said to be, and is found no more', async ({ reader, desk }) => {
  await readyDesk(desk);
  await abandoned(desk, '+41791112233');
  await reader.newest('CLOSED');
  await reader.at();
  await expect(reader.rows).toHaveCount(1);
  const erased = await reader.ask('Privacy/erasures', { method: 'POST', body: JSON.stringify({ number: '+41 79 111 22 33' }) });
  expect(erased.sessions).toBe(1);
  // The list on the screen is older than the erasure.
  await reader.rows.getByRole('link').click();
  await expect(reader.problem).toHaveText('This contact was erased, as its time or a request for privacy demanded.');
  await reader.page.getByRole('link', { name: 'Back to the list' }).click();
  await expect(reader.said).toHaveText(/^Nothing was found/);
});

test.describe('without a database', () => {
  test.use({ environment: { CTIBRIDGE__HISTORY__URL: 'postgres://nobody@127.0.0.1:1/none' } });

  test('a store that is late is said, and calls go on', async ({ reader, desk }) => {
    await reader.at();
    await expect(reader.problem).toContainText('The history cannot be read at the moment. Calls are not affected.');
    await reader.page.getByRole('button', { name: 'Try again' }).click();
    await expect(reader.problem).toContainText('The history cannot be read at the moment.');
    await reader.isAccessible();
    await reader.screenshot('late');
    await readyDesk(desk);
    await desk.daemon.call('1001');
    await desk.phase('rings');
  });
});

test.describe('with a file of users', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ctibridge-users-'));
  const hash = (/** @type {string} */ password) => execFileSync(BINARY, ['hash-password'], { input: `${password}\n` }).toString().trim();
  const file = join(folder, 'users.toml');
  writeFileSync(file, ['anna', 'ben'].map((name, at) => `[[user]]\nname = "${name}"\npassword = "${hash('right')}"\nagent = "100${at + 1}"\nroles = [${at === 0 ? '"supervisor"' : '"agent"'}]\n`).join(''));
  test.use({ environment: { CTIBRIDGE__AUTH__MODE: 'users', CTIBRIDGE__AUTH__USERS_FILE: file } });

  test('people sign in with their own name and see what their role may see', async ({ reader }) => {
    const { page } = reader;
    const enter = async (/** @type {string} */ name, /** @type {string} */ password) => {
      await page.getByRole('radio', { name: 'Name' }).check();
      await page.getByRole('textbox', { name: 'Name' }).fill(name);
      await page.getByLabel('Password').fill(password);
      await reader.signInButton.click();
    };
    await reader.open();
    await enter('anna', 'wrong');
    await expect(page.getByText('That name or secret is wrong.')).toBeVisible();
    await enter('anna', 'right');
    await expect(page.locator('#who')).toHaveText('Signed in as anna');
    await expect(reader.said).toHaveText(/^Nothing was found/);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await enter('ben', 'right');
    await expect(page.locator('#who')).toHaveText('Signed in as ben');
    await page.goto(`${reader.daemon.page}history?view=day&agent=1001`);
    await expect(reader.problem).toHaveText('There is no such agent, or you may not read about this one.');
    await page.goto(`${reader.daemon.page}history?view=day&agent=1002`);
    await expect(page.locator('#day-picture svg')).toBeVisible();
  });
});

test('every screen is whole and accessible in every look', async ({ reader, desk, browser }) => {
  test.setTimeout(180_000);
  await readyDesk(desk);
  await wholeCall(desk, { callVariables: { 1: 'CUST-88213', 2: 'a value as long as a call variable takes' } });
  await reader.newest('CLOSED');
  /** @type {Record<string, import('@playwright/test').BrowserContextOptions>} */
  const looks = {
    light: { viewport: { width: 1366, height: 768 } },
    dark: { viewport: { width: 1366, height: 768 }, colorScheme: 'dark' },
    narrow: { viewport: { width: 320, height: 640 } },
    forced: { viewport: { width: 1366, height: 768 }, forcedColors: 'active' },
    // 200 % zoom of 1366 × 768 leaves half as many CSS pixels.
    zoomed: { viewport: { width: 683, height: 384 } },
    german: { viewport: { width: 900, height: 600 }, locale: 'de-CH' },
  };
  for (const [look, options] of Object.entries(looks)) {
    await test.step(look, async () => {
      const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...options });
      const one = new Reader(await context.newPage(), reader.daemon);
      const whole = async (/** @type {string} */ screen) => {
        await one.isWhole();
        await one.screenshot(`${look}-${screen}`);
        await one.isAccessible();
      };
      await one.open();
      await expect(one.page.locator('#sign-in-name')).toBeFocused();
      await whole('1-sign-in');
      await one.page.locator('#sign-in-name').fill('demo');
      await one.page.locator('#sign-in-secret').fill('demo');
      await one.page.locator('#sign-in-button').click();
      await expect(one.rows).toHaveCount(1);
      await one.page.locator('#f-range').selectOption('own');
      await whole('2-search');
      await one.rows.getByRole('link').click();
      await expect(one.pieces.first()).toBeVisible();
      await one.page.locator('details summary').first().click();
      await whole('3-session');
      await one.page.goto(`${reader.daemon.page}history?view=day&agent=1001`);
      await expect(one.page.locator('#day-picture .piece').first()).toBeVisible();
      await one.page.locator('#day-zoom').check();
      await whole('4-day');
      await context.close();
    });
  }
});

test('the tour leads to it in one click', async ({ reader, desk }) => {
  await readyDesk(desk);
  await abandoned(desk, '+41445550123');
  await reader.newest('CLOSED');
  await reader.page.goto(`${reader.daemon.page}demo/`);
  await reader.page.getByRole('tab', { name: 'History' }).click();
  const stage = reader.page.frameLocator('#stage');
  await expect(stage.locator('#who')).toHaveText('Signed in as demo');
  await expect(stage.locator('#results-rows tr')).toHaveCount(1);
  await stage.locator('#results-rows a').click();
  await expect(stage.getByRole('heading', { level: 1, name: 'Contact 1' })).toBeVisible();
  await reader.screenshot('tour');
});
