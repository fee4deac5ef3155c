/**
 * The program that plans a run on several machines and merges what they measure.
 *
 * @module
 */

import { nowMs, type Timer } from "../../core/clock.ts";
import { UsageError } from "../../core/errors.ts";
import { formatDuration } from "../../core/units.ts";
import { VERSION } from "../../core/version.ts";
import type { RunOptions } from "../../engine/options/options.ts";
import type { FleetFactory } from "../../engine/run/fleet/fleet.ts";
import { AgentHandle } from "./agent_handle.ts";
import { type Bundle, isOwnModule } from "../files/bundle.ts";
import { collectBundle } from "../files/collect.ts";
import { oneMachineForms } from "../files/one_machine_forms.ts";
import { ClusterShare } from "../shared/cluster_share.ts";
import { ClusterFleet } from "./cluster_fleet.ts";
import { agentFlags, agentIn, counted, joinIn } from "./joining.ts";
import { LeftOut } from "./left_out.ts";
import { inSeconds } from "./machine_states.ts";
import { ServerWatch } from "./server_watch.ts";
import { encode } from "../wire/reports/codec.ts";
import {
  closeNats,
  connectNats,
  type NatsConnection,
  type NatsOptions,
  networkOf,
  openServerWarning,
} from "../wire/connection.ts";
import type { Network } from "../wire/link.ts";
import { AGENT_NAME_WANTED, isAgentName } from "../../core/agent_name.ts";
import { serveFiles } from "../wire/file_transfer.ts";
import { proofOf } from "../wire/proof.ts";
import {
  ALONE_SHARE,
  type Call,
  CALL_EVERY_MS,
  CALL_SUBJECT,
  type Join,
  type JoinAnswer,
  LOST_AFTER_MS,
  PING_EVERY_MS,
  PROTOCOL,
  type RunSubjects,
  subjectsOf,
} from "../wire/protocol.ts";

/** What a coordinator is to do. */
export interface CoordinatorOptions {
  /** The NATS server. */
  readonly nats: NatsOptions;
  /** Whether it was started for this run, so that only this program can tell its URL. @default {false} */
  readonly isOwnServer?: boolean;
  /** Agents to wait for. */
  readonly machines: number;
  /** Agents that are enough once the wait is over. @default all; once all have joined, one that is not lost */
  readonly startWith?: number;
  /** Secret of the agents. @default none */
  readonly secret?: string;
  /** Patterns of files that agents need, relative to the locustfile's folder. @default none */
  readonly include?: readonly string[];
  /** How long to wait for agents, in milliseconds. */
  readonly waitMs: number;
  /** Whether the run stops when an agent is lost; otherwise the others go on with its users. @default {false} */
  readonly stopsOnLoss?: boolean;
  /** Silence after which an agent is lost, in milliseconds. @default {10000} */
  readonly lostAfterMs?: number;
  /** How long a NATS server that is away is waited for once the user ends the run, in milliseconds. @default {3000} */
  readonly serverGraceMs?: number;
  /** Workers on each machine. @default one per core of the machine */
  readonly workersEach?: number;
  /** Receives what the user must know, one line each. */
  readonly log: (level: "info" | "warning", text: string) => void;
}

/** Pings when an agent joins, by which its clock is known at the start. */
const FIRST_PINGS = 50;
/** Longest that they take, in milliseconds. */
const FIRST_PINGS_MS = 3000;
/** How long agents have to acknowledge the end of the run, in milliseconds. */
const END_MS = 2000;
/** How long a NATS server that is away is waited for once the run is to end, in milliseconds. */
const SERVER_GRACE_MS = 3000;
const NOTHING = new Uint8Array(0);

/** Finds the agents of one run and stays in touch with them. */
export class Coordinator {
  readonly #options: CoordinatorOptions;
  readonly #connection: NatsConnection;
  readonly #network: Network;
  /** Messages that could not be read. */
  #junk = 0;
  readonly #run = crypto.randomUUID().replaceAll("-", "");
  readonly #subjects: RunSubjects = subjectsOf(this.#run);
  readonly #agents = new Map<string, AgentHandle>();
  readonly #timers: Timer[] = [];
  readonly #changed = new EventTarget();
  #bundle: Bundle | null = null;
  #unserve: () => void = () => {};
  #isComplete = false;
  readonly #leftOut: LeftOut;
  #lostAfterMs: number;
  readonly #server: ServerWatch;

