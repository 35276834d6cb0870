import AxeBuilder from '@axe-core/playwright';
import { expect, test as base } from '@playwright/test';
import { Daemon } from '../harness/daemon.js';
import { SCREENSHOTS } from '../harness/desk.js';
import { LIBRARY, LIBRARY_SCRIPT, startDynamics } from '../harness/dynamics.js';

/** The CRM around the bar, and the bar inside. */
class Crm {
  /** @param {import('@playwright/test').Page} page @param {Daemon} daemon */
  constructor(page, daemon) {
    this.page = page;
    this.daemon = daemon;
    this.bar = page.frameLocator('#bar');
    this.cards = this.bar.locator('.call');
    this.tabs = page.locator('#sessions button');
  }

  /** @param {string} id */
  async signIn(id) {
    await this.bar.getByLabel('Agent ID').fill(id);
    await this.bar.getByLabel('Password').fill('1234');
    await this.bar.getByLabel('Extension').fill(`3${id.slice(1)}`);
    await this.bar.getByRole('button', { name: 'Sign in' }).click();
    await expect(this.bar.getByRole('button', { name: /^State: .*Not ready/ })).toBeVisible();
  }

  async ready() {
    await this.bar.getByRole('button', { name: /^State: / }).click();
    await this.bar.getByRole('menuitemradio', { name: 'Ready', exact: true }).click();
    await expect(this.bar.getByRole('button', { name: /^State: Ready/ })).toBeVisible();
  }

  /** @param {string} phase @param {number} [card] */
  async phase(phase, card = 0) {
    await expect(this.cards.nth(card)).toHaveAccessibleName(new RegExp(`, ${phase}$`));
  }

  /** What the CRM was asked for. @param {string} method @returns {Promise<any[][]>} */
  async asked(method) {
    return this.page.evaluate((name) => /** @type {any} */ (window).asked.filter((/** @type {any} */ one) => one.method === name).map((/** @type {any} */ one) => one.args), method);
  }
}

/**
 * @type {import('@playwright/test').TestType<
 *   import('@playwright/test').PlaywrightTestArgs & import('@playwright/test').PlaywrightTestOptions & {crm: Crm, daemon: Daemon},
 *   import('@playwright/test').PlaywrightWorkerArgs & import('@playwright/test').PlaywrightWorkerOptions>}
 */
const test = base.extend({
  daemon: async ({}, use) => {
    const dynamics = await startDynamics();
    const daemon = await Daemon.start({ CTIBRIDGE__HTTP__FRAME_ANCESTORS: `["${dynamics.origin}"]`, CTIBRIDGE__HTTP__CIF_LIBRARY: LIBRARY });
    dynamics.show(daemon.page);
    await use(Object.assign(daemon, { crm: dynamics.origin }));
    await daemon.stop();
    await dynamics.stop();
  },
  crm: async ({ page, daemon }, use) => {
    /** @type {string[]} */
    const wrong = [];
    page.on('pageerror', (error) => wrong.push(error.message));
    await page.route(LIBRARY, (route) => route.fulfill({ contentType: 'text/javascript', body: LIBRARY_SCRIPT }));
    await page.goto(/** @type {any} */ (daemon).crm);
    await use(new Crm(page, daemon));
    expect(wrong).toEqual([]);
  },
});

