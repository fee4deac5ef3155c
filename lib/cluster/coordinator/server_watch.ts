/**
 * Whether a coordinator's NATS server is there.
 *
 * @module
 */

import { nowMs, type Timer } from "../../core/clock.ts";
import type { NatsConnection } from "../wire/connection.ts";

/** Longest that the server may be away, in milliseconds; after that, agents count as silent. */
const MOST_AWAY_MS = 60_000;

/** What a watch tells. */
export interface ServerWatchEvents {
  /** Receives what the user must know, one line each. */
  readonly log: (level: "info" | "warning", text: string) => void;
  /** The server is there again. */
  readonly onBack: () => void;
  /** The run is to end, and the server has not come back in time; for how long it is away, in milliseconds. */
  readonly onGone: (awayMs: number) => void;
}

/** Follows a connection until it is closed. */
export class ServerWatch {
  readonly #events: ServerWatchEvents;
  /** When the connection was lost; `null` while there is one. */
  #awaySinceMs: number | null = null;
  /** How long a server that is away is still waited for, in milliseconds; `null` for as long as it takes. */
  #graceMs: number | null = null;
  #timer: Timer | undefined = undefined;
  #isClosed = false;

  /** Starts to watch. */
  constructor(connection: Pick<NatsConnection, "status">, events: ServerWatchEvents) {
    this.#events = events;
    void this.#follow(connection);
  }

  /** Whether the server is away, and agents cannot be blamed for their silence. */
  get isAway(): boolean {
    return this.#awaySinceMs !== null && nowMs() - this.#awaySinceMs < MOST_AWAY_MS;
  }

  /** Waits for a server that is away no longer than a time from now on, in milliseconds; then it is gone. */
  limitTo(graceMs: number): void {
    this.#graceMs = graceMs;
    this.#expect();
  }

  /** Stops waiting. */
  close(): void {
    this.#isClosed = true;
    this.#graceMs = null;
    clearTimeout(this.#timer);
  }

  #expect(): void {
    clearTimeout(this.#timer);
    if (this.#graceMs === null || this.#awaySinceMs === null) return;
    if (this.#isClosed && this.#graceMs > 0) return; // the end is near anyway
    this.#timer = setTimeout(() => this.#events.onGone(nowMs() - this.#awaySinceMs!), this.#graceMs);
  }

  async #follow(connection: Pick<NatsConnection, "status">): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === "disconnect" && this.#awaySinceMs === null) {
        this.#awaySinceMs = nowMs();
        this.#events.log("warning", "The connection to the NATS server is lost: trying again");
        this.#expect();
      } else if (type === "reconnect") {
        this.#awaySinceMs = null;
        clearTimeout(this.#timer);
        this.#events.onBack();
        this.#events.log("info", "Connected to the NATS server again");
      }
    }
  }
}
