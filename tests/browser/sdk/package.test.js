// The package as `npm pack` makes it, and its types as a strict project of somebody else sees them.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('../../../src/web/sdk/', import.meta.url));
const TSC = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'ctibridge-pack-'));
after(() => rmSync(folder, { recursive: true }));

const [packed] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: SOURCE, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
const home = join(folder, 'node_modules', 'ctibridge');
mkdirSync(home, { recursive: true });
execFileSync('tar', ['xzf', join(folder, packed.filename), '--strip-components=1', '-C', home]);
const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));

test('the package holds what it names and nothing else, in the version of the daemon', () => {
  const files = packed.files.map((/** @type {{path: string}} */ file) => file.path).sort();
  assert.deepEqual(files, [...manifest.files, 'package.json'].sort());
  const version = /^version = "(.+)"$/m.exec(readFileSync(new URL('../../../Cargo.toml', import.meta.url), 'utf8'))?.[1];
  assert.equal(manifest.version, version);
  for (const one of Object.values(manifest.exports)) for (const path of typeof one === 'string' ? [one] : Object.values(one)) assert.ok(files.includes(path.slice(2)), path);
});

test('the installed package loads by its name', () => {
  const program = join(folder, 'load.mjs');
  writeFileSync(program, "import { Bridge, BridgeError } from 'ctibridge';\nprocess.stdout.write([typeof Bridge, new BridgeError({ result: 'confirm' }).code].join());\n");
  assert.equal(execFileSync(process.execPath, [program], { encoding: 'utf8' }), 'function,CONFIRM');
});

/** @param {string} source @param {string} resolution */
function compile(source, resolution) {
  const file = join(folder, 'consumer.ts');
  writeFileSync(file, source);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const flags = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--target', 'ES2022', '--module', resolution === 'bundler' ? 'ESNext' : 'NodeNext', '--moduleResolution', resolution, '--lib', 'ES2022,DOM'];
  try {
    execFileSync(process.execPath, [TSC, ...flags, file], { cwd: folder, encoding: 'utf8' });
    return '';
  } catch (error) {
    return String(/** @type {any} */ (error).stdout);
  }
}

const GOOD = `
import { Bridge, BridgeError, type Ticket } from 'ctibridge';
import { CifGlue } from 'ctibridge/cif';
import 'ctibridge/tccc';
tccc.on(tccc.events.callIn, ({ sessionId, data }) => void tccc.Call.accept({ sessionId: data.sessionId ?? sessionId }));
const bridge = new Bridge({ url: 'wss://bridge.example/mediabar/v1' });
let kept: Ticket | undefined;
bridge.on('ticket', (ticket) => { kept = ticket; });
bridge.on('interaction.preview', ({ target, data }) => {
  const number: string | undefined = data.session?.parameters['number'];
  void bridge.command('conversation.answer', {}, target + number);
});
bridge.on('state.updated', (event) => event.state.current.toUpperCase());
async function day(): Promise<number> {
  await bridge.signIn({ id: '1001', password: 'x', extension: '3001' });
  const dialled = await bridge.command('channel.dial', { destination: '8001', extensions: { crmId: 'c', recordType: 'contact' } });
  try {
    await bridge.command('interaction.complete', { dispositionId: 1, notes: 'n' }, 'a.b');
  } catch (error) {
    if (error instanceof BridgeError && error.form && 'dispositions' in error.form) return error.form.dispositions.length;
  }
  return dialled.data.destination.length + (kept?.session.length ?? 0);
}
void day();
void new CifGlue({ bar: bridge, cif: {} }).start();
`;

for (const resolution of ['nodenext', 'bundler']) {
  test(`the types compile under strict and refuse what is wrong: ${resolution}`, () => {
    assert.equal(compile(GOOD, resolution), '');
    const wrong = [
      "void bridge.command('channel.dial', { number: '8001' });",
      "void bridge.command('conversation.hold', {});",
      "void bridge.command('channel.dail', {});",
      "bridge.on('interaction.previewed', () => {});",
      "bridge.on('interaction.ended', ({ data }) => { if (data.reason === 'GONE') throw 0; });",
    ];
    const said = compile([...wrong, GOOD.replaceAll('\n', ' ')].join('\n'), resolution);
    wrong.forEach((line, at) => assert.match(said, new RegExp(`consumer\\.ts\\(${at + 1},`), line));
  });
}
