// Calls that the network records, from the phone's line to the loudspeaker: a real recorder of ours in this process, the daemon
// that asks it, and the page that plays what it gets.

import { createServer } from 'node:http';
import { expect, test as base } from '../harness/reader.js';

const PASSWORD = 'Basic cmVjOnNlY3JldA==';

/** A tenth of a second of silence: 8 kHz, 8 bit. */
function wav() {
  const file = Buffer.alloc(44 + 800, 128);
  file.write('RIFF', 0);
  file.writeUInt32LE(36 + 800, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(8000, 24);
  file.writeUInt32LE(8000, 28);
  file.writeUInt16LE(1, 32);
  file.writeUInt16LE(8, 34);
  file.write('data', 36);
  file.writeUInt32LE(800, 40);
  return file;
}

/** Somebody's recorder: keeps a sound of every call, or has lost it, or is broken, or is gone. */
class Recorder {
  /** What it answers. @type {200 | 404 | 500} */ status = 200;
  /** What it was asked for. @type {string[]} */ asked = [];
  #server = createServer((request, response) => {
    this.asked.push(request.url ?? '');
    if (request.headers.authorization !== PASSWORD) response.writeHead(401).end();
    else if (this.status === 200) response.writeHead(200, { 'content-type': 'audio/wav' }).end(wav());
    else response.writeHead(this.status, { 'content-type': 'text/plain' }).end('the recorder’s own words');
  });

  /** @returns {Promise<string>} its address */
  start() {
    return new Promise((fulfil) => {
      this.#server.listen(0, '127.0.0.1', () => fulfil(`http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (this.#server.address()).port}`));
    });
  }

  /** @returns {Promise<void>} */
  stop() {
    return new Promise((fulfil) => {
      this.#server.close(() => fulfil());
      this.#server.closeAllConnections();
    });
  }
}

/**
 * A daemon that knows a recorder.
 * @type {import('@playwright/test').TestType<
 *   import('@playwright/test').PlaywrightTestArgs & import('@playwright/test').PlaywrightTestOptions & {environment: Record<string, string>, recorder: Recorder, daemon: import('../harness/daemon.js').Daemon, reader: import('../harness/reader.js').Reader, desk: import('../harness/desk.js').Desk},
 *   import('@playwright/test').PlaywrightWorkerArgs & import('@playwright/test').PlaywrightWorkerOptions>}
 */
const test = base.extend({
  recorder: async ({}, use) => {
    const recorder = new Recorder();
    await use(recorder);
    await recorder.stop();
  },
  environment: async ({ recorder }, use, info) => {
    const { mkdirSync, writeFileSync } = await import('node:fs');
    mkdirSync(info.outputDir, { recursive: true });
    const credentials = info.outputPath('recorder-credentials');
    writeFileSync(credentials, `${PASSWORD}\n`);
    await use({ CTIBRIDGE__HISTORY__RECORDER_URL: `${await recorder.start()}/rec/{guid}/{recordingId}`, CTIBRIDGE__HISTORY__RECORDER_CREDENTIALS_FILE: credentials });
  },
});

/**
 * A call up to the talk; its id.
 * @param {import('../harness/desk.js').Desk} desk
 */
async function talking(desk) {
  await desk.signIn('1001');
  await desk.ready();
  const call = await desk.daemon.call('1001', { recorded: true });
  await desk.answer.click();
  await desk.phase('talking');
  return call;
}

/** @param {import('../harness/desk.js').Desk} desk @param {number} call */
async function over(desk, call) {
  await desk.daemon.farEnd(call, 'hangup');
  await desk.phase('wrap-up');
  await desk.page.getByRole('button', { name: 'Finish and go ready' }).click();
}

test('a recorded call can be heard, and a recording that cannot be had says why', async ({ reader, desk, recorder }) => {
  const { page } = reader;
  const call = await talking(desk);
  await reader.newest('ACTIVE');
  await reader.at('?session=1');
  const recordings = page.locator('#recordings li');
  await expect(recordings).toHaveCount(1);
  await expect(recordings).toContainText('Still being recorded or prepared.');
  await expect(recordings.getByRole('button')).toHaveCount(0);
  await reader.screenshot('recording-runs');
  await over(desk, call);
  // The page follows by itself.
  const load = recordings.getByRole('button', { name: 'Load and play' });
  await expect(load).toBeVisible();
  await expect(recordings).toContainText(/session-1-recording-1 from \d\d:\d\d:\d\d\.\d, \d\d:\d\d\.\d, Anna Aebi \(1001\)/);
  const said = recordings.getByRole('status');
  for (const [status, words] of /** @type {const} */ ([[500, 'The recorder did not give the recording.'], [404, 'There is no such recording any more.']])) {
    recorder.status = status;
    await load.click();
    await expect(said).toHaveText(words);
    await expect(page.locator('body')).not.toContainText('own words');
  }
  await reader.isAccessible();
  recorder.status = 200;
  await load.click();
  const audio = page.locator('audio');
  await expect.poll(() => audio.evaluate((element) => /** @type {HTMLAudioElement} */ (element).duration)).toBeCloseTo(0.1, 1);
  await expect.poll(() => audio.evaluate((element) => /** @type {HTMLAudioElement} */ (element).played.length)).toBe(1);
  await expect(audio).toBeFocused();
  await expect(said).toHaveText('');
  expect(recorder.asked).toHaveLength(3);
  expect(new Set(recorder.asked).size).toBe(1);
  expect(recorder.asked[0]).toMatch(/^\/rec\/[\dA-F]{32}\/1$/);
  await reader.isAccessible();
  await reader.screenshot('recordings');
  await recorder.stop();
  await page.reload();
  await load.click();
  await expect(said).toHaveText('The recorder did not give the recording.');
  await reader.screenshot('recorder-down');
});

test('a recording that failed is said to have failed', async ({ reader, desk, recorder }) => {
  await desk.daemon.ask('PUT', '/behaviour', { failRecording: 5 });
  const call = await talking(desk);
  await over(desk, call);
  await reader.newest('CLOSED');
  await reader.at('?session=1');
  const recordings = reader.page.locator('#recordings li');
  await expect(recordings).toHaveCount(1);
  await expect(recordings).toContainText('The recording failed.');
  await expect(recordings).not.toContainText('No recorder is connected');
  await expect(recordings.getByRole('button')).toHaveCount(0);
  expect(recorder.asked).toEqual([]);
  await reader.isAccessible();
  await reader.screenshot('recording-failed');
});

base('without a recorder the page says that it does not know where the file is', async ({ reader, desk }) => {
  const call = await talking(desk);
  await over(desk, call);
  await reader.newest('CLOSED');
  await reader.at('?session=1');
  const recordings = reader.page.locator('#recordings li');
  await expect(recordings).toHaveCount(1);
  await expect(recordings).toContainText('No recorder is connected to this server: where the file is, it does not know.');
  await expect(recordings.getByRole('button')).toHaveCount(0);
  await reader.screenshot('recording-no-recorder');
});
