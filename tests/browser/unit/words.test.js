import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { webRoot } from './web.js';

const { allLanguages, failureText, pickLanguage, setLanguage, text } = await import('../../../src/web/texts.js');
const { dialable, duration, readableNumber } = await import('../../../src/web/format.js');
const { actionOf, BINDINGS, spelled } = await import('../../../src/web/keys.js');

const files = readdirSync(webRoot).filter((name) => /\.(js|html)$/.test(name));
const source = files.filter((name) => name !== 'texts.js').map((name) => readFileSync(new URL(name, webRoot), 'utf8')).join('\n');

test('every language has every text, with the same values', () => {
  const values = (/** @type {string} */ words) => [...words.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
  assert.deepEqual(Object.keys(allLanguages.de).sort(), Object.keys(allLanguages.en).sort());
  for (const key of /** @type {(keyof typeof allLanguages.en)[]} */ (Object.keys(allLanguages.en))) {
    assert.notEqual(allLanguages.de[key].trim(), '');
    assert.deepEqual(values(allLanguages.de[key]), values(allLanguages.en[key]), key);
  }
});

test('every text is used, and every text that the page names exists', () => {
  const idle = Object.keys(allLanguages.en).filter((key) => !key.startsWith('fail') && !new RegExp(`['"]${key}['"]`).test(source));
  assert.deepEqual(idle, []);
  for (const [, key] of source.matchAll(/data-(?:text|label|hint)="(\w+)"/g)) assert.ok(key !== undefined && key in allLanguages.en, key);
});

test('the page holds no words outside its texts, no inline script or style, and asks nobody else for anything', () => {
  const html = readFileSync(new URL('index.html', webRoot), 'utf8');
  const visible = html.replace(/<title>.*?<\/title>|<!--.*?-->/gs, '').replace(/<[^>]*>/g, '').trim();
  assert.equal(visible.replace(/\s+/g, ''), '');
  assert.doesNotMatch(html, /\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)|javascript:/);
  assert.doesNotMatch(source, /https?:\/\/(?!www\.w3\.org\/)/);
  assert.doesNotMatch(source, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/);
});

test('a failure is one sentence: ours for a known code, else the words of the server', () => {
  setLanguage('de');
  assert.equal(failureText({ code: 'AUTH_FAILED', message: 'Unknown agent' }), 'Agenten-ID oder Kennwort ist falsch.');
  assert.equal(failureText({ code: 'CTI_FAILURE', message: 'The peripheral refused' }), 'The peripheral refused');
  assert.equal(failureText({ code: 'NEW_ONE', message: '' }), 'NEW_ONE');
  setLanguage('en');
  assert.equal(text('announceCall', { who: '{queue}', queue: '' }), 'Incoming call from {queue}');
});

test('the language is the chosen one, else the first of the browser that the page speaks', () => {
  assert.equal(pickLanguage('de', ['en']), 'de');
  assert.equal(pickLanguage(null, ['fr-CH', 'de-CH', 'en']), 'de');
  assert.equal(pickLanguage('xx', []), 'en');
});

test('pasted numbers become what can be dialled', () => {
  for (const [pasted, number] of [
    ['tel:+41 (0)44 555-01 23', '+41445550123'],
    ['+41 44 555 01 23', '+41445550123'],
    [' 0041/44.555.01.23\n', '0041445550123'],
    ['(044) 555 01 23', '0445550123'],
    ['Tel. 044 555 01 23 (office)', '0445550123'],
    ['‭+1 (555) 010‑0199‬', '+15550100199'],
    ['１２３', '123'],
    ['*31#0445550123', '*31#0445550123'],
    ['8001', '8001'],
    ['nobody', ''],
    ['', ''],
    ['()', ''],
  ]) {
    assert.equal(dialable(/** @type {string} */ (pasted)), number, pasted);
  }
});

test('numbers are shown in groups without losing a digit, and unknown forms stay as they are', () => {
  assert.equal(readableNumber('+41445550123'), '+41 44 555 01 23');
  assert.equal(readableNumber('+15550100199'), '+1 555 010 0199');
  assert.equal(readableNumber('+4915112345678'), '+49 151 123 456 78');
  assert.equal(readableNumber('+35312345678'), '+353 123 456 78');
  for (const other of ['8001', '', 'sip:x@y', '+41 44', '0041445550123', '<b>']) assert.equal(readableNumber(other), other);
  for (const number of ['+41445550123', '+4915112345678', '+123456789012345', '+99812345678']) assert.equal(readableNumber(number).replace(/ /g, ''), number);
});

test('times read mm:ss, then h:mm:ss, and never run backwards', () => {
  assert.deepEqual([duration(0), duration(59_999), duration(61_000), duration(3_599_000), duration(3_600_000), duration(-5)], ['00:00', '00:59', '01:01', '59:59', '1:00:00', '00:00']);
});

test('keys find their action on any layout, and text boxes keep their own', () => {
  const press = (/** @type {string} */ key, /** @type {string} */ code, ctrlKey = true, shiftKey = true) => ({ key, code, ctrlKey, shiftKey, altKey: false, metaKey: false });
  assert.equal(actionOf(press('A', 'KeyA'), false), 'accept');
  assert.equal(actionOf(press('!', 'Digit1'), true), 'end');
  assert.equal(actionOf(press('+', 'Digit1'), true), 'end');
  assert.equal(actionOf(press('F2', 'F2', false, false), true), 'focusBar');
  assert.equal(actionOf(press('a', 'KeyA', true, false), false), null);
  assert.equal(actionOf(press('ArrowLeft', 'ArrowLeft'), false), 'previous');
  assert.equal(actionOf(press('ArrowLeft', 'ArrowLeft'), true), null);
  assert.equal(spelled(press('s', 'KeyS')), 'Ctrl+Shift+S');
  const keys = BINDINGS.flatMap((one) => (one.other ? [one.keys, one.other] : [one.keys]));
  assert.equal(new Set(keys).size, keys.length);
});
