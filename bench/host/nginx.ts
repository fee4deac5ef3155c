// The server under load: Debian's nginx with one worker process, on two free loopback ports.

import { join } from "node:path";
import { type Cpus, cpuSeconds, descendants } from "./proc.ts";
import { which } from "../tools/which.ts";

/** A running nginx. */
export interface Nginx extends AsyncDisposable {
  readonly httpUrl: string;
  readonly httpsUrl: string;
  /** Over TLS, with a log of the first request of each connection. */
  readonly loggedUrl: string;
  /** Begins a new log of {@linkcode Nginx.loggedUrl} and returns its path: connection, time, seconds since its accept. */
  startLog(): Promise<string>;
  /** The self-signed certificate, for tools that cannot skip the check. */
  readonly certificatePath: string;
  /** Returns what it has counted so far, the question itself, on a connection of its own, included. */
  counts(): Promise<ServerCounts>;
  /** Returns how many connections are open, apart from the one that asks. */
  connections(): Promise<number>;
  /** Returns what its worker process has used so far. */
  cpuSeconds(): number;
}

/** What nginx counts. */
export interface ServerCounts {
  readonly connections: number;
  readonly requests: number;
}

const START_TIMEOUT_MS = 5000;
const LOG = "starts.log";
/** An elliptic key: signing with RSA would take most of the time of a connection. */
const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** Finds nginx, or installs it if possible. */
export async function ensureNginx(): Promise<string> {
  const found = await which("nginx");
  if (found !== null) return found;
  if (Deno.uid() === 0 && await which("apt-get") !== null) {
    await apt("update", "-qq");
    await apt("install", "-y", "-qq", "--no-install-recommends", "nginx-light");
    const installed = await which("nginx");
    if (installed !== null) return installed;
  }
  throw new Error(
    'Cannot find nginx: expected it on PATH, on Debian install it with "sudo apt-get install nginx-light"',
  );
}

/** Returns the version as nginx prints it, such as `1.22.1`. */
export async function nginxVersion(path: string): Promise<string> {
  const { stderr } = await new Deno.Command(path, { args: ["-v"], stderr: "piped" }).output();
  return new TextDecoder().decode(stderr).match(/nginx\/(\S+)/)?.[1] ?? "unknown";
}

/**
 * Starts nginx in a folder of its own.
 *
 * @param path Where nginx is
 * @param folder An existing folder; everything nginx writes goes there
 * @param cpus Where it may run
 * @param signal Ends it early
 */
export async function startNginx(path: string, folder: string, cpus: Cpus, signal: AbortSignal): Promise<Nginx> {
  const [httpPort, httpsPort, loggedPort] = freePorts(3) as [number, number, number];
  await makeCertificate(folder);
  await Deno.mkdir(join(folder, "temp"), { recursive: true });
  await Deno.writeTextFile(join(folder, "nginx.conf"), configuration(folder, httpPort, httpsPort, loggedPort));
  const child = new Deno.Command("bash", {
    args: [
      "-c",
      'ulimit -S -n "$(ulimit -H -n)"; exec taskset -c "$0" "$@"',
      cpus,
      path,
      ...["-p", folder, "-c", join(folder, "nginx.conf"), "-e", join(folder, "error.log")],
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
    signal,
  }).spawn();
  const httpUrl = `http://127.0.0.1:${httpPort}/`;
  const nginx: Nginx = {
    httpUrl,
    httpsUrl: `https://127.0.0.1:${httpsPort}/`,
    loggedUrl: `https://127.0.0.1:${loggedPort}/`,
    async startLog() {
      const path = join(folder, LOG);
      await Deno.truncate(path); // nginx appends
      return path;
    },
    certificatePath: join(folder, "certificate.pem"),
    async counts() {
      const [connections, requests] = await status(httpUrl, /^\s*(\d+)\s+\d+\s+(\d+)\s*$/m);
      return { connections: connections!, requests: requests! };
    },
    async connections() {
      const [active] = await status(httpUrl, /Active connections:\s*(\d+)/);
      return active! - 1;
    },
    cpuSeconds: () => descendants(child.pid).reduce((sum, pid) => sum + cpuSeconds(pid), 0),
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGTERM");
      } catch {
        // It has ended already.
      }
      await child.status;
    },
  };
  for (const deadline = Date.now() + START_TIMEOUT_MS;;) {
    try {
      await nginx.counts();
      return nginx;
    } catch (cause) {
      if (Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        continue;
      }
      await nginx[Symbol.asyncDispose]();
      const log = await Deno.readTextFile(join(folder, "error.log")).catch(() => "");
      throw new Error(`Cannot start nginx: ${log.trim() || "no answer"}`, { cause });
    }
  }
}

