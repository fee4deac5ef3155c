/**
 * Opens the WebSockets of one user, and closes those left when the user ends.
 *
 * @module
 */

import { nowMs } from "../../core/clock.ts";
import { errorMessage } from "../../core/error_site.ts";
import { UsageError } from "../../core/errors.ts";
import { limitMs } from "../client/client_context.ts";
import type { CookieStore } from "../client/cookies.ts";
import { Deadlined } from "../deadlines.ts";
import { HttpClients } from "../fetch/http_client.ts";
import { proxyVariablesSet } from "../proxy.ts";
import { hasHeader, mergeHeaders } from "../headers.ts";
import { spanAround } from "../client/step_scope.ts";
import { TRACEPARENT } from "../../spans/ids.ts";
import type { Span } from "../../spans/span.ts";
import { contextIn, describeTarget } from "../spans/request_span.ts";
import type { RequestError } from "../client/request_error.ts";
import type { Target } from "../client/target.ts";
import { TransportError, type TransportOptions, type Turns } from "../transport.ts";
import { LocustWebSocket, recordSample, type WebSocketOwner } from "./websocket.ts";
import { connectFailure, errorFor, failureOf, type WebSocketFailure } from "./websocket_failure.ts";
import { quietCodes, type WebSocketConnectOptions } from "./websocket_options.ts";
import { Admission, timeoutError } from "./websocket_waits.ts";

/** All WebSockets of one user. */
export class WebSocketOpener {
  readonly #owner: WebSocketOwner;
  readonly #cookies: CookieStore;
  readonly #turns: Turns | null;
  readonly #connecting = new Set<Admission | Connecting>();
  readonly #open = new Set<LocustWebSocket>();
  #clients: HttpClients | null = null;
  #isClosed = false;

  /**
   * @param cookies The user's cookies
   * @param turns Where the user's requests wait for their turn, or `null`
   */
  constructor(owner: WebSocketOwner, cookies: CookieStore, turns: Turns | null = null) {
    this.#owner = owner;
    this.#cookies = cookies;
    this.#turns = turns;
  }

