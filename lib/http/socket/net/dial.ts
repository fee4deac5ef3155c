/**
 * Establishes a connection: name, addresses, TCP, TLS.
 *
 * @module
 */

import { ipVersion } from "../../../core/ip.ts";
import { MAX_TIMER_MS, nowMs, type Timer } from "../../../core/clock.ts";
import { type ConnectPhases, TransportError } from "../../transport.ts";
import { AddressBook } from "./addresses.ts";
import { Alpn } from "./tls/alpn.ts";
import { connectQueue, type Waiting } from "./connect_queue.ts";
import { noLocalAddress, socketFailure } from "../failures.ts";
import { DEFAULT_CONNECT_TIMEOUT_MS } from "../limits.ts";
import type { Origin } from "../../origin.ts";
import { openNodeSocket } from "./node_socket.ts";
import type { Proxy } from "../../proxy.ts";
import { Tunnel } from "./tunnel.ts";
import { isTunnelled, type Route } from "./route.ts";
import { type Security, securityFor } from "./tls/security.ts";
import {
  NodeNeeded,
  type SocketListener,
  type SocketOpener,
  type SocketRecipe,
  type WireSocket,
} from "./wire_socket.ts";

/** Receives the result of a dial, and then the socket's events. */
export interface DialListener extends SocketListener {
  /** Called when it is the connection's turn, possibly before the constructor has returned. */
  onDialing(atMs: number): void;
  /** Called when the connection is ready, after the constructor has returned. */
  onDialed(socket: WireSocket, phases: ConnectPhases): void;
  /** Called when the dial has failed, after the constructor has returned. */
  onDialFailed(error: TransportError): void;
}

/** Shared by all users of a worker. */
const addressBook = new AddressBook();

/** One attempt to establish a connection, which tries all addresses of the name. */
export class Dial implements Waiting, SocketListener {
  readonly #origin: Origin;
  readonly #route: Route;
  readonly #security: Security | null;
  readonly #proxy: Proxy | null;
  readonly #alpn: Alpn;
  #opener: SocketOpener;
  readonly #book: AddressBook;
  #listener: DialListener | null;
  #state: "waiting" | "connecting" | "handshake" | "established" | "over" = "waiting";
  /** The cache's own list, whose order may change. */
  #known: string[] = [];
  /** The order for this attempt: another dial's success must not make it skip an address or try one twice. */
  #addresses: readonly string[] = [];
  #next = 0;
  #endpoint: SocketRecipe["endpoint"] | null = null;
  #socket: WireSocket | null = null;
  #timer: Timer | undefined = undefined;
  /** Whether other dials wait for this one to check the server's certificate. */
  #isChecking = false;
  #isResumed = false;
  #startMs = 0;
  #resolvedMs = 0;
  #connectedMs = 0;

  /**
   * Starts at once, or when fewer others are connecting.
   *
   * @param route How this user connects
   * @param alpn The protocols to offer
   * @param book The address cache
   */
  constructor(
    origin: Origin,
    route: Route,
    listener: DialListener,
    alpn: Alpn = Alpn.HTTP1,
    book: AddressBook = addressBook,
  ) {
    this.#opener = route.opener;
    this.#book = book;
    this.#origin = origin;
    this.#route = route;
    this.#proxy = route.proxies?.proxyFor(origin) ?? null;
    this.#listener = listener;
    this.#alpn = alpn;
    this.#security = origin.isTls ? securityFor(route.options, origin.host) : null;
    connectQueue.enter(this);
  }

