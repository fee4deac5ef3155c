/**
 * A program that takes part in the runs of others.
 *
 * @module
 */

import { hostName } from "../../core/host_name.ts";
import { VERSION } from "../../core/version.ts";
import { closeNats, connectNats, type NatsOptions, networkOf } from "../wire/connection.ts";
import { AgentRun } from "./agent_run.ts";
import { decode, encode } from "../wire/reports/codec.ts";
import {
  type Busy,
  type Call,
  CALL_SUBJECT,
  type Join,
  type JoinAnswer,
  PROTOCOL,
  subjectsOf,
} from "../wire/protocol.ts";

export { openServerWarning } from "../wire/connection.ts";

/** What an agent is to do. */
export interface AgentOptions {
  readonly nats: NatsOptions;
  /** How it is called. @default host and process id */
  readonly name?: string;
  /** What a coordinator must have, too. @default nothing */
  readonly secret?: string;
  /** Whether it ends after one run. */
  readonly isOnce: boolean;
  /** Receives one line for each thing that happens. */
  readonly log: (text: string) => void;
  /** Ends the agent. */
  readonly signal: AbortSignal;
}

/** How long the answer to a wish to join may take, in milliseconds, and how often the wish is repeated. */
const JOIN_TIMEOUT_MS = 2000;
const JOIN_TRIES = 5;

/** Most runs of which an agent remembers that they are not for it, or that it has said that it is busy. */
const MAX_REMEMBERED = 100;

/**
 * Waits for runs and takes part in them, one after the other.
 *
 * @throws {UsageError} if the NATS server cannot be reached
 */
export async function runAgent({ nats, name, secret, isOnce, log, signal }: AgentOptions): Promise<void> {
  const connection = await connectNats(nats);
  const agent = crypto.randomUUID().replaceAll("-", "");
  const shownName = name ?? `${hostName() ?? "agent"}-${Deno.pid}`;
  const join: Join = {
    ...{ agent, name: shownName, version: VERSION, protocol: PROTOCOL },
    cores: navigator.hardwareConcurrency,
  };
  const network = networkOf(connection);
  log(`Agent ${shownName} is waiting for runs`);
  const over = Promise.withResolvers<void>();
  const refusedBy = new Set<string>();
  const toldBusy = new Set<string>();
  let current: AgentRun | null = null;
  let joined: string | null = null;

  const answer = async ({ run }: Call) => {
    if (signal.aborted || refusedBy.has(run)) return;
    if (current !== null) {
      if (joined !== null && joined !== run) void sayBusy(run);
      return;
    }
    const part = current = new AgentRun(network, run, join, log, secret); // listens before it is known
    const reply = await ask(run);
    if (reply?.isAccepted !== true) {
      if (typeof reply?.reason === "string") {
        remember(refusedBy, run);
        log(`Cannot take part in a run: ${reply.reason}`);
      }
      part.close();
      current = null;
      return;
    }
    joined = run;
    log("Found a run: waiting for it to begin");
    await part.ended;
    current = joined = null;
    if (part.isRefused) return remember(refusedBy, run); // it was no run of this agent, which waits on
    log("The run has ended");
    if (isOnce) over.resolve();
  };
  /** Says so once; the next call asks again if nobody has heard it. */
  const sayBusy = async (run: string) => {
    if (toldBusy.has(run)) return;
    remember(toldBusy, run);
    try {
      const busy: Busy = { agent, name: shownName };
      await network.request(subjectsOf(run).busy, encode(busy), { timeout: JOIN_TIMEOUT_MS });
    } catch {
      toldBusy.delete(run);
    }
  };
  const ask = async (run: string): Promise<JoinAnswer | null> => {
    for (let tries = 1;; tries++) {
      try {
        const reply = await network.request(subjectsOf(run).join, encode(join), { timeout: JOIN_TIMEOUT_MS });
        return decode(reply) as JoinAnswer;
      } catch (error) {
        // A coordinator that has accepted it, though its answer was lost, counts on it: it answers the same again.
        const isLate = (error as Error).name === "TimeoutError";
        if (!isLate || tries === JOIN_TRIES) return null; // it is gone; it calls again if not
      }
    }
  };
  connection.subscribe(CALL_SUBJECT, {
    callback: (_, message) => {
      const call = read(message.data);
      if (call !== null) void answer(call);
    },
  });
  signal.addEventListener("abort", () => over.resolve());
  if (signal.aborted) over.resolve();
  await over.promise;
  await (current as AgentRun | null)?.leave("it was stopped");
  await closeNats(connection);
}

function remember(runs: Set<string>, run: string): void {
  runs.add(run);
  if (runs.size > MAX_REMEMBERED) runs.delete([...runs][0]!);
}

function read(bytes: Uint8Array): Call | null {
  try {
    const call = decode(bytes) as Call;
    return typeof call.run === "string" && /^\w+$/.test(call.run) ? call : null;
  } catch {
    return null; // another program's
  }
}
