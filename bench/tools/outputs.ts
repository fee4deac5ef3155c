// What each tool prints, as figures of one kind.

import { join } from "node:path";

/** What a tool has left behind. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  /** Where it ran. */
  readonly folder: string;
}

/** What a tool says about a run. */
export interface Reading {
  readonly ratePerSecond: number;
  /** `null` where the tool does not say. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly failures: number;
  /** Requests it counted; `null` if it does not report them. */
  readonly requests: number | null;
}

/** Reads `locust --json -`. */
export function readOurs({ stdout }: Output): Reading {
  const { total } = JSON.parse(stdout);
  return {
    ratePerSecond: numeric(total.ratePerSecond),
    p50Ms: numeric(total.p50Ms),
    p99Ms: numeric(total.p99Ms),
    failures: numeric(total.failures),
    requests: numeric(total.count),
  };
}

/** Reads `wrk --latency`. */
export function readWrk({ stdout }: Output): Reading {
  const socketErrors = stdout.match(/Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/);
  return {
    ratePerSecond: found(stdout, /Requests\/sec:\s+([\d.]+)/),
    p50Ms: wrkTimeMs(stdout, /^\s+50%\s+([\d.]+)(us|ms|s|m)\s*$/m),
    p99Ms: wrkTimeMs(stdout, /^\s+99%\s+([\d.]+)(us|ms|s|m)\s*$/m),
    failures: sum((socketErrors?.slice(1) ?? []).map(Number)) +
      Number(stdout.match(/Non-2xx or 3xx responses: (\d+)/)?.[1] ?? 0),
    requests: found(stdout, /(\d+) requests in/),
  };
}

/** Reads hey's report. */
export function readHey({ stdout }: Output): Reading {
  const statuses = [...stdout.matchAll(/^\s+\[(\d{3})\]\s+(\d+) responses/gm)];
  const errors = [...(stdout.split("Error distribution:")[1] ?? "").matchAll(/^\s+\[(\d+)\]/gm)];
  const failed = statuses.filter((match) => Number(match[1]) >= 400);
  const count = (matches: RegExpMatchArray[], group: number) => sum(matches.map((match) => Number(match[group])));
  return {
    ratePerSecond: found(stdout, /Requests\/sec:\s+([\d.]+)/),
    p50Ms: found(stdout, /\s50%+ in ([\d.]+) secs/) * 1000,
    p99Ms: found(stdout, /\s99%+ in ([\d.]+) secs/) * 1000,
    failures: count(failed, 2) + count(errors, 1),
    requests: count(statuses, 2) + count(errors, 1),
  };
}

/** Reads `oha --output-format json`. */
export function readOha({ stdout }: Output): Reading {
  const { summary, latencyPercentiles, statusCodeDistribution, errorDistribution } = JSON.parse(stdout);
  const statuses = Object.entries<number>(statusCodeDistribution ?? {});
  // What the end of the run cuts off is listed among the errors, for every user.
  const errors = Object.entries<number>(errorDistribution ?? {}).filter(([text]) => !/deadline/.test(text));
  const failed = statuses.filter(([status]) => Number(status) >= 400);
  const count = (entries: [string, number][]) => sum(entries.map(([, value]) => value));
  return {
    ratePerSecond: numeric(summary.requestsPerSec),
    p50Ms: numeric(latencyPercentiles.p50) * 1000,
    p99Ms: numeric(latencyPercentiles.p99) * 1000,
    failures: count(failed) + count(errors),
    requests: count(statuses) + count(errors),
  };
}

/** Reads `bombardier -o json`, whose times are in microseconds. */
export function readBombardier({ stdout }: Output): Reading {
  const { result } = JSON.parse(stdout);
  const answered = result.req1xx + result.req2xx + result.req3xx;
  const failures = result.req4xx + result.req5xx + result.others;
  return {
    ratePerSecond: numeric(result.rps.mean),
    p50Ms: numeric(result.latency.percentiles["50"]) / 1000,
    p99Ms: numeric(result.latency.percentiles["99"]) / 1000,
    failures: numeric(failures),
    requests: numeric(answered + failures),
  };
}

