/**
 * Watches runs and answers scrapes of Prometheus with their figures.
 *
 * @module
 */

import { HostCheck, type ListenAddress } from "../../core/listen_address.ts";
import type { RunObserver, RunResult, RunView } from "../../stats/run_model.ts";
import { type Measurement, measurementsOf, type Snapshot, snapshotOfResult, snapshotOfView } from "../measurements.ts";
import type { NameSet } from "../metrics.ts";
import { familiesOf, type Family } from "./families.ts";
import { Listener, plainAnswer, type ScrapeAnswer, type ScrapeRequest } from "./listener.ts";
import { Monotonic } from "./monotonic.ts";
import { type Format, formatFor } from "./negotiation.ts";

/** The path of the figures. */
export const METRICS_PATH = "/metrics";
/** A header of scrapes by Prometheus, and by others that scrape in its way; a look by hand has none. */
const SCRAPE_HEADER = "x-prometheus-scrape-timeout-seconds";
/** Who has not scraped for this long is not waited for, in milliseconds. */
const RECENT_MS = 150_000;
/** Most clients that are remembered. */
const MAX_CLIENTS = 64;

const EMPTY: Snapshot = { summary: null, users: 0, targetUsers: 0, iterations: 0, workers: [] };

/**
 * Serves the figures of a run, up to date to a second, and after its end those of its summary, until it is closed. They
 * are rendered once for each format and second, however many scrape.
 */
export class PrometheusExporter implements RunObserver {
  readonly #listener: Listener;
  readonly #hosts: HostCheck;
  readonly #names: NameSet;
  readonly #nowMs: () => number;
  #snapshot: Snapshot = EMPTY;
  #isFinal = false;
  #counters = new Monotonic();
  #families: readonly Family[] | null = null;
  readonly #rendered = new Map<Format, Uint8Array<ArrayBuffer>>();
  /** When each client scraped last, and whether it got final figures. */
  readonly #clients = new Map<string, { atMs: number; hasFinal: boolean }>();
  /** Called with each scrape. */
  #onScrape: () => void = () => {};

  /**
   * Begins to listen.
   *
   * @param nowMs Returns the time, on any clock that goes forward
   * @throws {Deno.errors.AddrInUse} if the port is taken
   */
  constructor(address: ListenAddress, names: NameSet, nowMs: () => number) {
    this.#listener = new Listener(address, (request) => this.#answer(request));
    this.#hosts = new HostCheck({ host: address.host, port: this.#listener.port });
    this.#names = names;
    this.#nowMs = nowMs;
  }

  /** The port: the one asked for, or if that was 0, the one given. */
  get port(): number {
    return this.#listener.port;
  }

  onStart(): void {
    this.#counters = new Monotonic();
    this.#show(EMPTY, false);
  }

  onView(view: RunView): void {
    this.#show(snapshotOfView(view), false);
  }

  onResult(result: RunResult): void {
    this.#show(snapshotOfResult(result), true);
  }

  onFailure(result: RunResult): void {
    this.onResult(result);
  }

  /** Whether a client that scraped lately has not seen the figures of a run that has ended. */
  get isAwaited(): boolean {
    const now = this.#nowMs();
    return this.#isFinal &&
      [...this.#clients.values()].some(({ atMs, hasFinal }) => !hasFinal && now - atMs <= RECENT_MS);
  }

  /** Waits until nobody is awaited any more. */
  async lastScrape(): Promise<void> {
    while (this.isAwaited) await new Promise<void>((resolve) => this.#onScrape = resolve);
  }

  /** Stops listening. */
  async close(): Promise<void> {
    await this.#listener.close();
  }

  #show(snapshot: Snapshot, isFinal: boolean): void {
    this.#snapshot = snapshot;
    this.#isFinal = isFinal;
    this.#families = null;
    this.#rendered.clear();
    if (!isFinal) { for (const client of this.#clients.values()) client.hasFinal = false; }
  }

  #answer({ method, path, headers, client }: ScrapeRequest): ScrapeAnswer {
    if (!this.#hosts.accepts(headers.get("host") ?? "")) {
      return plainAnswer(421, "Wrong host: use the address that locust has printed");
    }
    if (path !== METRICS_PATH) return plainAnswer(404, `Not found: the figures are at ${METRICS_PATH}`);
    if (method !== "GET" && method !== "HEAD") {
      return plainAnswer(405, "Wrong method: expected GET", { allow: "GET, HEAD" });
    }
    if (method === "GET" && headers.has(SCRAPE_HEADER)) this.#note(`${client} ${headers.get("user-agent") ?? ""}`);
    const format = formatFor(headers.get("accept") ?? "");
    return { status: 200, headers: { "content-type": format.contentType }, body: this.#render(format) };
  }

  #note(client: string): void {
    this.#clients.delete(client);
    if (this.#clients.size >= MAX_CLIENTS) this.#clients.delete([...this.#clients.keys()][0]!);
    this.#clients.set(client, { atMs: this.#nowMs(), hasFinal: this.#isFinal });
    this.#onScrape();
  }

  #render(format: Format): Uint8Array<ArrayBuffer> {
    let bytes = this.#rendered.get(format);
    if (bytes === undefined) {
      this.#families ??= familiesOf(this.#measurements());
      this.#rendered.set(format, bytes = format.render(this.#families));
    }
    return bytes;
  }

  /** The final ones are those of the summary, even if a counter falls. */
  #measurements(): Measurement[] {
    const measurements = measurementsOf(this.#snapshot, this.#names);
    return this.#isFinal ? measurements : this.#counters.raised(measurements);
  }
}
