/**
 * The cost of establishing connections, separate from the requests that needed them.
 *
 * @module
 */

import { Histogram, type HistogramDelta } from "./histogram.ts";

/** Phases of establishing a connection, in order. */
export const CONNECT_PHASES: readonly ConnectPhase[] = ["dns", "connect", "tls"];
/** A phase of establishing a connection: name lookup, TCP handshake, TLS handshake. */
export type ConnectPhase = "dns" | "connect" | "tls";

/** TLS handshakes by kind. */
export interface HandshakeCounts {
  /** Full handshakes, which start a session. */
  readonly full: number;
  /** Handshakes that resumed a session of an earlier connection of the same user. */
  readonly resumed: number;
}

/** Changes since the last delta; phases without any time are left out. */
export interface ConnectionsDelta {
  readonly count: number;
  readonly handshakes: HandshakeCounts;
  readonly phases: { readonly [Phase in ConnectPhase]?: HistogramDelta };
}

/** Times of the connections established, by phase. */
export class ConnectionTimes {
  #count = 0;
  #full = 0;
  #resumed = 0;
  readonly #phases = new Map<ConnectPhase, Histogram>();

  /** Number of connections. */
  get count(): number {
    return this.#count;
  }

  /** TLS handshakes by kind. */
  get handshakes(): HandshakeCounts {
    return { full: this.#full, resumed: this.#resumed };
  }

  /** Returns the times of a phase, in microseconds; `null` if no connection had this phase. */
  phase(phase: ConnectPhase): Histogram | null {
    return this.#phases.get(phase) ?? null;
  }

  /**
   * Records one connection.
   *
   * @param dnsMs Times are in milliseconds; a phase of 0 is left out
   * @param handshake The kind of its TLS handshake; `null` without one
   */
  record(dnsMs: number, connectMs: number, tlsMs: number, handshake: keyof HandshakeCounts | null): void {
    this.#count++;
    if (handshake === "full") this.#full++;
    else if (handshake === "resumed") this.#resumed++;
    this.#add("dns", dnsMs);
    this.#add("connect", connectMs);
    this.#add("tls", tlsMs);
  }

  /** Returns the records since the last call and resets them; `null` if there are none. */
  takeDelta(): ConnectionsDelta | null {
    if (this.#count === 0) return null;
    const phases = Object.fromEntries([...this.#phases].map(([phase, histogram]) => [phase, histogram.takeDelta()]));
    const delta = { count: this.#count, handshakes: this.handshakes, phases };
    this.#count = this.#full = this.#resumed = 0;
    this.#phases.clear();
    return delta;
  }

  /** Adds the records of a delta. */
  addDelta(delta: ConnectionsDelta): void {
    this.#count += delta.count;
    this.#full += delta.handshakes.full;
    this.#resumed += delta.handshakes.resumed;
    for (const phase of CONNECT_PHASES) {
      const change = delta.phases[phase];
      if (change !== undefined) this.#histogram(phase).addDelta(change);
    }
  }

  #add(phase: ConnectPhase, ms: number): void {
    if (ms > 0) this.#histogram(phase).record(ms * 1000);
  }

  #histogram(phase: ConnectPhase): Histogram {
    let histogram = this.#phases.get(phase);
    if (histogram === undefined) this.#phases.set(phase, histogram = new Histogram());
    return histogram;
  }
}