test('an answered call opens one CRM session with the frozen parameters, also after a reload in mid-call', async ({ crm, daemon }) => {
  await crm.signIn('1001');
  await crm.ready();
  await daemon.call('1001', { callVariables: { 1: 'gold' }, eccVariables: { 'user.CaseNumber': '40013' } });
  await crm.phase('rings');
  await expect(crm.page.getByRole('button', { name: 'Accept' })).toBeVisible();
  const [[offered]] = /** @type {any} */ (await crm.asked('notifyEvent'));
  expect([offered.templateParameters.number, offered.templateParameters.callVariable1]).toEqual(['+41445550123', 'gold']);
  expect(await crm.asked('createSession')).toEqual([]);

  await crm.page.getByRole('button', { name: 'Accept' }).click();
  await crm.phase('talking');
  await expect(crm.tabs).toHaveText(['from +41445550123']);
  const [[session]] = /** @type {any} */ (await crm.asked('createSession'));
  expect(session.templateName).toBe('bsCallSession');
  expect(session.templateParameters).toMatchObject({ direction: 'Incoming', number: '+41445550123', callVariable1: 'gold', 'user.CaseNumber': '40013' });
  for (const value of Object.values(session.templateParameters)) expect(typeof value).toBe('string');
  await expect.poll(() => crm.asked('searchAndOpenRecords')).toHaveLength(1);
  const [[entity, query]] = /** @type {any} */ (await crm.asked('searchAndOpenRecords'));
  expect([entity, query]).toEqual(['contact', expect.stringContaining("contains(telephone1,'445550123')")]);
  expect(await crm.page.evaluate(() => /** @type {any} */ (window).asked[0])).toMatchObject({ crmurl: 'https://dynamics.example', cifid: 'CIFMainLibrary' });

  await crm.page.locator('#bar').evaluate((frame) => (/** @type {HTMLIFrameElement} */ (frame).src = /** @type {HTMLIFrameElement} */ (frame).src));
  await crm.phase('talking');
  await expect.poll(() => crm.asked('getAllSessions')).toHaveLength(2);
  // A session switched to proves that the rebuilt table knows it.
  await crm.tabs.first().click();
  expect(await crm.asked('createSession')).toHaveLength(1);
  const { violations } = await new AxeBuilder({ page: crm.page }).include('#bar').withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await crm.page.screenshot({ path: `${SCREENSHOTS}crm.png` });
});

test('several sessions: the bar follows the one in front, and a closed one hangs nothing up', async ({ crm, daemon }) => {
  await crm.signIn('1002');
  await crm.page.evaluate(() => /** @type {any} */ (window).raise('onclicktoact', { value: 'tel:+41 44 555 99 88', name: 'telephone1', entityLogicalName: 'contact', entityId: '84238a06' }));
  await crm.phase('talking');
  await expect(crm.tabs).toHaveText(['to +41445559988']);
  const [[first]] = /** @type {any} */ (await crm.asked('createSession'));
  expect([first.templateParameters.recordType, first.templateParameters.crmId, first.templateParameters.direction]).toEqual(['contact', '84238a06', 'Outgoing']);
  await expect.poll(() => crm.asked('openForm')).toEqual([['{"entityName":"contact","entityId":"84238a06"}']]);
  await crm.bar.locator('#end').click();
  await crm.phase('wrap-up');
  await crm.bar.getByRole('button', { name: 'Finish wrap-up', exact: true }).click();
  await expect(crm.cards).toHaveCount(0);
  await crm.ready();
  await daemon.call('1002');
  await crm.phase('rings');
  await crm.bar.getByRole('button', { name: /^Answer/ }).click();
  await crm.phase('talking');
  await expect(crm.page.getByRole('button', { name: 'Accept' })).toBeHidden();
  await expect(crm.tabs).toHaveText(['to +41445559988', 'from +41445550123']);
  await crm.page.evaluate(() => /** @type {any} */ (window).closeSession('session-2'));
  await crm.phase('talking');
  expect((await daemon.agentTruth('1002')).legs).toEqual(['connected']);
});

test('declined in the CRM is rejected; a caller who gives up takes the notification along', async ({ crm, daemon }) => {
  await crm.signIn('1003');
  await crm.ready();
  const call = await daemon.call('1003');
  await expect(crm.page.getByRole('button', { name: 'Decline' })).toBeVisible();
  await daemon.farEnd(call, 'hangup');
  await expect(crm.page.getByRole('button', { name: 'Decline' })).toBeHidden();
  await crm.ready();
  await daemon.call('1003');
  await crm.page.getByRole('button', { name: 'Decline' }).click();
  await expect.poll(async () => (await daemon.agentTruth('1003')).legs).toEqual([]);
});

test('a CRM without room, or one that fails, is told in one sentence and the call goes on', async ({ crm, daemon }) => {
  await crm.signIn('1004');
  await crm.ready();
  await crm.page.evaluate(() => Object.assign(window, { room: false }));
  const call = await daemon.call('1004');
  await crm.bar.getByRole('button', { name: /^Answer/ }).click();
  await crm.phase('talking');
  await expect(crm.bar.getByText('The CRM cannot open another session: close one there.')).toBeVisible();
  await daemon.farEnd(call, 'hangup');
  await crm.bar.getByRole('button', { name: 'Finish wrap-up', exact: true }).click();
  await expect(crm.cards).toHaveCount(0);
  await crm.ready();
  await crm.page.evaluate(() => Object.assign(window, { room: true, silent: ['createSession'] }));
  await daemon.call('1004');
  await crm.bar.getByRole('button', { name: /^Answer/ }).click();
  await crm.phase('talking');
  await expect(crm.bar.getByText(/The CRM did not do its part \(createSession: no answer within 10 s\)/)).toBeVisible({ timeout: 20_000 });
  await crm.bar.getByRole('button', { name: /^Hold/ }).click();
  await crm.phase('on hold');
});

