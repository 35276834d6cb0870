// Rows of tables and lists that are written anew only when they differ: what is read aloud or has the focus stays.

import { h } from '../dom.js';

/** @type {WeakMap<Element, string>} */
const written = new WeakMap();

/**
 * Fills an element anew if `key` says that it differs.
 * @param {Element} element
 * @param {string} key everything that the content depends on
 * @param {() => Node[]} build
 */
export function refill(element, key, build) {
  if (written.get(element) === key) return;
  written.set(element, key);
  element.replaceChildren(...build());
}

/** Forgets what was written, for another language. @param {Element} root */
export function forget(root) {
  for (const element of root.querySelectorAll('*')) written.delete(element);
}

/** @typedef {string | Node | (string | Node)[]} Cell */

/**
 * @param {Cell} cell
 * @returns {(string | Node)[]}
 */
const parts = (cell) => (Array.isArray(cell) ? cell : [cell]);

/**
 * A row whose first cell is its heading.
 * @param {Cell} heading
 * @param {{cell: Cell, kind?: 'figure' | 'time'}[]} cells
 */
export function row(heading, cells) {
  return h('tr', {}, h('th', { scope: 'row' }, ...parts(heading)), ...cells.map(({ cell, kind }) => h('td', { class: kind ?? null }, ...parts(cell))));
}

/** @param {Cell} cell */
export const plain = (cell) => ({ cell });
/** @param {Cell} cell */
export const figure = (cell) => ({ cell, kind: /** @type {const} */ ('figure') });
/** @param {Cell} cell */
export const time = (cell) => ({ cell, kind: /** @type {const} */ ('time') });

/**
 * One name and its value of a list of fields.
 * @param {Cell} name
 * @param {Cell} value
 */
export const field = (name, value) => h('div', {}, h('dt', {}, ...parts(name)), h('dd', {}, ...parts(value)));
