/**
 * `locust --web`: runs that are started, watched and steered from a page.
 *
 * @module
 */

import { EXIT_CODES, UsageError } from "../../core/errors.ts";
import { hostName } from "../../core/host_name.ts";
import { isLoopback, parseListenAddress } from "../../core/listen_address.ts";
import { readable } from "../../core/error_site.ts";
import { RunSession } from "../../engine/run/run_session.ts";
import { EventHub } from "../../web/event_hub.ts";
import { randomSecret } from "../../web/guard.ts";
import { type FieldDefinition, RunDesk } from "../../web/run_desk.ts";
import { DEFAULT_PERCENTILES } from "../../report/percentiles.ts";
import { pagePercentiles } from "../../web/protocol.ts";
import { WebServer } from "../../web/web_server.ts";
import type { Flag } from "../flags/flag.ts";
import { FLAGS } from "../flags/flags.ts";
import { load, type RunPlan } from "../load.ts";
import { listenProblem } from "./listen_problem.ts";
import { openBrowser } from "./open_browser.ts";
import type { Command } from "../parse.ts";
import type { AppParts } from "../parts.ts";
import type { ProcessState } from "../process.ts";

/** Options that the form has, in its order, with their labels. */
const FIELDS: readonly (readonly [key: string, label: string])[] = [
  ["users", "Users"],
  ["rate", "Rate"],
  ["duration", "Duration"],
  ["host", "Host"],
  ["arrivalRate", "Arrival rate"],
  ["iterations", "Iterations"],
  ["only", "Classes"],
  ["thresholds", "Thresholds"],
  ["config", "Stages"],
];

/** A command line that asks for the page, with its options in force. */
export type WebCommand = Extract<Command, { web: unknown }> & RunPlan;

/**
 * Serves the page until the program receives a stop signal, or its run has ended with `--exit`.
 *
 * @param observers Watch each run beside the page
 * @returns The exit code: that of the last run, 0 without one
 * @throws {UsageError} if the address cannot be used
 */
export async function serveWeb(process: ProcessState, parts: AppParts, command: WebCommand): Promise<number> {
  if (command.cluster.machines === undefined) {
    return await serve(process, parts, command, new RunSession(parts.createRunner));
  }
  const { MachinesSession } = await import("./machines.ts"); // with all that only runs on several machines need
  const machines = await MachinesSession.open(parts, command);
  try {
    return await serve(process, parts, command, machines.session);
  } finally {
    await machines.close();
  }
}

async function serve(
  process: ProcessState,
  parts: AppParts,
  command: WebCommand,
  session: RunSession,
): Promise<number> {
  const { web, options, resolved, outputs } = command;
  const address = parseListenAddress(web.web!);
  const token = web.webToken ?? randomSecret();
  const percentiles = pagePercentiles(outputs.reports.percentiles ?? DEFAULT_PERCENTILES);
  const closing = Promise.withResolvers<void>();
  let exitCode: number = EXIT_CODES.completed;
  const desk: RunDesk = new RunDesk({
    run: async (runOptions, observer, onLog) => {
      try {
        const watch = { observers: [observer], onLog, onSignal: () => closing.resolve() };
        return await load(process, parts, session, runOptions, outputs, watch);
      } catch (error) {
        process.stderr.write(`${errorText(error)}\n`);
        throw error;
      }
    },
    controls: () => session.controls,
    inspect: (runOptions) => parts.inspectScript(runOptions, () => {}),
    fields: formFields(),
    percentiles,
    options: { ...options, ...(resolved.locustfile === null ? {} : { locustfile: resolved.locustfile }) },
    subject: resolved.url ?? readable(String(resolved.locustfile)),
    onEnded: (code) => {
      exitCode = code;
      if (web.exit || isClosing) closing.resolve();
    },
  }, { send: (type, data) => hub.send(type, data) });
  const hub = new EventHub(() => desk.state());
  const server = listen({ ...address, token, desk, hub, percentiles });
  const url = pageUrl(address.host, server.port, token);
  process.stderr.write(`Open ${url}\n${warningFor(address.host)}`);
  let isClosing = false;
  const dispose = process.onSignal(() => {
    isClosing = true;
    if (!desk.isBusy) closing.resolve();
  });
  if (web.open) openBrowser(url);
  void desk.inspect();
  if (web.start) desk.start({});
  try {
    await closing.promise;
    while (desk.isBusy) await new Promise((resolve) => setTimeout(resolve, 50));
  } finally {
    dispose();
    await server.close();
  }
  return exitCode;
}

function errorText(error: unknown): string {
  return error instanceof UsageError ? error.text : (error as Error).message;
}

/** Returns the fields of the form; labels are its own, help is the command line's. */
function formFields(): FieldDefinition[] {
  return FIELDS.map(([key, label]) => {
    const flag: Flag = FLAGS.find((one) => one.key === key)!;
    return { key, label, help: flag.help, isList: flag.kind === "repeatable", flag: `--${flag.long}` };
  });
}

function pageUrl(host: string, port: number, token: string): string {
  const named = (host === "0.0.0.0" || host === "::" ? hostName() : null) ?? host;
  const name = named.includes(":") ? `[${named}]` : named;
  return `http://${name}:${port}/#token=${token}`;
}

function warningFor(host: string): string {
  return isLoopback(host)
    ? ""
    : "Anyone with this address can run load tests from this machine; it is sent unencrypted, so use it only in a network you trust\n";
}

function listen(options: ConstructorParameters<typeof WebServer>[0]): WebServer {
  try {
    return new WebServer(options);
  } catch (error) {
    options.hub.close();
    throw listenProblem("--web", options, error);
  }
}