  /** Opens a connection; see `LocustClientSession.ws`. */
  async open(target: string, options: WebSocketConnectOptions): Promise<LocustWebSocket> {
    this.#owner.endJudging();
    const { context, lateness, trace } = this.#owner;
    let startMs = nowMs();
    const latenessMs = lateness.take();
    const parent = trace === null ? null : spanAround(trace);
    let resolved: Target;
    try {
      resolved = context.target(target.replace(/^ws(s?:)/i, "http$1"));
    } catch (cause) {
      if (cause instanceof UsageError) throw cause; // ends the whole run
      throw this.#fail(options.name ?? target, startMs, {
        failure: { kind: "url", message: errorMessage(cause), cause },
        atMs: startMs,
      });
    }
    const name = options.name ?? resolved.name.replace(/^http(s?:\/\/)/, "ws$1");
    const timeoutMs = options.timeout === undefined ? context.timeoutMs : limitMs(options.timeout);
    const codes = quietCodes(options.closeCodes);
    const refusal = this.#refusal();
    if (refusal !== null) throw this.#fail(name, startMs, { failure: failureOf(refusal), atMs: startMs });
    if (this.#turns !== null) {
      const reason = await this.#waitForTurn(this.#turns);
      if (reason !== null) throw errorFor(failureOf(reason), name); // the server has seen nothing
      startMs = nowMs();
    }
    const url = new URL(resolved.url.href.replace(/^http/, "ws"));
    const own = parent === null ? null : contextIn(mergeHeaders(context.headers, options.headers));
    const begun = parent?.child({ name: "", kind: "client", context: own }) ?? null;
    const span = begun === null ? null : describeTarget(begun, url);
    const socket = new WebSocket(url, this.#handshake(resolved.url, options, span));
    const connecting = new Connecting(socket, url, timeoutMs, isDirect(context.transportOptions), () => {
      return new LocustWebSocket(this.#owner, socket, name, timeoutMs, codes);
    });
    this.#connecting.add(connecting);
    context.deadlines.add(connecting, startMs, timeoutMs);
    const outcome = await connecting.outcome;
    this.#connecting.delete(connecting);
    context.deadlines.remove(connecting);
    if ("failure" in outcome) throw this.#fail(name, startMs, outcome, span);
    const { connection, atMs } = outcome;
    recordSample(this.#owner, { name, startMs, endMs: atMs, latenessMs, span });
    this.#open.add(connection);
    void connection.closed.then(() => this.#open.delete(connection));
    if (this.#isClosed) connection.interrupt(interrupted());
    return connection;
  }

  /** Closes all connections and interrupts pending ones. Nothing can be opened afterwards. */
  close(): void {
    this.#isClosed = true;
    for (const connecting of this.#connecting) connecting.abort(interrupted());
    for (const connection of this.#open) connection.interrupt(interrupted());
    this.#clients?.close();
    this.#clients = null;
  }

  /** Resolves with `null` when connecting may start, or with the reason why it never will. */
  async #waitForTurn(turns: Turns): Promise<TransportError | null> {
    const { deadlines } = this.#owner.context;
    const admission = new Admission();
    this.#connecting.add(admission);
    deadlines.add(admission, Infinity, Infinity);
    turns.enter(admission);
    const reason = await admission.promise;
    this.#connecting.delete(admission);
    deadlines.remove(admission);
    return reason;
  }

  /** Returns why no connection can be opened, or `null`. */
  #refusal(): TransportError | null {
    const { insecure, connectTo } = this.#owner.context.transportOptions;
    if (this.#isClosed) return interrupted();
    if (insecure) return new TransportError("unsupported", "WebSockets cannot be insecure, expected caCerts");
    if (connectTo) return new TransportError("unsupported", "WebSockets cannot use connectTo");
    return null;
  }

  #handshake(url: URL, { headers: given, protocols }: WebSocketConnectOptions, span: Span | null): WebSocketOptions {
    const { context } = this.#owner;
    // Deno always sends its own user-agent line: another one would be sent in addition.
    const merged = mergeHeaders(context.headers, given).filter(([name]) => name !== "user-agent");
    const headers = merged.map(([name, value]): [string, string] => [name, value]);
    const cookies = hasHeader(merged, "cookie") ? "" : this.#cookies.line(url);
    if (cookies !== "") headers.push(["cookie", cookies]);
    if (span !== null && !hasHeader(merged, TRACEPARENT)) headers.push([TRACEPARENT, span.traceparent]);
    const init: WebSocketOptions = { headers };
    if (protocols !== undefined) init.protocols = typeof protocols === "string" ? [protocols] : [...protocols];
    this.#clients ??= httpClients(context.transportOptions, hasHeader(merged, "host"));
    if (this.#clients !== null) init.client = this.#clients.clientFor(url);
    return init;
  }

  /** Counts a failed connect and returns its error; an interruption by the end of the run is not a failure. */
  #fail(name: string, startMs: number, { failure, atMs }: FailedConnect, span: Span | null = null): RequestError {
    if (failure.kind === "interrupted") this.#owner.context.recorder.countInterruptedRequest();
    else recordSample(this.#owner, { name, startMs, endMs: atMs, failure, span });
    return errorFor(failure, name);
  }
}

interface FailedConnect {
  readonly failure: WebSocketFailure;
  readonly atMs: number;
}

/** A connection being opened. */
class Connecting extends Deadlined {
  /** Never rejects. */
  readonly outcome: Promise<FailedConnect | { readonly connection: LocustWebSocket; readonly atMs: number }>;
  readonly #socket: WebSocket;
  readonly #limitMs: number;
  readonly #resolve: (failed: FailedConnect) => void;
  /** Ends the search for the reason of a failure. */
  readonly #controller = new AbortController();

  /**
   * @param isDirect Whether the connection is made to the URL's host itself
   * @param onOpen Creates the WebSocket, before a message can arrive
   */
  constructor(socket: WebSocket, url: URL, limitMs: number, isDirect: boolean, onOpen: () => LocustWebSocket) {
    super();
    const { promise, resolve } = Promise.withResolvers<Awaited<Connecting["outcome"]>>();
    this.outcome = promise;
    this.#resolve = resolve;
    this.#socket = socket;
    this.#limitMs = limitMs;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => resolve({ connection: onOpen(), atMs: nowMs() });
    socket.onerror = async (event) => {
      const atMs = nowMs();
      const { signal } = this.#controller;
      resolve({ failure: await connectFailure((event as ErrorEvent).message, url, isDirect, signal), atMs });
    };
  }

  override onDeadline(): void {
    this.abort(timeoutError(this.#limitMs));
  }

  /** Gives up; also called at the end of a run. */
  abort(reason: TransportError): void {
    this.#resolve({ failure: failureOf(reason), atMs: nowMs() });
    this.#controller.abort();
    this.#socket.close();
  }
}

function interrupted(): TransportError {
  return new TransportError("interrupted", "interrupted by the end of the run");
}

function isDirect({ proxy, unixSocket }: TransportOptions): boolean {
  return !proxy && !unixSocket;
}

/**
 * Returns clients for connections that Deno's default client cannot make, or `null` if it can.
 *
 * @param hasHost Whether a `host` header is given, which the default client omits
 */
function httpClients(options: TransportOptions, hasHost: boolean): HttpClients | null {
  const { caCerts, cert, key, proxy, unixSocket, localAddress } = options;
  const isDefault = !localAddress && !caCerts && !cert && isDirect(options) && !hasHost;
  if (isDefault && proxyVariablesSet().length === 0) return null; // the default client uses them
  return new HttpClients({
    allowHost: true,
    ...(caCerts ? { caCerts: [...caCerts] } : {}),
    ...(localAddress ? { localAddress } : {}),
    ...(unixSocket ? { proxy: { transport: "unix" as const, path: unixSocket } } : {}),
    ...(cert && key ? { cert, key } : {}),
  }, proxy);
}