test('of several open sessions the one in front is the bar’s call, also after a reload in mid-call', async ({ crm, daemon }) => {
  await crm.signIn('1005');
  await crm.ready();
  await daemon.call('1005');
  await crm.phase('rings');
  await crm.bar.getByRole('button', { name: /^Answer/ }).click();
  await crm.phase('talking');
  await crm.bar.locator('#end').click();
  await crm.phase('wrap-up');
  // Wrap-up of the first goes on in its session while the agent looks elsewhere; a colleague's call opens the second.
  await expect(crm.tabs).toHaveCount(1);
  await crm.bar.getByRole('button', { name: 'Finish and go ready' }).click();
  await expect(crm.cards).toHaveCount(0);
  await daemon.call('1005', { from: '+41445550199' });
  await crm.phase('rings');
  await crm.bar.getByRole('button', { name: /^Answer/ }).click();
  await expect(crm.tabs).toHaveText(['from +41445550123', 'from +41445550199']);
  await crm.page.locator('#bar').evaluate((frame) => (/** @type {HTMLIFrameElement} */ (frame).src = /** @type {HTMLIFrameElement} */ (frame).src));
  await crm.phase('talking');
  await expect.poll(() => crm.asked('getSession')).toHaveLength(2);
  await crm.tabs.first().click(); // one whose call is over selects nothing
  await crm.phase('talking');
  await crm.tabs.nth(1).click();
  await crm.bar.locator('#end').click();
  await crm.phase('wrap-up');
  expect(await crm.asked('createSession')).toHaveLength(2);
});

test('presence and agent state follow each other where the page’s address names the words', async ({ crm, daemon }) => {
  await crm.page.locator('#bar').evaluate((frame) => (/** @type {HTMLIFrameElement} */ (frame).src += '?presence=Available,Away,Busy'));
  await crm.signIn('1006');
  const set = async () => (await crm.asked('setPresence')).map(([text]) => text);
  await expect.poll(set).toEqual(['Away']);
  await crm.page.evaluate(() => /** @type {any} */ (window).presence('Available'));
  await expect(crm.bar.getByRole('button', { name: /^State: Ready/ })).toBeVisible();
  await daemon.call('1006');
  await crm.phase('rings');
  await expect.poll(set).toEqual(['Away', 'Busy']);
  await crm.bar.getByRole('button', { name: /^Answer/ }).click();
  await crm.phase('talking');
  await crm.bar.locator('#end').click();
  await crm.bar.getByRole('button', { name: 'Finish and go ready' }).click();
  await expect.poll(set).toEqual(['Away', 'Busy', 'Available']);
  await crm.page.evaluate(() => /** @type {any} */ (window).presence('Do not disturb'));
  await expect(crm.bar.getByRole('button', { name: /^State: Not ready/ })).toBeVisible();
  expect(await set()).toEqual(['Away', 'Busy', 'Available']);
});

test('a missing notification template is said once, and the bar goes on offering calls', async ({ crm, daemon }) => {
  await crm.signIn('1007');
  await crm.page.evaluate(() => Object.assign(window, { rejected: { notifyEvent: new Error('NotificationTemplateNotFoundError') } }));
  await crm.ready();
  await daemon.call('1007');
  await crm.phase('rings');
  await expect(crm.bar.getByText('The CRM has no template for notifications of calls. Calls are shown here only.')).toBeVisible();
  await crm.bar.getByRole('button', { name: /^Answer/ }).click();
  await crm.phase('talking');
  await expect(crm.tabs).toHaveCount(1);
});

base('a page that the operator did not let in cannot frame the bar', async ({ page }) => {
  const dynamics = await startDynamics();
  const daemon = await Daemon.start();
  dynamics.show(daemon.page);
  const refused = page.waitForEvent('console', (message) => /frame/i.test(message.text()));
  await page.goto(dynamics.origin);
  expect((await refused).text()).toMatch(/Refused to frame|X-Frame-Options|frame-ancestors/i);
  await expect(page.frameLocator('#bar').getByLabel('Agent ID')).toHaveCount(0);
  await daemon.stop();
  await dynamics.stop();
});
