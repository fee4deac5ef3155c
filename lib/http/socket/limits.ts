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
/** How long a body waits for `100 Continue` before it is sent all the same, in milliseconds (RFC 9110, 10.1.1). */
export const CONTINUE_PATIENCE_MS = 1000;
/** How long an address stays known after it was looked up, in milliseconds. */
export const DNS_LIFE_MS = 60_000;
/** Longest header block of HTTP/2 as it is sent, in bytes: what {@linkcode MAX_HEAD_BYTES} can take at the most. */
export const MAX_HEADER_BLOCK_BYTES: number = 4 * MAX_HEAD_BYTES;
/** Most frames of HTTP/2 in a row that bring no request further: more of them end the connection. */
export const MAX_IDLE_FRAMES = 1000;
/** How much an HTTP/2 server may send on one stream before it hears that more is welcome, in bytes. */
export const STREAM_WINDOW_BYTES: number = 2 ** 24;
/** The same of all streams of a connection. */
export const CONNECTION_WINDOW_BYTES: number = 2 ** 28;
