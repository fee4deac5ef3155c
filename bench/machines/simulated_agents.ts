/**
 * Agents that make no load: each reports so many rows a second, as 50 requests a row would make them.
 *
 * Usage: simulated_agents.ts <NATS URL> <agents> <rows>
 *
 * @module
 */

import { nowMs } from "../../lib/core/clock.ts";
import { VERSION } from "../../lib/core/version.ts";
import { decode, encode } from "../../lib/cluster/wire/reports/codec.ts";
import { connectNats, networkOf } from "../../lib/cluster/wire/connection.ts";
import { Link, type Network } from "../../lib/cluster/wire/link.ts";
import {
  type Call,
  CALL_SUBJECT,
  type FromAgent,
  type Join,
  PROTOCOL,
  REPORT_EVERY_MS,
  subjectsOf,
  type ToAgent,
} from "../../lib/cluster/wire/protocol.ts";
import { reportEncoder } from "../../lib/cluster/wire/reports/report_codec.ts";
import { Recorder, type StatsDelta } from "../../lib/stats/recorder.ts";

/** Requests of each row in a report. */
export const REQUESTS_A_ROW = 50;

/** Returns what an agent may measure in a second: log-normal times around 5 ms. */
export function someDelta(rows: number): StatsDelta {
  const recorder = new Recorder();
  for (let row = 0; row < rows; row++) {
    const series = recorder.series("GET", `/shop/category/${row}/items`);
    for (let request = 0; request < REQUESTS_A_ROW; request++) {
      const normal = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
      series.record(5 * Math.exp(normal / 2), false, 1000, 0, 200);
    }
  }
  return recorder.takeDelta();
}

class SimulatedAgent {
  readonly #id = crypto.randomUUID().replaceAll("-", "");
  readonly #network: Network;
  readonly #deltas: readonly StatsDelta[];
  #link: Link<FromAgent, ToAgent> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #requests = 0;

  constructor(network: Network, rows: number) {
    this.#network = network;
    this.#deltas = [0, 1, 2].map(() => someDelta(rows));
  }

  async join(run: string): Promise<void> {
    if (this.#link !== null) return;
    const subjects = subjectsOf(run);
    const id = this.#id;
    this.#link = new Link(this.#network, subjects.fromAgent(id), subjects.toAgent(id), (order) => this.#take(order), {
      encode: reportEncoder(),
    });
    this.#network.serve(subjects.ping(id), () => new Uint8Array(new Float64Array([nowMs()]).buffer));
    const join: Join = { agent: id, name: id.slice(0, 6), version: VERSION, protocol: PROTOCOL, cores: 1 };
    await this.#network.request(subjects.join, encode(join), { timeout: 10_000 });
  }

  #take(order: ToAgent): void {
    if ("id" in order) return this.#link!.send({ type: "done", id: order.id });
    if (order.type === "start") {
      const first = Math.max(0, order.start.startMs - nowMs()) + Math.random() * REPORT_EVERY_MS;
      this.#timer = setTimeout(() => this.#timer = setInterval(() => this.#report(), REPORT_EVERY_MS), first);
    } else if (order.type === "stop" || order.type === "interrupt") {
      clearInterval(this.#timer);
      this.#report();
      this.#link!.send({ type: "ended", atMs: nowMs(), isLimitReached: false });
    } else if (order.type === "end") Deno.exit();
  }

  #report(): void {
    const delta = { ...this.#deltas[Math.floor(Math.random() * 3)]!, toMs: nowMs() };
    this.#requests += delta.series.length * REQUESTS_A_ROW;
    const iterations = this.#requests;
    this.#link!.send({
      type: "report",
      deltas: [{ delta, isWarmUp: false }],
      state: {
        ...{ users: 1, mostUsers: 1, iterations, interruptedIterations: 0, endedIterations: iterations },
        ...{ hasSucceeded: true, starts: [], classStarts: [] },
        workers: [{ worker: "Worker 1", users: 1, busyShare: 0.5, lagMs: 1 }],
      },
    });
  }
}

if (import.meta.main) {
  const [url, count, rows] = Deno.args;
  const connection = await connectNats({ url: url! });
  const network = networkOf(connection);
  const agents = Array.from({ length: Number(count) }, () => new SimulatedAgent(network, Number(rows)));
  connection.subscribe(CALL_SUBJECT, {
    callback: (_, message) => {
      const { run } = decode(message.data) as Call;
      for (const agent of agents) void agent.join(run);
    },
  });
}
