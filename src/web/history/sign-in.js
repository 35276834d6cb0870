// Signing in: a program's id and secret, a name and password where the daemon has a file of users, or a token of the issuer.
// Secrets are sent once and kept nowhere; the token stays in this tab.

import { byId, setAttribute, setText, show } from '../dom.js';
import { ask, fetchToken, Problem, token } from './rest.js';
import { text } from './texts.js';
import { problemText } from './words.js';

/** @typedef {'client' | 'user' | 'token'} Kind */

const name = () => /** @type {HTMLInputElement} */ (byId('sign-in-name'));
const secret = () => /** @type {HTMLInputElement} */ (byId('sign-in-secret'));
const pasted = () => /** @type {HTMLInputElement} */ (byId('sign-in-token'));
const radios = () => /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll('input[name=kind]')]);

let isWorking = false;
/** What the message says, so that it can be said in another language. @type {() => string} */
let said = () => '';

/** @returns {Kind} */
function kind() {
  const { value } = radios().find((radio) => radio.checked) ?? { value: 'client' };
  return value === 'user' || value === 'token' ? value : 'client';
}

/** @param {() => string} words */
export function saySignIn(words) {
  said = words;
  drawSignIn();
}

export function drawSignIn() {
  show(byId('sign-in-pair'), kind() !== 'token');
  show(byId('sign-in-one'), kind() === 'token');
  setText(byId('sign-in-name-label'), text(kind() === 'user' ? 'userName' : 'clientId'));
  setText(byId('sign-in-secret-label'), text(kind() === 'user' ? 'password' : 'clientSecret'));
  setText(byId('sign-in-button'), text(isWorking ? 'signingIn' : 'signIn'));
  setAttribute(byId('sign-in-button'), 'aria-disabled', isWorking ? 'true' : null);
  setText(byId('sign-in-message'), said());
}

export function focusSignIn() {
  (kind() === 'token' ? pasted() : name()).focus();
}

/** @returns {Promise<string>} */
async function obtain() {
  const chosen = kind();
  if (chosen !== 'token') return fetchToken({ kind: chosen, name: name().value.trim(), secret: secret().value });
  const own = pasted().value.trim().replace(/^bearer\s+/i, '');
  // Only what the daemon believes is kept.
  await ask('api/v1/me', { token: own });
  return own;
}

/** @param {Problem} problem */
function refusal(problem) {
  if (problem.code === 'unsupported_grant_type') return text('signInNoUsers');
  if (problem.status === 401 && kind() === 'token') return text('signInTokenRefused');
  if (problem.status === 400 || problem.status === 401) return text('signInRefused');
  return problemText(problem);
}

/** @param {() => void} done */
async function signIn(done) {
  if (isWorking) return;
  const missing = kind() === 'token' ? pasted() : name();
  if (missing.value.trim() === '') {
    saySignIn(() => text(kind() === 'token' ? 'fillToken' : 'fillName'));
    missing.focus();
    return;
  }
  isWorking = true;
  saySignIn(() => '');
  try {
    token.set(await obtain());
    secret().value = '';
    pasted().value = '';
    done();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    saySignIn(() => refusal(error));
    (kind() === 'token' ? pasted() : secret()).focus();
  } finally {
    isWorking = false;
    drawSignIn();
  }
}

/** @param {() => void} done */
export function startSignIn(done) {
  const first = radios()[0];
  if (first && !radios().some((radio) => radio.checked)) first.checked = true;
  for (const radio of radios()) radio.addEventListener('change', () => saySignIn(() => ''));
  byId('sign-in-form').addEventListener('submit', (event) => {
    event.preventDefault();
    void signIn(done);
  });
}
