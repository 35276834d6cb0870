// Numbers and times as people read them. Pure.

/**
 * `mm:ss`, then `h:mm:ss`.
 * @param {number} ms
 */
export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

const ONE_DIGIT = /^\+[17]/;
const TWO_DIGITS = /^\+(20|27|3[0-4]|36|39|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;

/**
 * An international number in groups; anything else exactly as it is. Only blanks are added.
 * @param {string} number
 */
export function readableNumber(number) {
  if (!/^\+\d{8,15}$/.test(number)) return number;
  const code = ONE_DIGIT.test(number) ? 2 : TWO_DIGITS.test(number) ? 3 : 4;
  const rest = number.slice(code);
  const groups = number.startsWith('+1') && rest.length === 10 ? [3, 3, 4] : rest.length === 9 ? [2, 3, 2, 2] : thirds(rest.length);
  const parts = [number.slice(0, code)];
  let at = 0;
  for (const length of groups) {
    parts.push(rest.slice(at, at + length));
    at += length;
  }
  return parts.join(' ');
}

/**
 * Groups of three, the last one of two to four.
 * @param {number} length
 */
function thirds(length) {
  const groups = [];
  let left = length;
  while (left > 4) {
    groups.push(3);
    left -= 3;
  }
  groups.push(left);
  return groups;
}

/**
 * What people paste, as a number that can be dialled: `tel:+41 (0)44 555-01 23` gives `+41445550123`. Takes the first run that
 * looks like a number; empty if there is none.
 * @param {string} pasted
 */
export function dialable(pasted) {
  const plain = pasted.normalize('NFKC').replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '').replace(/[\u2010-\u2015\u2212]/g, '-');
  const run = /\+?[\d*#(][\d*#()\s./-]*/.exec(plain);
  if (run === null) return '';
  // The (0) in +41 (0)44 is for callers inside the country and is never dialled after the country code.
  const inside = run[0].startsWith('+') ? run[0].replace(/\(0\)/, '') : run[0];
  const digits = inside.replace(/[^\d*#]/g, '');
  return digits === '' ? '' : (run[0].startsWith('+') ? '+' : '') + digits;
}
