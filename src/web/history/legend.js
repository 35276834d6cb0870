// Which colour and pattern means what: below each picture, for the kinds that are in it.

import { h } from '../dom.js';
import { refill } from './table.js';
import { wordOf } from './texts.js';

/** @typedef {import('./types.js').Picture} Picture */

const SVG = 'http://www.w3.org/2000/svg';

/** @param {string} kind */
function swatch(kind) {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [name, value] of Object.entries({ class: `swatch piece ${kind}`, width: '26', height: '16', viewBox: '0 0 26 16', 'aria-hidden': 'true' })) svg.setAttribute(name, value);
  for (const part of ['ground', 'pattern', 'edge']) {
    const rect = document.createElementNS(SVG, 'rect');
    for (const [name, value] of Object.entries({ class: part, x: '1', y: '1', width: '24', height: '14', ...(part === 'pattern' ? { fill: `url(#p-${kind})` } : {}) })) rect.setAttribute(name, value);
    svg.append(rect);
  }
  return svg;
}

/**
 * @param {HTMLElement} list
 * @param {Picture} picture
 * @param {'piece' | 'state'} family
 */
export function drawLegend(list, picture, family) {
  const kinds = new Set(picture.lanes.flatMap((lane) => lane.pieces.map((piece) => (piece.isConsult && piece.kind === 'talk' ? 'consult' : piece.kind))));
  if (picture.gaps.length > 0) kinds.add('gap');
  refill(list, [...kinds].join(), () => [...kinds].map((kind) => h('li', {}, swatch(kind), wordOf(family, kind))));
}