/** Reads `vegeta report` on the file that the attack left, whose times are in nanoseconds. */
export function readVegeta({ folder }: Output): Reading {
  const { stdout } = new Deno.Command("vegeta", { args: ["report", "-type=json", "vegeta.bin"], cwd: folder })
    .outputSync();
  const { requests, throughput, success, latencies } = JSON.parse(new TextDecoder().decode(stdout));
  return {
    ratePerSecond: numeric(throughput),
    p50Ms: numeric(latencies["50th"]) / 1e6,
    p99Ms: numeric(latencies["99th"]) / 1e6,
    failures: Math.round(requests * (1 - success)),
    requests: numeric(requests),
  };
}

/** Reads h2load's report; it knows no percentiles. */
export function readH2load({ stdout }: Output): Reading {
  const failed = stdout.match(/(\d+) failed, (\d+) errored, (\d+) timeout/);
  return {
    ratePerSecond: found(stdout, /finished in [\d.]+\w+, ([\d.]+) req\/s/),
    p50Ms: null,
    p99Ms: null,
    // A failed request is one that errored or timed out.
    failures: Number(failed?.[1] ?? 0),
    requests: found(stdout, /(\d+) done/),
  };
}

/** Reads what the loop of fetch prints; it keeps no times. */
export function readBareFetch({ stdout }: Output): Reading {
  const { requests, seconds } = JSON.parse(stdout);
  return { ratePerSecond: numeric(requests) / seconds, p50Ms: null, p99Ms: null, failures: 0, requests };
}

/** Reads the file that `--report-file goose.json` leaves; the last row is the sum. */
export function readGoose({ folder }: Output): Reading {
  const report = JSON.parse(Deno.readTextFileSync(join(folder, "goose.json")));
  const { number_of_requests: requests, number_of_failures, requests_per_second } = report.raw_request_metrics.at(-1);
  const times = report.raw_response_metrics.at(-1);
  return {
    ratePerSecond: numeric(requests_per_second),
    p50Ms: numeric(times.percentile_50),
    p99Ms: numeric(times.percentile_99),
    failures: numeric(number_of_failures),
    requests: numeric(requests),
  };
}

/** Reads `autocannon --json`. */
export function readAutocannon({ stdout }: Output): Reading {
  const { requests, latency, duration, errors, non2xx } = JSON.parse(stdout);
  return {
    ratePerSecond: numeric(requests.total) / numeric(duration),
    p50Ms: numeric(latency.p50),
    p99Ms: numeric(latency.p99),
    failures: numeric(errors) + numeric(non2xx),
    requests: numeric(requests.total),
  };
}

/** Reads the file that Python's `locust --csv locust` writes. */
export function readLocust({ folder }: Output): Reading {
  const lines = Deno.readTextFileSync(join(folder, "locust_stats.csv")).trim().split("\n");
  const names = lines[0]!.trim().split(",");
  const cells = lines.at(-1)!.trim().split(",");
  if (!cells.includes("Aggregated")) throw new Error('Cannot read locust\'s CSV: no line "Aggregated"');
  const cell = (name: string) => numeric(Number(cells[names.indexOf(name)]));
  return {
    ratePerSecond: cell("Requests/s"),
    p50Ms: cell("50%"),
    p99Ms: cell("99%"),
    failures: cell("Failure Count"),
    requests: cell("Request Count"),
  };
}

/** Reads the last table aiolocust prints; it knows no percentiles. */
export function readAiolocust({ stdout }: Output): Reading {
  const rows = [...stdout.matchAll(/^\s*Total\s.*$/gm)];
  const total = rows.at(-1)?.[0] ?? "";
  const [requests, failures] = total.match(/\d+(?=\s)/g) ?? [];
  return {
    ratePerSecond: found(total, /([\d.]+)\/s/),
    p50Ms: null,
    p99Ms: null,
    failures: numeric(Number(failures)),
    requests: numeric(Number(requests)),
  };
}

function wrkTimeMs(text: string, pattern: RegExp): number | null {
  const match = text.match(pattern);
  if (match === null) return null;
  const msPerUnit = { us: 0.001, ms: 1, s: 1000, m: 60_000 }[match[2] as "us" | "ms" | "s" | "m"];
  return Number(match[1]) * msPerUnit;
}

function found(text: string, pattern: RegExp): number {
  const match = text.match(pattern);
  if (match === null) throw new Error(`Cannot read the output: nothing like ${pattern} in it`);
  return Number(match[1]);
}

function numeric(value: unknown): number {
  if (typeof value !== "number" || Number.isNaN(value)) {
    throw new Error(`Cannot read the output: ${value} is not a number`);
  }
  return value;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
