/**
 * Samples of requests as binary records.
 *
 * @module
 */

/** Places of the fields of a record, each a 64-bit float. Times are in milliseconds. */
export const Field = {
  /** Start, on `nowMs`' clock, which is wall-clock time. */
  start: 0,
  /** Delay of the start against the schedule; 0 without one. */
  lateness: 1,
  ttfb: 2,
  ttlb: 3,
  dns: 4,
  connect: 5,
  tls: 6,
  bytes: 7,
  /** Number of the user; -1 if unknown. */
  user: 8,
  /** Status code; 0 without a response, or of another protocol. */
  status: 9,
  /** Place of the row in the chunk's list. */
  row: 10,
  /** Place of the error in the chunk's list; -1 for a success. */
  error: 11,
  /** Place of the trace's id in the chunk's list; -1 without a trace. */
  trace: 12,
} as const;

/** Length of a record, in numbers. */
export const RECORD_LENGTH = 13;
/** Records of one chunk. */
export const CHUNK_RECORDS = 1000;

/** The row of a sample, and the class of its user. */
export interface SampleRow {
  readonly method: string;
  readonly name: string;
  readonly userClass: string;
}

/** Some samples of one worker, in the order in which their verdicts became final. */
export interface SampleChunk {
  /** The records, and room for more. */
  readonly records: Float64Array<ArrayBuffer>;
  /** How many records there are. */
  readonly count: number;
  /** Rows that the records refer to. */
  readonly rows: readonly SampleRow[];
  /** Error messages that the records refer to. */
  readonly errors: readonly string[];
  /** Ids of traces that the records refer to. */
  readonly traceIds: readonly string[];
  /** Samples dropped since the last chunk, because no buffer was free. */
  readonly dropped: number;
}

/** What became of the samples of a run. */
export interface SampleCounts {
  /** Path of the file, as given. */
  readonly file: string;
  /** Share of successes that was to be written, 0–1; failures all are. */
  readonly ratio: number;
  /** Samples in the file. */
  readonly written: number;
  /** Samples that were to be in the file and are not. */
  readonly dropped: number;
  /** Why the file is not whole; `null` if it is, but for what was dropped. */
  readonly failure: string | null;
}

/** Writes the samples of a run. */
export interface SampleSink {
  /** Share of successes to record, 0–1; failures all are. */
  readonly ratio: number;
  /** Notes when the load starts, on `nowMs`' clock. */
  begin(startMs: number): void;
  /**
   * Takes a chunk.
   *
   * @param giveBack Receives its memory once it is no longer needed
   */
  take(chunk: SampleChunk, giveBack: (records: Float64Array<ArrayBuffer>) => void): void;
  /** Writes what is left and closes the file; called once, after the last chunk. Never rejects. */
  end(): Promise<SampleCounts>;
  /** Lets go of everything, if nothing more is to be written. */
  close(): void;
}
