// The keyboard set. Which keys mean what, which of them browsers keep, and how a key press finds its action.

/** @typedef {import('./texts.js').TextKey} TextKey */
/** @typedef {'focusBar' | 'stateMenu' | 'accept' | 'reject' | 'previous' | 'next' | 'hold' | 'end' | 'active' | 'consult' | 'transfer' | 'conference' | 'back' | 'keypad' | 'signOut'} KeyAction */

/**
 * Letters and names as in KeyboardEvent.key, digits as in KeyboardEvent.code: Ctrl+Shift+1 types another character on every layout.
 * @typedef {object} KeyBinding
 * @property {KeyAction} action
 * @property {TextKey} label
 * @property {string} keys
 * @property {string} [other] a second key for the same, where browsers keep the first
 */

/** @type {readonly KeyBinding[]} */
export const BINDINGS = [
  { action: 'focusBar', label: 'keyFocusBar', keys: 'F2' },
  { action: 'stateMenu', label: 'keyStateMenu', keys: 'Ctrl+Shift+S' },
  { action: 'accept', label: 'keyAccept', keys: 'Ctrl+Shift+A' },
  { action: 'reject', label: 'keyReject', keys: 'Ctrl+Shift+R' },
  // Browsers reopen a closed tab with Ctrl+Shift+T and never hand it to a page.
  { action: 'previous', label: 'keyPrevious', keys: 'Ctrl+Shift+T', other: 'Ctrl+Shift+ArrowLeft' },
  { action: 'next', label: 'keyNext', keys: 'Ctrl+Shift+Y', other: 'Ctrl+Shift+ArrowRight' },
  { action: 'hold', label: 'keyHold', keys: 'Ctrl+Shift+H' },
  { action: 'end', label: 'keyEnd', keys: 'Ctrl+Shift+1' },
  { action: 'active', label: 'keyActive', keys: 'Ctrl+Shift+C' },
  { action: 'consult', label: 'keyConsult', keys: 'Ctrl+Shift+U' },
  { action: 'transfer', label: 'keyTransfer', keys: 'Ctrl+Shift+X' },
  { action: 'conference', label: 'keyConference', keys: 'Ctrl+Shift+G' },
  { action: 'back', label: 'keyBack', keys: 'Ctrl+Shift+B' },
  { action: 'keypad', label: 'keyKeypad', keys: 'Ctrl+Shift+D' },
  { action: 'signOut', label: 'keySignOut', keys: 'Ctrl+Shift+L' },
];

/**
 * The set with the agent's own keys in it.
 * @param {Record<string, string>} own by action
 * @returns {KeyBinding[]}
 */
export function bindingsWith(own) {
  return BINDINGS.map((binding) => {
    const keys = own[binding.action];
    return keys === undefined ? binding : { action: binding.action, label: binding.label, keys };
  });
}

/**
 * A key press that may become a key of the set: one that types nothing.
 * @param {Parameters<typeof spelled>[0]} event
 * @returns {string | null}
 */
export function choosable(event) {
  if (['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'Escape', 'Tab', 'Enter', 'Dead'].includes(event.key)) return null;
  if (!event.ctrlKey && !event.altKey && !/^F\d+$/.test(event.key)) return null;
  return spelled(event);
}

/** Keys that no page gets in today's browsers. */
export const TAKEN = new Set(['Ctrl+Shift+T', 'Ctrl+T', 'Ctrl+N', 'Ctrl+W', 'Ctrl+Shift+N', 'Ctrl+Shift+W']);

/**
 * The key press in the spelling of the bindings.
 * @param {{key: string, code: string, ctrlKey: boolean, shiftKey: boolean, altKey: boolean, metaKey: boolean}} event
 */
export function spelled(event) {
  const digit = /^Digit(\d)$/.exec(event.code);
  const key = digit?.[1] ?? (event.key.length === 1 ? event.key.toUpperCase() : event.key);
  return [event.ctrlKey && 'Ctrl', event.altKey && 'Alt', event.shiftKey && 'Shift', event.metaKey && 'Meta', key].filter(Boolean).join('+');
}

/**
 * @param {Parameters<typeof spelled>[0]} event
 * @param {boolean} inText whether the key press goes to a text box, whose own keys must go on working
 * @param {readonly KeyBinding[]} [bindings]
 * @returns {KeyAction | null}
 */
export function actionOf(event, inText, bindings = BINDINGS) {
  const keys = spelled(event);
  const binding = bindings.find((one) => one.keys === keys || (one.other === keys && !(inText && keys.includes('Arrow'))));
  return binding?.action ?? null;
}