  /** Gives up; the listener gets no more calls. */
  cancel(): void {
    this.#listener = null;
    if (this.#state === "over" || this.#state === "established") return;
    this.#leave();
    this.#state = "over";
    this.#socket?.destroy();
  }

  begin(): void {
    if (this.#state !== "waiting" || this.#security?.waitForCheck(() => this.begin())) return;
    this.#isChecking = this.#security?.beginCheck() ?? false;
    const limitMs = this.#route.options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS;
    this.#startMs = nowMs();
    if (limitMs <= MAX_TIMER_MS) {
      this.#timer = setTimeout(() => this.#fail(new TransportError("timeout", "connect timeout")), limitMs);
    }
    this.#state = "connecting";
    this.#listener?.onDialing(this.#startMs);
    void this.#resolve();
  }

  onConnect(): void {
    if (this.#state !== "connecting") return;
    this.#connectedMs = nowMs();
    if (this.#addresses.length > 1) this.#book.prefer(this.#known, this.#addresses[this.#next - 1]!);
    if (this.#origin.isTls) this.#state = "handshake";
    else this.#establish();
  }

  onSecure(isResumed: boolean): void {
    this.#isResumed = isResumed;
    if (this.#state === "handshake") this.#establish();
  }

  onBytes(): void {
    // In no protocol used here the server sends first: these bytes would be taken for the first answer.
    this.#fail(new TransportError("protocol", "the server sent data before any request"));
  }

  onEnd(): void {
    this.onError(Object.assign(new Error("connection closed"), { code: "ECONNRESET" }));
  }

  /** Tries the next address, if the address failed and not the server behind it. */
  onError(error: unknown): void {
    if (error instanceof NodeNeeded) this.#openByNode();
    else if (error instanceof TransportError) this.#fail(error);
    else if ((error as { syscall?: unknown }).syscall === "bind") {
      this.#fail(noLocalAddress(String(this.#route.options.localAddress), error));
    } else if (this.#state === "connecting" && this.#next < this.#addresses.length) this.#tryNext();
    else this.#fail(socketFailure(error, this.#state === "handshake"));
  }

  async #resolve(): Promise<void> {
    await null; // the constructor must return before the listener learns of a failure
    if (this.#state !== "connecting") return;
    try {
      const fixed = this.#proxy ?? this.#route.fixed;
      if (fixed !== null && "path" in fixed) {
        this.#resolvedMs = this.#startMs;
        return this.#open({ path: fixed.path });
      }
      const found = this.#book.resolve((fixed ?? this.#origin).host);
      this.#known = found instanceof Promise ? await found : found;
      this.#addresses = this.#reachable(this.#known);
      this.#resolvedMs = found instanceof Promise ? nowMs() : this.#startMs;
      if (this.#state === "connecting") this.#tryNext();
    } catch (error) {
      this.#fail(socketFailure(error));
    }
  }

  /** Returns the addresses of the same family as the user's local address. */
  #reachable(known: string[]): readonly string[] {
    const { localAddress } = this.#route.options;
    if (localAddress === undefined) return known.length > 1 ? [...known] : known;
    const reachable = known.filter((address) => ipVersion(address) === ipVersion(localAddress));
    if (reachable.length > 0) return reachable;
    throw new TransportError("unreachable", "the host has no address of localAddress's family");
  }

  #tryNext(): void {
    const host = this.#addresses[this.#next++]!;
    const fixed = this.#proxy ?? this.#route.fixed;
    const port = fixed !== null && "port" in fixed ? fixed.port : this.#origin.port;
    this.#open({ host, port });
  }

  #open(endpoint: SocketRecipe["endpoint"]): void {
    this.#endpoint = endpoint;
    try {
      const { sessions } = this.#route;
      const sessionPlace = sessions === null ? null : { sessions, originKey: this.#origin.key };
      const tunnel = this.#proxy !== null && isTunnelled(this.#route, this.#origin)
        ? new Tunnel(this.#origin, this.#proxy)
        : null;
      const localAddress = this.#route.options.localAddress ?? null;
      this.#socket = this.#opener({
        endpoint,
        security: this.#security,
        alpn: this.#alpn,
        sessionPlace,
        localAddress,
        tunnel,
      }, this);
    } catch (error) {
      this.#fail(socketFailure(error, this.#security !== null));
    }
  }

  #openByNode(): void {
    this.#state = "connecting";
    this.#opener = openNodeSocket;
    this.#open(this.#endpoint!);
  }

  #establish(): void {
    const socket = this.#socket!;
    const now = nowMs();
    this.#leave();
    this.#state = "established";
    const listener = this.#listener!;
    socket.listener = listener;
    listener.onDialed(socket, {
      dnsMs: this.#resolvedMs - this.#startMs,
      connectMs: this.#connectedMs - this.#resolvedMs,
      tlsMs: this.#origin.isTls ? now - this.#connectedMs : 0,
      handshake: !this.#origin.isTls ? null : this.#isResumed ? "resumed" : "full",
    });
  }

  #fail(error: TransportError): void {
    if (this.#state === "over" || this.#state === "established") return;
    const listener = this.#listener;
    this.cancel();
    listener?.onDialFailed(error);
  }

  #leave(): void {
    clearTimeout(this.#timer);
    if (this.#isChecking) this.#security!.endCheck();
    this.#isChecking = false;
    connectQueue.leave(this);
  }
}
