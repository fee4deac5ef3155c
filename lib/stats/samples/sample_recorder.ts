/**
 * Records samples on one worker.
 *
 * @module
 */

import { CHUNK_RECORDS, Field, RECORD_LENGTH, type SampleChunk, type SampleRow } from "./sample_chunk.ts";

/** Most buffers of a worker, 104 kB each: with them full, samples are dropped. */
export const MAX_BUFFERS = 32;
/** Longest error message kept, in characters. */
const MAX_ERROR_LENGTH = 1000;

/** A request with its final verdict. Times are in milliseconds. */
export interface FinalSample {
  /** On `nowMs`' clock. */
  readonly startMs: number;
  readonly latenessMs: number;
  readonly ttfbMs: number;
  readonly ttlbMs: number;
  /** The cost of its connection; `null` if it used an open one. */
  readonly connectPhases: { readonly dnsMs: number; readonly connectMs: number; readonly tlsMs: number } | null;
  readonly bytesReceived: number;
  /** Number of the user; -1 if unknown. */
  readonly user: number;
  /** 0 without a response. */
  readonly status: number;
  readonly error: string | null;
  /** Id of its trace; `null` without one. */
  readonly traceId: string | null;
}

/**
 * Fills buffers with samples and sends them. Their number is fixed: while all are on their way, samples are counted as
 * dropped. A sample costs about 0.1 µs.
 */
export class SampleRecorder {
  readonly #ratio: number;
  readonly #send: (chunk: SampleChunk) => void;
  readonly #random: () => number;
  readonly #free: Float64Array<ArrayBuffer>[] = [];
  #made = 0;
  #records: Float64Array<ArrayBuffer> | null = null;
  #count = 0;
  #dropped = 0;
  #rows: SampleRow[] = [];
  #errors: string[] = [];
  #traceIds: string[] = [];
  /** Places of rows, by an object that stands for the row, and by class. */
  #rowPlaces = new Map<object, Map<string, number>>();
  #errorPlaces = new Map<string, number>();
  /** The last row: most samples in a row are of the same one. */
  #lastRow: object | null = null;
  #lastClass = "";
  #lastPlace = 0;

  /**
   * @param ratio Share of successes to record, 0–1
   * @param send Sends a chunk, whose memory is not used again before it is given back
   */
  constructor(ratio: number, send: (chunk: SampleChunk) => void, random: () => number = Math.random) {
    this.#ratio = ratio;
    this.#send = send;
    this.#random = random;
  }

  /**
   * Records a sample, or not: the share of successes decides.
   *
   * @param row Its row; the same object for the same row, as it is looked up by identity
   */
  add(row: { readonly method: string; readonly name: string }, userClass: string, sample: FinalSample): void {
    const { error, connectPhases, traceId } = sample;
    if (error === null && this.#ratio < 1 && this.#random() >= this.#ratio) return;
    const records = this.#records ??= this.#freeBuffer();
    if (records === null) {
      this.#dropped++;
      return;
    }
    const at = this.#count * RECORD_LENGTH;
    records[at + Field.start] = sample.startMs;
    records[at + Field.lateness] = sample.latenessMs;
    records[at + Field.ttfb] = sample.ttfbMs;
    records[at + Field.ttlb] = sample.ttlbMs;
    records[at + Field.dns] = connectPhases === null ? 0 : connectPhases.dnsMs;
    records[at + Field.connect] = connectPhases === null ? 0 : connectPhases.connectMs;
    records[at + Field.tls] = connectPhases === null ? 0 : connectPhases.tlsMs;
    records[at + Field.bytes] = sample.bytesReceived;
    records[at + Field.user] = sample.user;
    records[at + Field.status] = sample.status;
    records[at + Field.row] = this.#rowPlace(row, userClass);
    records[at + Field.error] = error === null ? -1 : this.#errorPlace(error);
    records[at + Field.trace] = traceId === null ? -1 : this.#traceIds.push(traceId) - 1;
    if (++this.#count === CHUNK_RECORDS) this.flush();
  }

  /** Sends what has been recorded, so that the file is up to date. */
  flush(): void {
    if (this.#count === 0 && this.#dropped === 0) return;
    const records = this.#records ?? new Float64Array();
    const [count, dropped] = [this.#count, this.#dropped];
    const [rows, errors, traceIds] = [this.#rows, this.#errors, this.#traceIds];
    this.#records = null;
    this.#count = this.#dropped = 0;
    [this.#rows, this.#errors, this.#traceIds] = [[], [], []];
    this.#lastRow = null;
    this.#rowPlaces.clear();
    this.#errorPlaces.clear();
    this.#send({ records, count, rows, errors, traceIds, dropped });
  }

  /** Takes the memory of a chunk back. */
  giveBack(records: Float64Array<ArrayBuffer>): void {
    if (records.length > 0) this.#free.push(records);
  }

  #freeBuffer(): Float64Array<ArrayBuffer> | null {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#made === MAX_BUFFERS) return null;
    this.#made++;
    return new Float64Array(CHUNK_RECORDS * RECORD_LENGTH);
  }

  #rowPlace(row: { readonly method: string; readonly name: string }, userClass: string): number {
    if (row === this.#lastRow && userClass === this.#lastClass) return this.#lastPlace;
    [this.#lastRow, this.#lastClass] = [row, userClass];
    return this.#lastPlace = this.#placeOf(row, userClass);
  }

  #placeOf(row: { readonly method: string; readonly name: string }, userClass: string): number {
    let places = this.#rowPlaces.get(row);
    if (places === undefined) this.#rowPlaces.set(row, places = new Map());
    const known = places.get(userClass);
    if (known !== undefined) return known;
    const place = this.#rows.push({ method: row.method, name: row.name, userClass }) - 1;
    places.set(userClass, place);
    return place;
  }

  #errorPlace(error: string): number {
    const known = this.#errorPlaces.get(error);
    if (known !== undefined) return known;
    const text = error.length > MAX_ERROR_LENGTH ? `${error.slice(0, MAX_ERROR_LENGTH)}…` : error;
    const place = this.#errors.push(text) - 1;
    this.#errorPlaces.set(error, place);
    return place;
  }
}
