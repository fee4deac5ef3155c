/**
 * The first failed exchanges of each row, in bounded memory.
 *
 * @module
 */

import type { ErrorSource } from "./error_counts.ts";

/** Most bytes of all kept failures together, as JSON or as HTML. */
export const MAX_KEPT_BYTES = 256_000;
/** What the frame of one takes: indentation in JSON, elements in HTML. */
const FRAME_BYTES = 300;

/** A failed request and what went over the wire, as plain data. */
export interface KeptFailure {
  /** Method of the row. */
  readonly method: string;
  /** Name of the row. */
  readonly name: string;
  /** Class of the row if rows are separate for each class, otherwise empty. */
  readonly userClass: string;
  /** When it ended, on `nowMs`' clock, which is wall-clock time in milliseconds. */
  readonly atMs: number;
  /** Why it counts as failed. */
  readonly error: string;
  /** `file:line` of the explicit verdict; `null` without one. */
  readonly decidedAt: string | null;
  /** Time to the first byte, in milliseconds. */
  readonly ttfbMs: number;
  /** Time to the last byte, in milliseconds. */
  readonly ttlbMs: number;
  /** What was sent and received, for people, without secrets. */
  readonly exchange: string;
}

/** Failures kept since the last delta: plain data that survives `postMessage`. */
export interface KeptFailuresDelta {
  /** Most failures of each row. */
  readonly perRow: number;
  readonly kept: readonly KeptFailure[];
}

interface Row {
  /** Most failures that it may still have. */
  limit: number;
  /** The earliest first. */
  readonly kept: KeptFailure[];
}

/**
 * Keeps the earliest failures of each row. If they need more than {@linkcode MAX_KEPT_BYTES} together, the rows with the
 * most give up their latest ones, so that every row keeps its first ones for as long as possible.
 */
export class KeptFailures {
  readonly #perRow: number;
  readonly #rows = new Map<string, Row>();
  readonly #sizes = new Map<KeptFailure, number>();
  #fresh = new Set<KeptFailure>();
  #sizeBytes = 0;

  /** @param perRow Most failures of each row; 0 keeps none */
  constructor(perRow: number) {
    this.#perRow = perRow;
  }

  /** Whether any can be kept. */
  get isOn(): boolean {
    return this.#perRow > 0;
  }

  /** Returns whether a failure of a row at an instant would be kept. */
  wants(row: Omit<ErrorSource, "where">, atMs: number): boolean {
    const { limit, kept } = this.#rows.get(keyOf(row)) ?? { limit: this.#perRow, kept: [] };
    return kept.length < limit || (limit > 0 && atMs < kept.at(-1)!.atMs);
  }

  /** Keeps a failure, unless the row has enough earlier ones. */
  add(failure: KeptFailure): void {
    if (!this.wants(failure, failure.atMs)) return;
    const key = keyOf(failure);
    let row = this.#rows.get(key);
    if (row === undefined) this.#rows.set(key, row = { limit: this.#perRow, kept: [] });
    if (row.kept.length >= row.limit) this.#dropLast(row);
    const place = row.kept.findIndex(({ atMs }) => atMs > failure.atMs);
    row.kept.splice(place < 0 ? row.kept.length : place, 0, failure);
    const sizeBytes = sizeOf(failure);
    this.#sizes.set(failure, sizeBytes);
    this.#sizeBytes += sizeBytes;
    this.#fresh.add(failure);
    while (this.#sizeBytes > MAX_KEPT_BYTES) this.#giveUpOne();
  }

  /** Returns what has been kept since the last call; `null` if that is nothing. */
  takeDelta(): KeptFailuresDelta | null {
    if (this.#fresh.size === 0) return null;
    const kept = [...this.#fresh];
    this.#fresh = new Set();
    return { perRow: this.#perRow, kept };
  }

  /** Starts again. */
  clear(): void {
    this.#rows.clear();
    this.#sizes.clear();
    this.#fresh.clear();
    this.#sizeBytes = 0;
  }

  /** All kept failures by row, in the order in which rows first failed, the earliest failure of each row first. */
  get all(): readonly KeptFailure[] {
    return [...this.#rows.values()].flatMap(({ kept }) => kept);
  }

  /** Gives up the latest failure of the row with the most. */
  #giveUpOne(): void {
    const row = [...this.#rows.values()].reduce((most, one) => one.kept.length > most.kept.length ? one : most);
    this.#dropLast(row);
    row.limit = row.kept.length; // or a later one would take the place
  }

  #dropLast({ kept }: Row): void {
    const failure = kept.pop()!;
    this.#sizeBytes -= this.#sizes.get(failure)!;
    this.#sizes.delete(failure);
    this.#fresh.delete(failure);
  }
}

function keyOf({ method, name, userClass }: Omit<ErrorSource, "where">): string {
  return `${userClass}\n${method} ${name}`;
}

/** Returns the bytes that a failure takes at most, as JSON or as HTML. */
function sizeOf(failure: KeptFailure): number {
  const json = JSON.stringify(failure);
  const escapedInHtml = json.match(/[&<>"']/g)?.length ?? 0;
  return new TextEncoder().encode(json).length + 5 * escapedInHtml + FRAME_BYTES;
}
