/**
 * The client users hold.
 *
 * @module
 */

import { describeError } from "../core/error_site.ts";
import type { ClientContext } from "./client/client_context.ts";
import type { CookieStore } from "./client/cookies.ts";
import { type ClientOwner, ClientSender } from "./client/sending/client_sender.ts";
import { PendingRequest } from "./client/sending/pending_request.ts";
import { badTarget, prepareRequest } from "./client/sending/prepared_request.ts";
import { encodeBody } from "./client/request_body.ts";
import { RequestError } from "./client/request_error.ts";
import { refuseUnknown, REQUEST_OPTIONS, type RequestOptions } from "./client/request_options.ts";
import type { LocustResponse } from "./client/response.ts";
import { isTarget, noTarget } from "./client/target.ts";
import { StreamOpener, type StreamOptions } from "./stream/stream_opener.ts";
import type { LocustStream } from "./stream/stream_response.ts";
import type { LocustWebSocket } from "./websocket/websocket.ts";
import { WebSocketOpener } from "./websocket/websocket_opener.ts";
import type { WebSocketConnectOptions } from "./websocket/websocket_options.ts";

/** Uses and judges a response: the last argument of the block form. */
export type ResponseBlock<T> = (response: LocustResponse) => T | Promise<T>;

/**
 * One user's HTTP client: its own connections, its own cookies, every request measured.
 *
 * Each method takes a path or URL, fetch-like options, and optionally a block that uses the response:
 * `const resp = await client.get("/")`, or `await client.get("/", async (resp) => { … })`, whose value is the block's. A
 * status of 400 or above counts as failed but does not interrupt the user; a connection error, a timeout, a truncated
 * response and a bad URL are counted and then thrown as {@linkcode RequestError}, which ends the iteration.
 */
export class LocustClientSession {
  readonly #sender: ClientSender;
  #openedSockets: WebSocketOpener | null = null;
  #streams: StreamOpener | null = null;
  /** The last error a block threw: its request already counts as failed. */
  #blamed: unknown = undefined;

  /** Made by `HttpUser` only. */
  constructor(context: ClientContext, owner: Partial<ClientOwner> = {}) {
    this.#sender = new ClientSender(context, owner);
  }

  /** This user's cookies. */
  get cookies(): CookieStore {
    return this.#sender.cookies;
  }

  /** Sends a GET request; see {@linkcode LocustClientSession.request}. */
  get<T = LocustResponse>(
    target: string | URL,
    options?: RequestOptions | ResponseBlock<T>,
    block?: ResponseBlock<T>,
  ): Promise<T> {
    return this.#dispatch("GET", target, options, block);
  }

  /** Sends a POST request; see {@linkcode LocustClientSession.request}. */
  post<T = LocustResponse>(
    target: string | URL,
    options?: RequestOptions | ResponseBlock<T>,
    block?: ResponseBlock<T>,
  ): Promise<T> {
    return this.#dispatch("POST", target, options, block);
  }

  /** Sends a PUT request; see {@linkcode LocustClientSession.request}. */
  put<T = LocustResponse>(
    target: string | URL,
    options?: RequestOptions | ResponseBlock<T>,
    block?: ResponseBlock<T>,
  ): Promise<T> {
    return this.#dispatch("PUT", target, options, block);
  }

  /** Sends a PATCH request; see {@linkcode LocustClientSession.request}. */
  patch<T = LocustResponse>(
    target: string | URL,
    options?: RequestOptions | ResponseBlock<T>,
    block?: ResponseBlock<T>,
  ): Promise<T> {
    return this.#dispatch("PATCH", target, options, block);
  }

  /** Sends a DELETE request; see {@linkcode LocustClientSession.request}. */
  delete<T = LocustResponse>(
    target: string | URL,
    options?: RequestOptions | ResponseBlock<T>,
    block?: ResponseBlock<T>,
  ): Promise<T> {
    return this.#dispatch("DELETE", target, options, block);
  }

  /** Sends a HEAD request; see {@linkcode LocustClientSession.request}. */
  head<T = LocustResponse>(
    target: string | URL,
    options?: RequestOptions | ResponseBlock<T>,
    block?: ResponseBlock<T>,
  ): Promise<T> {
    return this.#dispatch("HEAD", target, options, block);
  }

  /** Sends an OPTIONS request; see {@linkcode LocustClientSession.request}. */
  options<T = LocustResponse>(
    target: string | URL,
    options?: RequestOptions | ResponseBlock<T>,
    block?: ResponseBlock<T>,
  ): Promise<T> {
    return this.#dispatch("OPTIONS", target, options, block);
  }

  /**
   * Sends a request.
   *
   * @param method The method, in any case
   * @param target A path under the base URL, or a full URL
   * @param options Fetch-like options; optional before a block
   * @param block Uses the response; exactly this response is judged, until the block ends
   * @returns The response, its body read in full; with a block, what the block returns
   * @throws {RequestError} if there is no complete response, or the status is an error and `raiseForStatus` is set
   * @throws {TypeError} if the target is not a string or `URL`, or the options cannot be used
   */
  request<T = LocustResponse>(
    method: string,
    target: string | URL,
    options?: RequestOptions | ResponseBlock<T>,
    block?: ResponseBlock<T>,
  ): Promise<T> {
    return this.#dispatch(method.toUpperCase(), target, options, block);
  }

