/**
 * One HTTP/2 connection, which serves many exchanges at once.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import { nowMs } from "../../../core/clock.ts";
import type { Origin } from "../../origin.ts";
import { type ConnectPhases, NO_HTTP2, TransportError } from "../../transport.ts";
import { socketFailure } from "../failures.ts";
import { DEFAULT_MAX_BODY_BYTES } from "../limits.ts";
import type { Alpn } from "../net/tls/alpn.ts";
import { Dial, type DialListener } from "../net/dial.ts";
import type { Route } from "../net/route.ts";
import type { WireSocket } from "../net/wire_socket.ts";
import type { Writer } from "../net/write_batch.ts";
import type { ExchangeHost, StreamExchange } from "./exchange.ts";
import { ConnectionFailure, errorName, goAwayFrame, resetFrame } from "./frames.ts";
import { FrameReader } from "./frame_reader.ts";
import { Incoming, type IncomingHost } from "./incoming.ts";
import { endOf, mayRepeat, NOBODY, unseenOf } from "./loss.ts";
import { OpenStreams } from "./open_streams.ts";
import { Outgoing } from "./outgoing.ts";

/** Most connections that one exchange is moved from before they answered anything. */
const MAX_MOVES = 3;

/** Owns connections and reuses them. */
export interface ConnectionOwner {
  /** Called when a connection has been established. */
  onConnected(phases: ConnectPhases): void;
  /** Called once when a connection accepts no more exchanges; its current ones may continue. */
  onRetired(connection: StreamConnection): void;
  /** Called once when a connection has closed. */
  onClosed(connection: StreamConnection): void;
  /** Called when an exchange must move to a new connection. */
  onStale(exchange: StreamExchange): void;
  /** Called instead of `onConnected` if the server has selected another protocol; only the socket stays open. */
  onOtherProtocol(exchanges: readonly StreamExchange[], socket: WireSocket, phases: ConnectPhases): void;
}

/** A connection from its first exchange to its end. `Incoming` handles what is received, `Outgoing` what is sent. */
export class StreamConnection implements DialListener, ExchangeHost, IncomingHost, Writer {
  /** Key of the server's origin. */
  readonly originKey: string;
  /** Exchanges in flight, by stream number. */
  readonly streams: OpenStreams<StreamExchange> = new OpenStreams();
  readonly #owner: ConnectionOwner;
  readonly #isForOne: boolean;
  readonly #isTls: boolean;
  readonly #incoming: Incoming;
  readonly #reader: FrameReader;
  #outgoing: Outgoing | null = null;
  /** Exchanges waiting to be sent, in order. */
  #queue: StreamExchange[] = [];
  #dial: Dial | null;
  #socket: WireSocket | null = null;
  #isDialing = false;
  #isScheduled = false;
  #isRetired = false;
  #isClosed = false;
  /** Whether it has served an exchange: only then can the server have closed it for being idle. */
  #isUsed = false;
  /** Most open streams until the server's settings arrive; `null` if no earlier connection knows. */
  firstMaxStreams: number | null = null;
  /** The reason in the server's GOAWAY, if it has sent one. */
  #goAwayReason: string | null = null;

  /**
   * Starts to connect.
   *
   * @param route How this user connects
   * @param alpn Protocols to offer on an encrypted connection
   */
  constructor(owner: ConnectionOwner, origin: Origin, route: Route, alpn: Alpn) {
    this.#owner = owner;
    this.#isTls = origin.isTls;
    this.originKey = origin.key;
    this.#isForOne = !(route.options.keepAlive ?? true);
    this.#incoming = new Incoming(this, route.options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES);
    this.#reader = new FrameReader(this.#incoming);
    this.#dial = new Dial(origin, route, this, alpn);
  }

  /** Most open streams as the server has set it; `null` before the connection is established. */
  get maxStreams(): number | null {
    return this.#outgoing?.settings.maxStreams ?? null;
  }

  /** The sending side; only available once the connection is established. */
  get outgoing(): Outgoing {
    return this.#outgoing!;
  }

