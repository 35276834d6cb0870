import { Desk, expect, test } from '../harness/desk.js';

const LOOKS_ON = 'This window only looks on; another one commands.';

test('a second tab looks on without signing in, takes over on demand, and inherits when the first one goes', async ({ desk, daemon, context }) => {
  await desk.signIn('1001');
  await desk.ready();
  await daemon.call('1001');
  await desk.answer.click();
  await desk.phase('talking');

  const second = new Desk(await context.newPage(), daemon);
  await second.page.goto(daemon.page);
  await second.phase('talking');
  await expect(second.page.getByText(LOOKS_ON)).toBeVisible();
  await second.page.getByRole('button', { name: 'Take over here' }).click();
  await expect(desk.page.getByText(LOOKS_ON)).toBeVisible();
  await second.hold.click();
  await desk.phase('on hold');

  await second.page.close({ runBeforeUnload: false });
  await expect(desk.page.getByText(LOOKS_ON)).toBeHidden();
  await desk.hold.click();
  await desk.phase('talking');
  await desk.end.click();
  await desk.phase('wrap-up');
});

test('a duplicated tab looks on instead of throwing the first one out', async ({ desk, daemon, context }) => {
  await desk.signIn('1002');
  const kept = await desk.page.evaluate(() => sessionStorage.getItem('ctibridge.ticket'));
  const second = new Desk(await context.newPage(), daemon);
  await second.page.addInitScript((ticket) => sessionStorage.setItem('ctibridge.ticket', ticket ?? ''), kept);
  await second.page.goto(daemon.page);
  await second.inState(/Not ready/);
  await expect(second.page.getByText(LOOKS_ON)).toBeVisible();
  await desk.ready();
  await second.inState(/Ready/);
});

test('where there are no shared workers the page keeps its own connection', async ({ desk, daemon, context }) => {
  await context.addInitScript(() => Reflect.deleteProperty(window, 'SharedWorker'));
  await desk.signIn('1003');
  await desk.ready();
  await daemon.call('1003');
  await desk.answer.click();
  await desk.phase('talking');
});
