/**
 * What an answer may at most be, so that a broken or hostile server cannot take the generator down.
 *
 * @module
 */

/** Longest header block, status line and blank line included, in bytes; trailers have the same limit. */
export const MAX_HEAD_BYTES = 65_536;
/** Most header lines of an answer; trailers have the same limit. */
export const MAX_HEADER_LINES = 1000;
/** Longest line that states the size of a chunk, extensions included, in bytes. */
export const MAX_CHUNK_LINE_BYTES = 4096;
/** Most 1xx answers skipped before the final one. */
export const MAX_INFORMATIONAL_ANSWERS = 100;
/** Largest answer body in bytes, as on the wire, unless the options say otherwise. */
export const DEFAULT_MAX_BODY_BYTES: number = 2 ** 30;
/** Longest time to establish a connection in milliseconds, unless the options say otherwise. */
export const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;
/** Most connections being established at once on one worker; further ones wait their turn, first come, first served. */
export const MAX_CONNECTING = 256;
/** How long an address stays known after it was looked up, in milliseconds. */
export const DNS_LIFE_MS = 60_000;
