/**
 * Limits on answers, so that a broken or hostile server cannot bring the generator down.
 *
 * @module
 */

/** Longest header block, status line and blank line included, in bytes; trailers have the same limit. */
export const MAX_HEAD_BYTES = 65_536;
/** Most header lines of an answer; trailers have the same limit. */
export const MAX_HEADER_LINES = 1000;
/** Longest chunk-size line, extensions included, in bytes. */
export const MAX_CHUNK_LINE_BYTES = 4096;
/** Most informational answers (1xx) before the final one. */
export const MAX_INFORMATIONAL_ANSWERS = 100;
/** Largest answer body in bytes, as on the wire, unless the options say otherwise. */
export const DEFAULT_MAX_BODY_BYTES: number = 2 ** 30;
/** Longest time to establish a connection in milliseconds, unless the options say otherwise. */
export const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;
/** Most connections that each of several workers establishes at once; further ones wait, first come, first served. */
export const MAX_CONNECTING = 256;
/** The same for the only worker of a machine: below 511, the backlog that nginx and Node ask for. */
export const MAX_CONNECTING_ALONE = 500;
/** How long a body waits for `100 Continue` before it is sent anyway, in milliseconds (RFC 9110, 10.1.1). */
export const CONTINUE_PATIENCE_MS = 1000;
/** How long a resolved address is cached, in milliseconds. */
export const DNS_LIFE_MS = 60_000;
/** Longest encoded HTTP/2 header block, in bytes: the most that {@linkcode MAX_HEAD_BYTES} can take. */
export const MAX_HEADER_BLOCK_BYTES: number = 4 * MAX_HEAD_BYTES;
/** Most HTTP/2 frames in a row that advance no request; more end the connection. */
export const MAX_IDLE_FRAMES = 1000;
/** Flow-control window of one HTTP/2 stream, in bytes. */
export const STREAM_WINDOW_BYTES: number = 2 ** 24;
/** Flow-control window of an HTTP/2 connection, in bytes. */
export const CONNECTION_WINDOW_BYTES: number = 2 ** 28;
