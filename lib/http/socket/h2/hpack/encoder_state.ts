/**
 * The state of a header encoder.
 *
 * @module
 */

import { type HeaderLine, lineSizeBytes, STATIC_COUNT } from "./static_table.ts";

/** Size of the dynamic table that encoders use if the server allows it, in bytes: the protocol's default. */
export const ENCODER_TABLE_BYTES = 4096;
/** Largest share of the table for one entry. */
const MAX_SHARE = 1 / 4;
/** Most states shared by all connections of a thread; further ones are not shared. */
const MAX_SHARED_STATES = 1024;

let sharedStates = 0;

/**
 * The content of an encoder's dynamic table, immutable: adding a line leads to another state. Lines are added until the
 * table is full and never dropped, so a connection soon stays in one state.
 *
 * Connections that send the same are in the same state, the same object. So a block encoded in a state is right for all
 * connections in that state, and is kept once for all users. A state costs some 100 bytes.
 */
export class EncoderState {
  /** Size of the table in bytes. */
  readonly maxBytes: number;
  readonly #parent: EncoderState | null;
  /** The newest entry; `null` for the empty table. */
  readonly #line: HeaderLine | null;
  readonly #sizeBytes: number;
  /** `null` for a state that is not shared. */
  readonly #children: Map<string, EncoderState> | null;

  private constructor(maxBytes: number, parent: EncoderState | null, line: HeaderLine | null, sizeBytes: number) {
    this.maxBytes = maxBytes;
    this.#parent = parent;
    this.#line = line;
    this.#sizeBytes = sizeBytes;
    const isShared = sharedStates < MAX_SHARED_STATES && (parent === null || parent.#children !== null);
    if (isShared) sharedStates++;
    this.#children = isShared ? new Map() : null;
  }

  static readonly #empty = new Map<number, EncoderState>();

  /**
   * Returns the state of a new connection.
   *
   * @param limitBytes Largest table that the server allows, in bytes
   */
  static empty(limitBytes: number): EncoderState {
    const maxBytes = Math.min(limitBytes, ENCODER_TABLE_BYTES);
    const known = EncoderState.#empty.get(maxBytes);
    if (known !== undefined) return known;
    const state = new EncoderState(maxBytes, null, null, 0);
    if (state.#children !== null) EncoderState.#empty.set(maxBytes, state);
    return state;
  }

  /** Returns the index of a line in the table, or 0. */
  indexOf(name: string, value: string): number {
    return EncoderState.#find(this, name, value);
  }

  /** Returns the index of the newest line of a name, or 0. */
  indexOfName(name: string): number {
    return EncoderState.#find(this, name, null);
  }

  static #find(from: EncoderState, name: string, value: string | null): number {
    let index = STATIC_COUNT + 1;
    for (let state = from; state.#line !== null; state = state.#parent!, index++) {
      if ((value === null || state.#line[1] === value) && state.#line[0] === name) return index;
    }
    return 0;
  }

  /** Returns the state after adding a line; `null` if it does not fit. */
  with(line: HeaderLine): EncoderState | null {
    const size = lineSizeBytes(line);
    if (size > this.maxBytes * MAX_SHARE || this.#sizeBytes + size > this.maxBytes) return null;
    const key = `${line[0]}\n${line[1]}`;
    const known = this.#children?.get(key);
    if (known !== undefined) return known;
    const state = new EncoderState(this.maxBytes, this, line, this.#sizeBytes + size);
    if (state.#children !== null) this.#children!.set(key, state);
    return state;
  }
}
