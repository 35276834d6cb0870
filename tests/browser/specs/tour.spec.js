import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '../harness/desk.js';

/** @param {import('@playwright/test').Page} page */
async function accessible(page) {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze();
  expect(violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
}

test('the tour shows the product to a stranger: bar, CRM, TCCC-style page, and the truth behind', async ({ desk, daemon }) => {
  const { page } = desk;
  await page.goto(`${daemon.page}demo`);
  await expect(page).toHaveURL(/\/demo\/$/);
  const stage = page.frameLocator('#stage');
  await stage.getByLabel('Agent ID').fill('1001');
  await stage.getByLabel('Password').fill('1234');
  await stage.getByLabel('Extension').fill('3001');
  await stage.getByRole('button', { name: 'Sign in' }).click();
  await stage.getByRole('button', { name: /^State: / }).click();
  await stage.getByRole('menuitemradio', { name: 'Ready', exact: true }).click();
  await expect(page.locator('#agents tr').first()).toContainText('AVAILABLE');
  await accessible(page);
  await page.getByRole('button', { name: 'Place a call' }).click();
  await expect(stage.locator('.call')).toHaveAccessibleName(/rings$/);
  await desk.screenshot('tour');
  await page.getByRole('button', { name: 'Stop side A' }).click();
  await expect(page.locator('#active')).toHaveText('side B', { timeout: 30_000 });
  await stage.getByRole('button', { name: /^Answer/ }).click();
  await expect(stage.locator('.call')).toHaveAccessibleName(/talking$/);

  // The CRM around the bar: the same session, so the call under way is shown, and the next one opens a tab.
  await page.getByRole('tab', { name: 'In a CRM' }).click();
  const crm = page.frameLocator('#stage');
  const bar = crm.frameLocator('#bar');
  await expect(bar.locator('.call')).toHaveAccessibleName(/talking$/, { timeout: 20_000 });
  await page.getByRole('button', { name: 'Caller hangs up' }).click();
  await bar.getByRole('button', { name: 'Finish and go ready' }).click();
  await expect(bar.locator('.call')).toHaveCount(0);
  await page.getByRole('button', { name: 'Place a call' }).click();
  await crm.getByRole('button', { name: 'Accept' }).click();
  await expect(crm.getByRole('tab', { name: 'from +41445550123' })).toBeVisible();
  await expect(crm.getByText('40013')).toBeVisible();
  await desk.screenshot('tour-crm');

  await page.getByRole('tab', { name: 'TCCC-style page' }).click();
  await expect(stage.locator('#events')).toContainText('ready');
  await stage.getByRole('button', { name: 'online', exact: true }).click();
  await expect(stage.locator('#status')).toHaveText('notReady');
  await stage.getByRole('button', { name: 'free', exact: true }).click();
  await expect(stage.locator('#status')).toHaveText('free');
  await page.getByLabel('Agent').fill('1002');
  await page.getByRole('button', { name: 'Place a call' }).click();
  await expect(stage.locator('#events')).toContainText('callIn');
  await stage.getByRole('button', { name: 'accept', exact: true }).click();
  await expect(stage.locator('#events')).toContainText('userAccessed');
  await stage.getByRole('button', { name: 'muteMic' }).click();
  await expect(stage.locator('#answer')).toContainText('not_supported');
  await desk.screenshot('tour-tccc');
});
