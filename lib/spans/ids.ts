/**
 * Ids of traces and spans, and the header that carries them.
 *
 * @module
 */

/** Name of the header. */
export const TRACEPARENT = "traceparent";

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
/** Random bytes for the next ids: one call of the system for many. */
const pool = new Uint8Array(4096);
let used = pool.length;

/** Returns a random id of a trace: 32 hexadecimal digits, never all 0, which is invalid. */
export function newTraceId(): string {
  return randomId(16);
}

/** Returns a random id of a span: 16 hexadecimal digits, never all 0. */
export function newSpanId(): string {
  return randomId(8);
}

/**
 * Returns the value of the header `traceparent`: version, trace, parent, and the flag that the trace is recorded (W3C
 * Trace Context, 3.2).
 *
 * @param spanId The span that what the server does is a part of
 */
export function traceparent(traceId: string, spanId: string): string {
  return `00-${traceId}-${spanId}-01`;
}

/** `traceparent` as W3C Trace Context has it, 3.2: later versions may have more parts, `ff` is invalid. */
const PATTERN = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;

/** Returns what a value of `traceparent` names; `null` if it is not valid. */
export function readTraceparent(value: string): { readonly traceId: string; readonly spanId: string } | null {
  const [, version, traceId, spanId, rest] = PATTERN.exec(value) ?? [];
  if (traceId === undefined || spanId === undefined || (version === "00" && rest !== undefined)) return null;
  return { traceId, spanId };
}

function randomId(bytes: number): string {
  if (used + bytes > pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  let id = "";
  let isZero = true;
  for (const end = used + bytes; used < end; used++) {
    const byte = pool[used]!;
    if (byte !== 0) isZero = false;
    id += HEX[byte];
  }
  return isZero ? randomId(bytes) : id;
}