  /**
   * Opens a WebSocket to a path or an `http:`, `https:`, `ws:` or `wss:` URL; the connect is a row of method `WS`.
   *
   * @throws {RequestError} if it cannot be opened; {TypeError}, {RangeError} or {DOMException} if the options are wrong
   */
  ws(target: string | URL, options: WebSocketConnectOptions = {}): Promise<LocustWebSocket> {
    if (!isTarget(target)) return Promise.reject(noTarget(target));
    return this.#sockets.open(String(target), options);
  }

  /**
   * Sends a request and returns its response as soon as the head has arrived; the body is read while it arrives.
   *
   * The row's time is that to the last byte. A stream that an iteration leaves open is closed at its end.
   *
   * @param target A path under the base URL, or a full URL
   * @throws {RequestError} if no head arrives, or the status is an error and `raiseForStatus` is set
   * @throws {TypeError} if the target is not a string or `URL`, or the options cannot be used
   */
  stream(target: string | URL, options: StreamOptions = {}): Promise<LocustStream> {
    this.endJudging();
    if (!isTarget(target)) return Promise.reject(noTarget(target));
    return (this.#streams ??= new StreamOpener(this.#sender)).open(String(target), options);
  }

  /** @ignore */
  endStart(): void {
    this.endJudging();
    this.#streams?.keep();
  }

  /** @ignore */
  endIteration(): void {
    this.endJudging();
    if (this.#streams !== null) this.#streams.close();
  }

  /**
   * Ends the judging of the last response, as the next request or the end of an iteration does.
   *
   * @ignore
   */
  endJudging(): void {
    this.#sender.endJudging();
  }

  /**
   * Attributes an error that ended an iteration to a request, if one is being judged.
   *
   * @returns Whether the error is counted with a request
   * @ignore
   */
  blame(error: unknown): boolean {
    if (error instanceof RequestError || (error !== undefined && error === this.#blamed)) return true;
    return this.#sender.judge?.blame(describeError(error), error) ?? false;
  }

  /** @ignore */
  close(): void {
    this.endJudging();
    this.#sockets.close();
    this.#sender.transport.close();
  }

  #dispatch<T>(
    method: string,
    target: string | URL,
    options: RequestOptions | ResponseBlock<T> | undefined,
    block: ResponseBlock<T> | undefined,
  ): Promise<T> {
    this.endJudging();
    if (!isTarget(target)) return Promise.reject(noTarget(target));
    if (typeof options === "function") return this.#requestInBlock(method, target, {}, options);
    if (block !== undefined) return this.#requestInBlock(method, target, options ?? {}, block);
    if (options === undefined && !this.#sender.context.shouldRaiseForStatus) {
      return this.#requestPlain(method, target) as Promise<T>;
    }
    return this.#requestOpen(method, target, options ?? {}) as Promise<T>;
  }

  /** The hot path: a known request costs two map lookups and no option handling. */
  #requestPlain(method: string, target: string | URL): Promise<LocustResponse> {
    let plain;
    try {
      plain = this.#sender.context.plainRequest(method, typeof target === "string" ? target : target.href);
    } catch (error) {
      return Promise.reject(badTarget(this.#sender, method, String(target), error));
    }
    const sender = this.#sender;
    const withCookies = sender.plainWithCookies(plain.wire);
    return new PendingRequest(sender, plain.wire, withCookies, plain.series, sender.context.plainPolicy).promise;
  }

  get #sockets(): WebSocketOpener {
    const sender = this.#sender;
    return this.#openedSockets ??= new WebSocketOpener(sender, sender.cookies, sender.transport.turns ?? null);
  }

  async #requestOpen(method: string, target: string | URL, options: RequestOptions): Promise<LocustResponse> {
    const response = await (await this.#start(method, target, options, false)).promise;
    if (options.raiseForStatus ?? this.#sender.context.shouldRaiseForStatus) response.raiseForStatus();
    return response;
  }

  async #requestInBlock<T>(
    method: string,
    target: string | URL,
    options: RequestOptions,
    block: ResponseBlock<T>,
  ): Promise<T> {
    const pending = await this.#start(method, target, options, true);
    const response = await pending.promise;
    const judge = pending.judge!;
    try {
      if (options.raiseForStatus ?? this.#sender.context.shouldRaiseForStatus) response.raiseForStatus();
      return await block(response);
    } catch (error) {
      if (!(error instanceof RequestError) && judge.blame(describeError(error), error)) {
        this.#blamed = error;
        if (error instanceof Error) this.#sender.context.blamedErrors.add(error);
      }
      throw error;
    } finally {
      judge.settle();
    }
  }

  async #start(
    method: string,
    target: string | URL,
    options: RequestOptions,
    isJudgedByBlock: boolean,
  ): Promise<PendingRequest> {
    refuseUnknown(options, REQUEST_OPTIONS, "send a request");
    const encoding = encodeBody(options);
    const encoded = encoding instanceof Promise ? await encoding : encoding;
    const { wire, series, policy } = prepareRequest(this.#sender, method, String(target), options, encoded);
    const withCookies = this.#sender.withCookies(wire);
    const pending = new PendingRequest(this.#sender, wire, withCookies, series, policy, isJudgedByBlock);
    if (options.signal) pending.abortOn(options.signal);
    return pending;
  }
}