/** Waits until nginx has noticed that the last tool is gone. */
export async function settle(nginx: Nginx): Promise<void> {
  for (const deadline = Date.now() + 5000; Date.now() < deadline && await nginx.connections() > 0;) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

// A backlog as long as the kernel allows: with the default of 511, a storm of connections waits a second for the kernel
// to try again, and that would be what is measured.
function configuration(folder: string, httpPort: number, httpsPort: number, loggedPort: number): string {
  const bodies = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `
worker_processes 1;
worker_rlimit_nofile 20000;
daemon off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events {
  worker_connections 20000;
}
http {
  access_log off;
  keepalive_requests 100000000;
  keepalive_timeout 600s;
  ${bodies.map((name) => `${name}_temp_path ${folder}/temp/${name};`).join("\n  ")}
  ssl_certificate ${folder}/certificate.pem;
  ssl_certificate_key ${folder}/key.pem;
  server {
    listen 127.0.0.1:${httpPort} backlog=16384;
    listen 127.0.0.1:${httpsPort} ssl http2 backlog=16384;
    default_type text/plain;
    location / {
      return 200 "hello locust\\n";
    }
    location = /stub_status {
      stub_status;
    }
  }
  log_format starts "$connection $msec $connection_time";
  map $connection_requests $is_first {
    1 1;
    default 0;
  }
  server {
    listen 127.0.0.1:${loggedPort} ssl backlog=16384;
    access_log ${folder}/${LOG} starts if=$is_first;
    default_type text/plain;
    location / {
      return 200 "hello locust\\n";
    }
  }
}
`;
}

/** Makes a certificate that no authority signed, and that is none itself: some TLS libraries insist on that. */
async function makeCertificate(folder: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("openssl", {
    args: [
      ...["req", "-x509", ...KEY, "-days", "2", "-subj", "/CN=localhost"],
      ...["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"],
      ...["-keyout", join(folder, "key.pem"), "-out", join(folder, "certificate.pem")],
    ],
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`Cannot make a certificate with openssl: ${new TextDecoder().decode(stderr).trim()}`);
}

/** Returns ports that are free now; all are held until the last one is known, so that they differ. */
function freePorts(count: number): number[] {
  const listeners = Array.from({ length: count }, () => Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  const ports = listeners.map((listener) => listener.addr.port);
  listeners.forEach((listener) => listener.close());
  return ports;
}

async function status(url: string, pattern: RegExp): Promise<number[]> {
  // A connection of its own for each question, so that none stays open between them.
  using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  const response = await fetch(`${url}stub_status`, { client, headers: { connection: "close" } });
  const text = await response.text();
  const match = text.match(pattern);
  if (match === null) throw new Error(`Cannot read nginx's stub_status: ${text}`);
  return match.slice(1).map(Number);
}

async function apt(...args: string[]): Promise<void> {
  await new Deno.Command("apt-get", { args, env: { DEBIAN_FRONTEND: "noninteractive" }, stdout: "null" }).output();
}

/** Returns what nginx counted between two questions, the second one left out. */
export function countsBetween(before: ServerCounts, after: ServerCounts): ServerCounts {
  return {
    connections: after.connections - before.connections - 1,
    requests: after.requests - before.requests - 1,
  };
}
