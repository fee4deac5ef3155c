/**
 * The connection to a NATS server.
 *
 * @module
 */

import type { NatsConnection, nkeys, NodeConnectionOptions } from "@nats-io/transport-node";
import { UsageError } from "../../core/errors.ts";
import { certificatesProblem, isMismatch, keyProblem } from "../../http/pem.ts";
import type { Network } from "./link.ts";
import { within } from "./within.ts";

export type { NatsConnection } from "@nats-io/transport-node";

/** How to reach a NATS server. */
export interface NatsOptions {
  /** `nats://host:port`, `tls://host:port`; with `token@` or `user:password@` before the host. */
  readonly url: string;
  /** Path of a credentials file. @default none */
  readonly creds?: string;
  /** Path of a file with the seed of an nkey. @default none */
  readonly nkey?: string;
  /** Path of the PEM file of the CA that signed the server's certificate. @default those of the system */
  readonly ca?: string;
  /** Path of the PEM file of this program's certificate. @default none */
  readonly cert?: string;
  /** Path of the PEM file of the certificate's key. @default none */
  readonly key?: string;
}

/** Port of a NATS server whose URL names none. */
const DEFAULT_PORT = "4222";
/** How long connecting may take, in milliseconds. */
const CONNECT_TIMEOUT_MS = 5000;
/** How long the last messages of a connection may take, in milliseconds. */
const FLUSH_TIMEOUT_MS = 500;
/** Wait between two attempts to connect again, in milliseconds. */
const RECONNECT_WAIT_MS = 250;

/** A NATS URL in its parts. */
export interface NatsAddress {
  /** `host:port`. */
  readonly server: string;
  /** Name of the host, without brackets. */
  readonly host: string;
  readonly token: string | null;
  readonly user: string | null;
  readonly password: string;
  readonly isTls: boolean;
}

/**
 * Reads the URL of a NATS server.
 *
 * @throws {UsageError} if it is not one
 */
export function readNatsUrl(text: string): NatsAddress {
  const full = text.includes("://") ? text : `nats://${text}`;
  const scheme = /^(nats|tls):\/\//.exec(full)?.[1];
  const url = scheme === undefined ? null : URL.parse(full.replace(/^\w+/, "http"));
  if (url === null || url.hostname === "" || !["", "/"].includes(url.pathname + url.search)) {
    throw new UsageError([`Cannot use --nats "${shown(text)}": expected a URL such as nats://host:4222`]);
  }
  const port = new RegExp(`:80$`).test(full) ? "80" : url.port || DEFAULT_PORT;
  const name = decodeURIComponent(url.username);
  const hasUser = url.password !== "";
  return {
    server: `${url.hostname}:${port}`,
    host: url.hostname.replace(/^\[|\]$/g, ""),
    token: hasUser || name === "" ? null : name,
    user: hasUser ? name : null,
    password: decodeURIComponent(url.password),
    isTls: scheme === "tls",
  };
}

/** Returns a URL without its secrets. */
export function shown(url: string): string {
  return url.replace(/^(\w+:\/\/)?[^@/]*@/, "$1***@");
}

/** What a socket says that its peer has gone away. */
const GONE = new Set(["ECONNRESET", "ECONNABORTED", "EPIPE"]);
let isWatchingSockets = false;

/**
 * Keeps a reset connection from ending the program. The client stops listening to a socket as soon as the server refuses
 * a login, and between the parts of its handshake: a reset is an uncaught error then. The client learns that a connection
 * is gone from its end, so nothing is lost. Stays for good: the reset may come after the client has given up.
 */
function watchSockets(): void {
  if (isWatchingSockets) return;
  isWatchingSockets = true;
  addEventListener("error", (event) => {
    const { code, syscall } = (event.error ?? {}) as { readonly code?: unknown; readonly syscall?: unknown };
    if (GONE.has(String(code)) && (syscall === "read" || syscall === "write")) event.preventDefault();
  });
}

/**
 * Connects; a connection that is lost later is made again for as long as it takes.
 *
 * @throws {UsageError} if no server answers, it refuses the login, or a file is not what it is given for
 */
export async function connectNats(options: NatsOptions): Promise<NatsConnection> {
  const { server, token, user, password, isTls } = readNatsUrl(options.url);
  const { connect, credsAuthenticator, nkeyAuthenticator, nkeys } = await import("@nats-io/transport-node");
  const { creds, nkey, ca, cert, key } = options;
  const tls = {
    ...(ca === undefined ? {} : { ca: readPem("--nats-ca", ca, certificatesProblem) }),
    ...(cert === undefined ? {} : { cert: readPem("--nats-cert", cert, certificatesProblem) }),
    ...(key === undefined ? {} : { key: readPem("--nats-key", key, keyProblem) }),
  };
  if (tls.cert !== undefined && tls.key !== undefined && isMismatch(tls.cert, tls.key)) {
    throw new UsageError([`Cannot use --nats-key "${key}": expected the key of the certificate in "${cert}"`]);
  }
  const wanted: NodeConnectionOptions = {
    servers: server,
    name: "locust",
    ...(token === null ? {} : { token }),
    ...(user === null ? {} : { user, pass: password }),
    ...(creds === undefined ? {} : { authenticator: credsAuthenticator(readFile("--nats-creds", creds)) }),
    ...(nkey === undefined ? {} : { authenticator: nkeyAuthenticator(readSeed(nkey, nkeys)) }),
    ...(isTls || Object.keys(tls).length > 0 ? { tls } : {}),
    timeout: CONNECT_TIMEOUT_MS,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_WAIT_MS,
    ignoreAuthErrorAbort: true,
  };
  watchSockets();
  const refusal = new TlsRefusal();
  const connecting = connect(wanted);
  try {
    return await Promise.race([connecting, refusal.reason]);
  } catch (error) {
    void connecting.then((late) => late.close(), () => {}); // it is of no use any more
    const why = reasonOf(error, "tls" in wanted && cert === undefined);
    throw new UsageError([`Cannot connect to NATS at "${shown(options.url)}": ${why}`]);
  } finally {
    refusal.dispose();
  }
}