  private constructor(options: CoordinatorOptions, connection: NatsConnection) {
    this.#options = options;
    this.#leftOut = new LeftOut(options.log);
    this.#lostAfterMs = options.lostAfterMs ?? LOST_AFTER_MS;
    this.#connection = connection;
    this.#server = new ServerWatch(connection, {
      log: options.log,
      onBack: () => this.#agents.forEach((agent) => agent.heardMs = nowMs()),
      onGone: (awayMs) => this.#loseAll(`the NATS server has been away for ${inSeconds(awayMs)}`),
    });
    this.#network = networkOf(connection, (subject) => this.#noteJunk(subject));
    this.#network.serve(this.#subjects.join, (bytes) => encode(this.#answer(joinIn(bytes))));
    this.#network.serve(this.#subjects.busy, (bytes) => {
      const busy = agentIn(bytes);
      if (!this.#isComplete && !this.#agents.has(busy.agent)) this.#leftOut.noteBusy(busy);
      return NOTHING;
    });
    this.#timers.push(setInterval(() => this.#check(), PING_EVERY_MS));
  }

  /**
   * Connects to the NATS server.
   *
   * @throws {UsageError} if it cannot be reached
   */
  static async open(options: CoordinatorOptions): Promise<Coordinator> {
    return new Coordinator(options, await connectNats(options.nats));
  }

  /**
   * Waits for the agents.
   *
   * @param locustfile URL of the file that they will run; `null` without one
   * @param signal Ends the wait
   * @throws {UsageError} if too few join in time
   */
  async gather(locustfile: string | null, signal: AbortSignal): Promise<void> {
    this.#bundle = locustfile === null ? null : await collectBundle(locustfile, this.#options.include);
    checkForms(this.#bundle);
    if (this.#bundle !== null) {
      this.#unserve = serveFiles(this.#network, this.#subjects.files, this.#bundle.packed);
    }
    const { machines, waitMs, startWith = machines, log } = this.#options;
    const { nats, isOwnServer = false, secret } = this.#options;
    const warning = openServerWarning(nats, secret !== undefined);
    if (warning !== null) log("warning", warning);
    log("info", `Waiting for ${counted(machines)}; start ${machines === 1 ? "it" : "each"} with`);
    log("info", `locust agent ${agentFlags(nats, isOwnServer, secret !== undefined)}`);
    const call = () => this.#connection.publish(CALL_SUBJECT, encode({ run: this.#run } satisfies Call));
    const calls = setInterval(call, CALL_EVERY_MS);
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(), waitMs);
    const wait = AbortSignal.any([over.signal, signal]);
    try {
      call();
      while (!this.#isComplete) {
        while (this.#agents.size < machines && !wait.aborted) await this.#change(wait);
        if (!signal.aborted) await Promise.all([...this.#agents.values()].map(measureOften));
        this.#isComplete = this.#agents.size >= machines || wait.aborted; // one may be lost meanwhile
      }
    } finally {
      clearTimeout(timer);
      clearInterval(calls);
      this.#isComplete = true;
    }
    if (signal.aborted) return;
    const joined = this.#agents.size;
    if (joined < startWith) {
      throw new UsageError([
        `Cannot start: ${joined} of ${counted(machines)} joined within ${formatDuration(waitMs)}` +
        (startWith < machines ? `, expected at least ${startWith}` : "") + this.#leftOut.text,
      ], this.#leftOut.hint);
    }
    if (joined < machines) log("warning", `Starting with ${joined} of ${counted(machines)}`);
  }

  /** Creates the fleet of the run, over the agents that have joined. */
  readonly createFleet: FleetFactory = (options: RunOptions, events) =>
    new ClusterFleet({
      ...{ options, events, bundle: this.#bundle?.head ?? null, workersEach: this.#options.workersEach ?? null },
      agents: [...this.#agents.values()],
      share: new ClusterShare(this.#network, this.#subjects, this.#agents, (level, text) => {
        events.onLog(level, text);
      }),
      ...{ stopsOnLoss: this.#options.stopsOnLoss ?? false, leastAgents: this.#options.startWith ?? 1 },
      aloneAfterMs: this.#lostAfterMs * ALONE_SHARE,
      prove: (inForce) => {
        const { secret } = this.#options;
        return secret === undefined ? null : proofOf(secret, this.#run, inForce, this.#bundle?.head ?? null);
      },
    });

  /**
   * Waits only a moment for agents that cannot be reached: the user wants the run to end.
   *
   * @param isAtOnce Whether what they measure is not waited for
   */
  hurry(isAtOnce: boolean): void {
    if (isAtOnce) this.#lostAfterMs = Math.min(this.#lostAfterMs, SERVER_GRACE_MS);
    this.#server.limitTo(isAtOnce ? 0 : this.#options.serverGraceMs ?? SERVER_GRACE_MS);
  }

  /** Ends the agents' part in the run, and everything here. */
  async close(): Promise<void> {
    this.#timers.forEach(clearInterval);
    this.#server.close();
    this.#unserve();
    if (this.#junk > 1) this.#options.log("warning", `Ignored ${this.#junk} messages that could not be read`);
    await Promise.all([...this.#agents.values()].filter(({ isLost }) => !isLost).map((agent) => agent.close(END_MS)));
    await closeNats(this.#connection);
  }

  #answer(join: Join): JoinAnswer {
    const { agent, name, version, protocol } = join;
    if (this.#agents.has(agent)) return { isAccepted: true }; // it has not heard the first answer
    if (!isAgentName(name)) return { isAccepted: false, reason: `its name is not ${AGENT_NAME_WANTED}` };
    if (this.#isComplete || this.#agents.size >= this.#options.machines) return { isAccepted: false, reason: null };
    if (version !== VERSION || protocol !== PROTOCOL) {
      return { isAccepted: false, reason: this.#leftOut.noteVersion(join) };
    }
    this.#leftOut.forget(agent);
    const names = new Set([...this.#agents.values()].map((one) => one.name));
    let unique = name;
    for (let number = 2; names.has(unique); number++) unique = `${name} (${number})`;
    const handle = new AgentHandle(this.#network, this.#subjects, join, unique);
    this.#agents.set(agent, handle);
    handle.events = { onNews: () => {}, onLost: (_, { message }) => this.#replace(agent, message) };
    const { cores } = handle;
    const place = `${this.#agents.size} of ${this.#options.machines}`;
    this.#options.log("info", `Agent ${unique} has joined (${place}, ${cores === 1 ? "1 core" : `${cores} cores`})`);
    this.#changed.dispatchEvent(new Event("change"));
    return { isAccepted: true };
  }

  /** Forgets an agent that is lost while others are waited for: another one may take its place. */
  #replace(agent: string, why: string): void {
    this.#agents.delete(agent);
    this.#options.log("warning", why);
    this.#changed.dispatchEvent(new Event("change"));
  }

  /** Warns of the first; their number is told at the end. */
  #noteJunk(subject: string): void {
    if (++this.#junk === 1) this.#options.log("warning", `Ignored a message on ${subject} that cannot be read`);
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#changed.addEventListener("change", () => resolve(), { once: true });
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  /** Pings all agents, and looks for those that are silent; without a server, nobody can be heard. */
  #check(): void {
    if (this.#server.isAway) return;
    for (const agent of this.#agents.values()) {
      if (agent.isLost) continue;
      void agent.measure();
      if (nowMs() - agent.heardMs < this.#lostAfterMs) continue;
      agent.lose("lost", `silent for ${inSeconds(nowMs() - agent.heardMs)}`);
    }
  }

  #loseAll(why: string): void {
    for (const agent of this.#agents.values()) agent.heardMs = 0; // so that none counts as one that goes on
    for (const agent of this.#agents.values()) agent.lose("lost", why);
  }
}

/** Refuses calls that act on one machine only. */
function checkForms(bundle: Bundle | null): void {
  const modules = (bundle?.files ?? []).filter(({ path }) => isOwnModule(path));
  const problems = oneMachineForms(modules.map(({ path, bytes }) => ({ path, text: new TextDecoder().decode(bytes) })));
  if (problems.length > 0) throw new UsageError(problems, "What is expected works in a run on one machine, too.");
}

async function measureOften(agent: AgentHandle): Promise<void> {
  const endMs = nowMs() + FIRST_PINGS_MS;
  for (let ping = 0; ping < FIRST_PINGS && nowMs() < endMs && !agent.isLost; ping++) await agent.measure();
}
