// Measures our tool and its peers against nginx, in turns and pinned the same way.
//
//   deno task bench --help

import { conditions } from "./host/machine.ts";
import { ensureNginx, type Nginx, nginxVersion, startNginx } from "./host/nginx.ts";
import { type BenchOptions, readOptions } from "./options.ts";
import { allowedCpus, type Cpus } from "./host/proc.ts";
import { scenarioSection, scheduleSection, soakSection, targetsSection } from "./report.ts";
import { type Bench, runScenario, type Scenario, type ScenarioResult } from "./scenarios.ts";
import { schedule, type ScheduleResult } from "./schedule.ts";
import { soak, type SoakResult } from "./soak.ts";
import { starts, type StartsResult } from "./starts.ts";
import { targetsOf } from "./targets.ts";
import { installed, type InstalledTool, type Tool, TOOLS } from "./tools/tools.ts";
import { which } from "./tools/which.ts";

const RESULTS = new URL("./RESULTS.md", import.meta.url);
/** Users of the scenario with two workers. */
const TWO_WORKERS_USERS = 100;
/** Users of the scenarios over HTTP/2. */
const HTTP2_USERS = 50;

const NOTES =
  `A request is \`GET /\` with an answer of 13 bytes, over connections that stay open. Tools whose scenario is
a script check the body. The tool runs on one core, nginx, with one worker process, on another. Rate, p50, p99 and
failures are what the tool itself reports. CPU is user and system time, start-up included, for 100,000 requests as nginx
counted them. "Connections" are those nginx accepted: where they are fewer than users, some were never served. "nginx
busy" is the share of a core that nginx used: near 100 %, it is the server that sets the rate.

"In pairs" is ours divided by the peer: each run of a peer stands between two of ours, whose mean counts; shown are the
median of all pairs and their range. A pair during which the machine was disturbed (more than 2 % of a core stolen, or a
loop before or after it more than 10 % slower than at best) is measured again once; "disturbed" are the pairs
that stayed so. What was tried for speed and left out is in [TRIED.md](TRIED.md).`;

/** Writes a line on stdout. */
function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

/** Writes a line on stderr. */
function log(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}

/** Returns the tools that were asked for and are there. */
async function chosenTools(only: readonly string[] | null): Promise<InstalledTool[]> {
  const isChosen = (tool: Tool) => only === null || only.includes(tool.name);
  const tools = await installed(TOOLS.filter(isChosen));
  const missing = TOOLS.filter((tool) => isChosen(tool) && !tools.some(({ name }) => name === tool.name));
  if (missing.length > 0) log(`Not on PATH, left out: ${missing.map(({ name }) => name).join(", ")}`);
  return tools;
}

/** Returns one core for the tool and one for nginx. */
async function twoCores(): Promise<[tool: Cpus, server: Cpus]> {
  for (const program of ["taskset", "timeout", "bash", "openssl"]) {
    if (await which(program) === null) throw new Error(`Cannot find ${program}: expected it on PATH`);
  }
  const [first, second] = allowedCpus();
  if (first === undefined || second === undefined) throw new Error("Cannot pin tool and server: expected two cores");
  return [String(first), String(second)];
}

/**
 * Added to a run for each user over TLS: to establish a connection takes each side about a millisecond, so that 4,000 of
 * them are most of a run of 5 s, and its rate that of handshakes.
 */
const TLS_SECONDS_PER_USER = 0.004;

function grid(users: readonly number[], toolCpus: Cpus, serverCpus: Cpus): Scenario[] {
  return (["http", "https"] as const).flatMap((scheme) =>
    users.map((count) => {
      const connectingSeconds = scheme === "https" ? Math.round(count * TLS_SECONDS_PER_USER) : 0;
      const length = connectingSeconds === 0 ? "" : `, runs longer by ${connectingSeconds} s`;
      return {
        title: `${scheme.toUpperCase()}, ${count.toLocaleString("en-US")} users${length}`,
        ...{ scheme, http: "1.1", users: count, streams: 1, threads: 1, connectingSeconds, toolCpus, serverCpus },
      };
    })
  );
}