function reasonOf(error: unknown, isWithoutCertificate: boolean): string {
  const text = error instanceof Error ? error.message : String(error);
  if (text !== "timeout") return text;
  const certificate = isWithoutCertificate
    ? ", as from one that asks for a certificate: expected --nats-cert then"
    : "";
  return `no answer within ${CONNECT_TIMEOUT_MS / 1000} s${certificate}`;
}

/**
 * Notices that a server refuses this program's certificate. With TLS 1.3, that comes after the handshake, when nothing
 * in the client listens for errors of the connection yet: it is an uncaught error then.
 */
class TlsRefusal {
  readonly #reason = Promise.withResolvers<never>();
  readonly #onError = (event: ErrorEvent) => {
    const text = event.error instanceof Error ? event.error.message : event.message;
    if (!/fatal alert|alert (?:bad|certificate)/i.test(text)) return;
    event.preventDefault();
    this.#reason.reject(new Error(`the server refuses this machine's certificate, or asks for one (${text})`));
  };

  constructor() {
    this.#reason.promise.catch(() => {}); // whoever waits hears of it; maybe nobody does any more
    addEventListener("error", this.#onError);
  }

  /** Rejects with what the server says. */
  get reason(): Promise<never> {
    return this.#reason.promise;
  }

  /** Stops noticing. */
  dispose(): void {
    removeEventListener("error", this.#onError);
  }
}

/**
 * Returns a warning if everyone who reaches a server can run code on agents, else `null`.
 *
 * @param hasSecret Whether agents ask for a secret of their own
 */
export function openServerWarning({ url, creds, nkey, cert }: NatsOptions, hasSecret: boolean): string | null {
  const { host, token, user } = readNatsUrl(url);
  const isOwn = host === "localhost" || host === "::1" || /^127(?:\.\d+){3}$/.test(host);
  const isLogin = token !== null || user !== null || creds !== undefined || nkey !== undefined || cert !== undefined;
  if (isOwn || isLogin || hasSecret) return null;
  return `No secret is used for the NATS server at ${host}: everyone who reaches it can run code on the agents`;
}

/** Returns the seed in a file, which may have other lines around it. */
function readSeed(path: string, { fromSeed }: typeof nkeys): Uint8Array {
  const seed = new TextEncoder().encode(/^\s*(SU[A-Z0-9]+)\s*$/m.exec(readText("--nats-nkey", path))?.[1]);
  try {
    fromSeed(seed);
    return seed;
  } catch {
    // what exactly is wrong would show parts of the secret
    throw new UsageError([`Cannot use --nats-nkey "${path}": expected the seed of a user's nkey, SU...`]);
  }
}

/** @param problem Returns what is wrong with the text, or `null` */
function readPem(flag: string, path: string, problem: (text: string) => string | null): string {
  const text = readText(flag, path);
  const found = problem(text);
  if (found !== null) throw new UsageError([`Cannot use ${flag} "${path}": ${found}`]);
  return text;
}

function readText(flag: string, path: string): string {
  return new TextDecoder().decode(readFile(flag, path));
}

function readFile(flag: string, path: string): Uint8Array {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    throw new UsageError([`Cannot use ${flag} "${path}": ${error instanceof Error ? error.message : error}`]);
  }
}

/**
 * Returns what links need of a connection. What the client gives as `Uint8Array` is a `Buffer`, a part of memory with other
 * messages whose `slice` copies nothing: it is copied here.
 *
 * @param onJunk Called for each request that cannot be read, with its subject. @default such requests are ignored
 */
export function networkOf(connection: NatsConnection, onJunk: (subject: string) => void = () => {}): Network {
  return {
    request: async (subject, payload, options) =>
      new Uint8Array((await connection.request(subject, payload, options)).data),
    serve: (subject, answer) => {
      const subscription = connection.subscribe(subject, {
        callback: (error, message) => {
          if (error !== null) return;
          let reply: Uint8Array | null;
          try {
            reply = answer(new Uint8Array(message.data));
          } catch {
            return onJunk(subject); // anyone may publish; an error here would end the whole connection
          }
          if (reply !== null) message.respond(reply);
        },
      });
      return () => subscription.unsubscribe();
    },
  };
}

/** Ends a connection, after what was sent over it; one without a server just ends. */
export async function closeNats(connection: NatsConnection): Promise<void> {
  await within(connection.flush().catch(() => {}), FLUSH_TIMEOUT_MS);
  await connection.close().catch(() => {}); // it is gone already
}