  /** Sends an exchange at the end of this turn of the event loop, or as soon as the connection and the server allow. */
  serve(exchange: StreamExchange): void {
    exchange.host = this;
    this.#queue.push(exchange);
    if (this.#socket !== null) this.schedule();
    else if (this.#isDialing) exchange.start(nowMs());
    if (this.#isForOne) this.retire();
  }

  /** Schedules the waiting exchanges for the end of this turn of the event loop. */
  schedule(): void {
    if (this.#isScheduled || this.#isClosed) return;
    this.#isScheduled = true;
    this.#socket!.batch.add(this);
  }

  write(): void {
    this.#isScheduled = false;
    if (this.#isClosed) return;
    this.outgoing.open(this.#queue, nowMs());
    if (this.outgoing.isExhausted) this.retire();
  }

  cancel(exchange: StreamExchange): void {
    if (this.streams.get(exchange.id) === exchange) this.reset(exchange, "CANCEL");
    else {
      this.#queue = this.#queue.filter((one) => one !== exchange);
      if (this.#socket === null && this.#queue.length === 0) this.close();
    }
    this.closeIfDone();
  }

  resume(exchange: StreamExchange): void {
    this.#incoming.resume(exchange);
  }

  /** Resets a stream. */
  reset(exchange: StreamExchange, reason: Parameters<typeof resetFrame>[1]): void {
    this.remove(exchange);
    this.outgoing.control(resetFrame(exchange.id, reason));
  }

  /** Removes an exchange whose stream has ended. */
  remove(exchange: StreamExchange): void {
    this.streams.remove(exchange.id);
    exchange.upload?.stop();
    exchange.host = null;
    if (this.#queue.length > 0) this.schedule(); // there is room for the next one
  }

  /** Stops accepting exchanges. */
  retire(): void {
    if (this.#isRetired) return;
    this.#isRetired = true;
    this.#owner.onRetired(this);
  }

  /** Closes the connection if it accepts no more exchanges and has none. */
  closeIfDone(): void {
    if (this.#isRetired && this.streams.size === 0 && this.#queue.length === 0) this.close();
  }

  /** Closes the connection without notifying its exchanges. */
  close(reason: Parameters<typeof goAwayFrame>[0] = "NO_ERROR"): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#dial?.cancel();
    for (const exchange of this.streams.all()) exchange.upload?.stop();
    this.#outgoing?.stop(goAwayFrame(reason));
    this.#socket?.destroy();
    this.retire();
    this.#owner.onClosed(this);
  }

  /** Closes the connection; its exchanges end with the given reason. */
  interrupt(reason: TransportError): void {
    for (const exchange of this.#all()) exchange.abort(reason);
    this.close();
  }

  /** Called when the server accepts no more streams and has not processed those above `lastId`. */
  goAway(lastId: number, code: number): void {
    if (code !== 0) this.#goAwayReason = errorName(code);
    this.retire();
    const unseen = this.streams.all().filter(({ id }) => id > lastId);
    const waiting = this.#queue.splice(0);
    for (const exchange of unseen) this.remove(exchange);
    for (const exchange of [...unseen, ...waiting]) {
      this.move(exchange, new TransportError("reset", "the server went away (GOAWAY)"));
    }
    this.closeIfDone();
  }

  /**
   * Moves an exchange to another connection, or fails it if that is not allowed.
   *
   * @param isUnseen Whether the server has not received it: then the move is not a repetition
   */
  move(exchange: StreamExchange, failure: TransportError, isUnseen = exchange.id === 0): void {
    if (!this.#isUsed) exchange.moves++; // a connection that has answered has got the others closer to their turn
    const mayMove = exchange.moves <= MAX_MOVES && (isUnseen || !exchange.isRepeated) &&
      (exchange.upload?.isRepeatable ?? true);
    if (!mayMove) return exchange.fail(failure);
    if (!isUnseen) exchange.isRepeated = true;
    exchange.rewind();
    this.#owner.onStale(exchange);
  }

  onDialing(atMs: number): void {
    this.#isDialing = true;
    for (const exchange of this.#queue) exchange.start(atMs);
  }

  onDialed(socket: WireSocket, phases: ConnectPhases): void {
    this.#dial = null;
    if (this.#isTls && socket.protocol !== "h2") return this.#giveUp(socket, phases);
    this.#socket = socket;
    this.#outgoing = new Outgoing(socket, this.streams, (exchange, error) => {
      this.reset(exchange, "CANCEL");
      exchange.fail(error);
      this.closeIfDone();
    });
    if (this.firstMaxStreams !== null) this.#outgoing.settings.maxStreams = this.firstMaxStreams;
    this.#owner.onConnected(phases);
    const [first] = this.#queue;
    if (first !== undefined) first.phases = phases;
    this.schedule();
  }

  /** Called when the server has selected another protocol. */
  #giveUp(socket: WireSocket, phases: ConnectPhases): void {
    const exchanges = this.#queue.splice(0);
    this.close();
    this.#owner.onOtherProtocol(exchanges, socket, phases);
  }

  onDialFailed(error: TransportError): void {
    const isRefused = error.kind === "unsupported"; // no protocol in common
    this.#endAll(isRefused ? new TransportError("protocol", NO_HTTP2[0], { cause: error }) : error);
  }

  onConnect(): void {}

  onSecure(): void {}

  onBytes(bytes: Buffer, length: number): void {
    try {
      this.#incoming.begin(nowMs());
      this.#reader.feed(bytes, length);
    } catch (error) {
      this.#incoming.deliver();
      return this.#break(error);
    }
    if (this.#incoming.hasAnswers) this.#isUsed = true;
    this.#incoming.deliver();
    this.closeIfDone();
  }

  onEnd(): void {
    this.#lose(null);
  }

  onError(error: unknown): void {
    this.#lose(socketFailure(error));
  }

  /** Called when the server has violated the protocol. */
  #break(error: unknown): void {
    const failure = error instanceof ConnectionFailure
      ? error
      : new ConnectionFailure("INTERNAL_ERROR", "the answer could not be read", "other", { cause: error });
    this.#endAll(failure, failure.reason);
  }

  #endAll(error: TransportError, reason?: Parameters<typeof goAwayFrame>[0]): void {
    const all = this.#all();
    this.close(reason);
    for (const exchange of all) exchange.fail(error);
  }

  /** Called when the connection has ended, with the error or `null`. */
  #lose(error: TransportError | null): void {
    const sent = this.streams.all();
    const waiting = this.#queue;
    // The kind of encrypted bytes is unknown.
    const unseen = this.#isTls ? NOBODY : unseenOf(sent, this.#outgoing, this.#socket);
    this.close();
    for (const exchange of sent) {
      const failure = error ?? endOf(exchange, this.#goAwayReason);
      const isUnseen = unseen.has(exchange);
      if (this.#isUsed && (isUnseen || mayRepeat(exchange))) this.move(exchange, failure, isUnseen);
      else exchange.fail(failure);
    }
    for (const exchange of waiting) {
      const failure = error ?? endOf(exchange, this.#goAwayReason);
      if (this.#isUsed || this.#goAwayReason !== null) this.move(exchange, failure);
      else exchange.fail(failure);
    }
  }

  #all(): StreamExchange[] {
    return [...this.streams.all(), ...this.#queue];
  }
}