function http2(toolCpus: Cpus, serverCpus: Cpus): Scenario[] {
  return [1, 10].map((streams) => ({
    title: `HTTP/2 over TLS, ${HTTP2_USERS} users, ${streams} ${streams === 1 ? "stream" : "streams"} each`,
    ...{ scheme: "https", http: "2", users: HTTP2_USERS, streams, threads: 1, connectingSeconds: 0 } as const,
    ...{ toolCpus, serverCpus },
  }));
}

function twoWorkers(cpus: Cpus): Scenario {
  const title = `HTTP, ${TWO_WORKERS_USERS} users, two workers on two cores with the server on the same machine`;
  return {
    ...{ title, scheme: "http", http: "1.1", users: TWO_WORKERS_USERS, streams: 1, threads: 2, connectingSeconds: 0 },
    ...{ toolCpus: cpus, serverCpus: cpus },
  };
}

async function run(options: BenchOptions, signal: AbortSignal): Promise<void> {
  const { rounds, seconds, parts } = options;
  const [toolCpu, serverCpu] = await twoCores();
  const nginxPath = await ensureNginx();
  const tools = await chosenTools(options.only);
  const folder = await Deno.makeTempDir({ prefix: "locust-bench-" });
  const bench: Bench = { rounds, seconds, folder, signal, log };
  const results: ScenarioResult[] = [];
  let soaked: SoakResult | null = null;
  const sections: string[] = [];
  const add = (section: string) => {
    sections.push(section);
    print(`\n${section}\n`);
  };
  const withNginx = async (cpus: Cpus, body: (nginx: Nginx) => Promise<void>) => {
    await using nginx = await startNginx(nginxPath, folder, cpus, signal);
    await body(nginx);
  };
  const runAll = async (scenarios: readonly Scenario[], nginx: Nginx) => {
    for (const scenario of scenarios) {
      const result = await runScenario(scenario, tools, nginx, bench);
      results.push(result);
      add(scenarioSection(result));
    }
  };
  try {
    if (parts.includes("grid")) {
      await withNginx(serverCpu, (nginx) => runAll(grid(options.users, toolCpu, serverCpu), nginx));
    }
    if (parts.includes("http2")) await withNginx(serverCpu, (nginx) => runAll(http2(toolCpu, serverCpu), nginx));
    if (parts.includes("two-workers")) {
      const both = `${toolCpu},${serverCpu}`;
      await withNginx(both, (nginx) => runAll([twoWorkers(both)], nginx));
    }
    const started: StartsResult[] = [];
    if (parts.includes("starts")) {
      await withNginx(serverCpu, async (nginx) => {
        started.push(...await starts(tools, nginx, [toolCpu, serverCpu], bench));
      });
    }
    const ours = tools.find(({ name }) => name === "ours");
    if (parts.includes("soak") && ours !== undefined) {
      log(`${options.soakSeconds} s at full speed`);
      await withNginx(serverCpu, async (nginx) => {
        soaked = await soak(ours, nginx, toolCpu, options.soakSeconds, bench);
        add(soakSection(soaked));
      });
    }
    let scheduled: ScheduleResult | null = null;
    if (parts.includes("schedule") && ours !== undefined) {
      log("The open model");
      await withNginx(serverCpu, async (nginx) => {
        scheduled = await schedule(ours, nginx, toolCpu, bench);
        add(scheduleSection(scheduled));
      });
    }
    add(targetsSection(targetsOf(results, soaked, scheduled, started)));
    if (!options.shouldWrite) return;
    const head = `# Results of \`deno task bench\`\n\n${
      conditions(tools, await nginxVersion(nginxPath), rounds, seconds)
    }`;
    await Deno.writeTextFile(RESULTS, `${[head, NOTES, ...sections].join("\n\n")}\n`);
    log("Written: bench/RESULTS.md");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs what the command line says, and returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const abort = new AbortController();
  const stop = () => abort.abort(new Error("Interrupted"));
  for (const name of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(name, stop);
  try {
    const options = readOptions(args);
    if (typeof options === "string") print(options);
    else await run(options, abort.signal);
    return 0;
  } catch (error) {
    log(abort.signal.aborted ? "Interrupted" : (error as Error).message);
    return abort.signal.aborted ? 130 : 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
