/**
 * A random order in constant memory.
 *
 * @module
 */

const ROUNDS = 4;

/**
 * Returns the position of an item in a random permutation of `length` items. It is a Feistel network over the next power
 * of four, with cycle walking (at most four steps on average).
 *
 * @param index 0 to `length` − 1
 * @param length 1 to 2^32
 * @param key Selects the permutation, a 32-bit number
 */
export function shuffledIndex(index: number, length: number, key: number): number {
  const halfBits = Math.max(1, Math.ceil(Math.log2(length) / 2));
  const mask = 2 ** halfBits - 1;
  let place = index;
  do {
    let left = Math.floor(place / 2 ** halfBits);
    let right = place & mask;
    for (let round = 0; round < ROUNDS; round++) {
      [left, right] = [right, (left ^ mix(right, key + round)) & mask];
    }
    place = (left >>> 0) * 2 ** halfBits + (right >>> 0);
  } while (place >= length);
  return place;
}

/** Returns a 32-bit hash of integers. */
export function orderKey(...parts: readonly number[]): number {
  return parts.reduce((key, part) => mix(part | 0, mix(Math.floor(part / 2 ** 32) | 0, key)), 0);
}

/** Hashes two 32-bit numbers: the finalizer of MurmurHash3, applied to the first plus a multiple of the second. */
function mix(value: number, key: number): number {
  let hash = (value + Math.imul(key, 0x9e3779b1)) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
