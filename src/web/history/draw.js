// A time line as an inline picture: a lane a row, time from left to right. It is drawn for the width it gets, so that words are
// never stretched; colours come from the style sheet, patterns from index.html, and everything in it is said by the table as well.

import { rows, ticks } from './spans.js';

/** @typedef {import('./types.js').Piece} Piece */
/** @typedef {import('./types.js').Lane} Lane */
/** @typedef {import('./types.js').Picture} Picture */

/**
 * What the picture says about itself.
 * @typedef {object} Words
 * @property {string} label of the whole
 * @property {(lane: Lane) => string} lane
 * @property {(piece: Piece) => string} short on a piece
 * @property {(lane: Lane, piece: Piece) => string} long with its exact times
 * @property {(gap: {from: number, to: number}) => string} gap
 * @property {(at: number, step: number) => string} tick
 * @property {(said: string) => void} show says what is pointed at; empty: nothing is
 */

const ROW = 28;
const NAME = 22;
const PAD = 6;
const AXIS = 22;
/** What is shorter is drawn so wide all the same. */
const LEAST = 3;
/** About as wide as a character of a piece's word. */
const CHARACTER = 7;

const SVG = 'http://www.w3.org/2000/svg';

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {...(Node | string)} children
 */
function s(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/**
 * Draws into `place`, anew at every call; the part that had the focus has it again.
 * @param {HTMLElement} place
 * @param {Picture} picture
 * @param {Words} words
 */
export function draw(place, picture, words) {
  const width = Math.max(240, Math.floor(place.clientWidth));
  const scale = (width - 2) / (picture.to - picture.from);
  const x = (/** @type {number} */ at) => 1 + (at - picture.from) * scale;
  const focused = place.contains(document.activeElement) ? document.activeElement?.getAttribute('data-at') : null;

  /** @type {Element[]} */
  const back = [];
  /** @type {Element[]} */
  const front = [];
  let y = 0;
  for (const [number, lane] of picture.lanes.entries()) {
    const inRow = rows(lane.pieces);
    const height = Math.max(1, ...inRow.map((row) => row + 1)) * ROW;
    const name = words.lane(lane);
    if (name !== '') {
      front.push(s('text', { x: 1, y: y + NAME - 7, class: 'lane-name' }, cut(name, width)));
      y += NAME;
    }
    back.push(s('rect', { x: 0.5, y: y + 0.5, width: width - 1, height: height - 1, class: 'lane' }));
    for (const [index, piece] of lane.pieces.entries()) {
      front.push(drawPiece(piece, { x: x(piece.from), y: y + (inRow[index] ?? 0) * ROW, right: x(piece.to), at: `${number}.${index}` }, words.short(piece), words.long(lane, piece)));
    }
    y += height + PAD;
  }
  for (const [index, gap] of picture.gaps.entries()) {
    front.push(drawGap(x(gap.from), x(gap.to), y - PAD, `gap.${index}`, words.gap(gap)));
  }
  const bottom = y;
  for (const { at, step } of ticks(picture.from, picture.to, Math.max(2, Math.floor(width / 90)))) {
    const left = x(at);
    back.push(s('line', { x1: left, x2: left, y1: 0, y2: bottom, class: 'tick' }));
    const anchor = left < 34 ? 'start' : left > width - 34 ? 'end' : 'middle';
    back.push(s('text', { x: left, y: bottom + 14, class: 'tick-word', 'text-anchor': anchor }, words.tick(at, step)));
  }

  const svg = s('svg', { class: 'picture', width, height: bottom + AXIS, role: 'group', 'aria-label': words.label }, ...back, ...front);
  rove(svg, words.show);
  place.replaceChildren(svg);
  // The focus goes where it was; what is there may have grown meanwhile.
  const again = focused === null || focused === undefined ? null : svg.querySelector(`[data-at="${focused}"]`);
  if (again instanceof SVGElement) again.focus();
}

/**
 * @param {Piece} piece
 * @param {{x: number, y: number, right: number, at: string}} where
 * @param {string} short
 * @param {string} long
 */
function drawPiece(piece, where, short, long) {
  const width = Math.max(LEAST, where.right - where.x);
  const box = { x: where.x, y: where.y + 2, width, height: ROW - 4 };
  const kind = piece.isConsult && piece.kind === 'talk' ? 'consult' : piece.kind;
  const group = s('g', { class: `piece ${kind}`, role: 'img', 'aria-label': long, tabindex: '-1', 'data-at': where.at });
  group.append(s('rect', { ...box, class: 'ground' }), s('rect', { ...box, class: 'pattern', fill: `url(#p-${kind})` }), s('rect', { ...box, class: 'edge' }));
  if (piece.isOpen) group.append(s('line', { x1: where.x + width, x2: where.x + width, y1: box.y, y2: box.y + box.height, class: 'open-end' }));
  if (short.length * CHARACTER + 10 < width) group.append(s('text', { x: where.x + 6, y: where.y + ROW / 2 + 5, class: 'word' }, short));
  return group;
}

/**
 * @param {number} left
 * @param {number} right
 * @param {number} height
 * @param {string} at
 * @param {string} said
 */
function drawGap(left, right, height, at, said) {
  const box = { x: left, y: 0, width: Math.max(LEAST, right - left), height };
  const group = s('g', { class: 'piece gap', role: 'img', 'aria-label': said, tabindex: '-1', 'data-at': at });
  group.append(s('rect', { ...box, class: 'pattern', fill: 'url(#p-gap)' }), s('rect', { ...box, class: 'edge' }));
  return group;
}

/**
 * One stop for Tab, arrow keys within; pointing and the focus say what a part is.
 * @param {Element} svg
 * @param {(said: string) => void} show
 */
function rove(svg, show) {
  const parts = /** @type {SVGElement[]} */ ([...svg.querySelectorAll('.piece')]);
  parts[0]?.setAttribute('tabindex', '0');
  for (const [index, part] of parts.entries()) {
    const said = part.getAttribute('aria-label') ?? '';
    part.addEventListener('focus', () => {
      for (const other of parts) other.setAttribute('tabindex', other === part ? '0' : '-1');
      show(said);
    });
    part.addEventListener('pointerenter', () => show(said));
    part.addEventListener('blur', () => show(''));
    part.addEventListener('pointerleave', () => show(document.activeElement instanceof SVGElement && svg.contains(document.activeElement) ? (document.activeElement.getAttribute('aria-label') ?? '') : ''));
    part.addEventListener('keydown', (event) => {
      /** @type {Record<string, number | undefined>} */
      const goals = { ArrowRight: index + 1, ArrowDown: index + 1, ArrowLeft: index - 1, ArrowUp: index - 1, Home: 0, End: parts.length - 1 };
      const goal = goals[event.key];
      if (goal === undefined) return;
      event.preventDefault();
      parts[Math.min(parts.length - 1, Math.max(0, goal))]?.focus();
    });
  }
}

/**
 * @param {string} name
 * @param {number} width
 */
function cut(name, width) {
  const most = Math.floor(width / CHARACTER) - 1;
  return name.length > most ? `${[...name].slice(0, most - 1).join('')}…` : name;
}
