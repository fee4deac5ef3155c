/**
 * HAR entries from the network events of a browser.
 *
 * A request has one event when it begins, one with the header lines as sent, and the same two for its response. A redirect
 * begins the same request again. Source: domain Network of the Chrome DevTools protocol.
 *
 * @module
 */

import type { HarEntry, HarPair, HarWebSocketMessage } from "../har/har_format.ts";
import type { Params } from "./devtools.ts";

/** Most entries that are kept, and most messages of one WebSocket or event stream. */
const MAX_ENTRIES = 20_000;
const MAX_MESSAGES = 1_000;
/** Most characters of one event of a stream that are kept. */
const MAX_EVENT = 10_000;

/** An exchange that is being recorded. */
interface Exchange {
  readonly pageId: string;
  readonly startMs: number;
  readonly startSeconds: number;
  readonly type: string;
  readonly request: Params;
  requestHeaders: Params | null;
  response: Params | null;
  responseHeaders: string | Params | null;
  endSeconds: number;
  error: string | null;
  body: { readonly text: string; readonly isBase64: boolean } | null;
  isFromCache: boolean;
  readonly messages: HarWebSocketMessage[];
  /** Data of the events of a stream, whose body is not given while it is open or after it was aborted. */
  readonly events: string[];
}

/** The exchanges of a recording. */
export class HarLog {
  readonly #exchanges: Exchange[] = [];
  readonly #byId = new Map<string, Exchange[]>();
  readonly #sockets = new Map<string, Exchange>();
  #droppedCount = 0;

  /** Number of exchanges that were not kept, because there were too many. */
  get dropped(): number {
    return this.#droppedCount;
  }

  /**
   * Takes an event.
   *
   * @param id The request's id with its session, unique in the browser
   * @param pageId Page that it belongs to
   */
  onEvent(method: string, params: Params, id: string, pageId: string): void {
    const hops = this.#byId.get(id) ?? [];
    const last = hops.at(-1);
    switch (method) {
      case "Network.requestWillBeSent":
        if (params.redirectResponse !== undefined && last !== undefined) {
          last.response = params.redirectResponse;
          last.endSeconds = params.timestamp;
        }
        return this.#begin(id, params, pageId);
      case "Network.requestWillBeSentExtraInfo": {
        const hop = hops.find(({ requestHeaders }) => requestHeaders === null);
        if (hop !== undefined) hop.requestHeaders = params.headers;
        return;
      }
      case "Network.responseReceivedExtraInfo": {
        const hop = hops.find(({ responseHeaders }) => responseHeaders === null);
        if (hop !== undefined) hop.responseHeaders = params.headers;
        return;
      }
      case "Network.responseReceived":
        if (last !== undefined) last.response = params.response;
        return;
      case "Network.requestServedFromCache":
        if (last !== undefined) last.isFromCache = true;
        return;
      case "Network.loadingFinished":
        if (last !== undefined) last.endSeconds = params.timestamp;
        return;
      case "Network.loadingFailed":
        if (last !== undefined) [last.endSeconds, last.error] = [params.timestamp, params.errorText];
        return;
      case "Network.eventSourceMessageReceived":
        if (last !== undefined && last.events.length < MAX_MESSAGES) last.events.push(params.data.slice(0, MAX_EVENT));
        return;
      default:
        this.#onSocketEvent(method, params, id, pageId);
    }
  }

  /** Returns whether the body of a response is worth to be kept: not that of images, styles and the like. */
  needsBody(id: string): boolean {
    const exchange = this.#byId.get(id)?.at(-1);
    return exchange !== undefined && !/^(?:Image|Font|Media|Stylesheet|Script|Manifest)$/.test(exchange.type);
  }

  /** Keeps the body of a request that did not come with its event. */
  setPostData(id: string, postData: string): void {
    const exchange = this.#byId.get(id)?.at(-1);
    if (exchange !== undefined) exchange.request.postData = postData;
  }

  /** Keeps the body of a response. */
  setBody(id: string, text: string, isBase64: boolean): void {
    const exchange = this.#byId.get(id)?.at(-1);
    if (exchange !== undefined) exchange.body = { text, isBase64 };
  }

  /** Returns the entries. */
  entries(): HarEntry[] {
    return this.#exchanges.map(entryOf);
  }

  #begin(id: string, params: Params, pageId: string): void {
    if (!/^https?:/.test(params.request.url)) return; // pages of the browser itself, and data
    const exchange = this.#keep({
      pageId,
      startMs: params.wallTime * 1000,
      startSeconds: params.timestamp,
      type: params.type ?? "Other",
      request: params.request,
    });
    if (exchange !== null) this.#byId.set(id, [...this.#byId.get(id) ?? [], exchange]);
  }

  #keep(start: Pick<Exchange, "pageId" | "startMs" | "startSeconds" | "type" | "request">): Exchange | null {
    if (this.#exchanges.length >= MAX_ENTRIES) {
      this.#droppedCount++;
      return null;
    }
    const exchange: Exchange = {
      ...start,
      requestHeaders: null,
      response: null,
      responseHeaders: null,
      endSeconds: start.startSeconds,
      error: null,
      body: null,
      isFromCache: false,
      messages: [],
      events: [],
    };
    this.#exchanges.push(exchange);
    return exchange;
  }

  #onSocketEvent(method: string, params: Params, id: string, pageId: string): void {
    const socket = this.#sockets.get(id);
    if (method === "Network.webSocketCreated") {
      const request = { method: "GET", url: params.url, headers: {} };
      const [startMs, startSeconds] = [Date.now(), NaN];
      const kept = this.#keep({ pageId, startMs, startSeconds, type: "WebSocket", request });
      if (kept !== null) this.#sockets.set(id, kept);
    } else if (socket === undefined) return;
    else if (method === "Network.webSocketWillSendHandshakeRequest") socket.requestHeaders = params.request.headers;
    else if (method === "Network.webSocketHandshakeResponseReceived") socket.response = params.response;
    else if (method === "Network.webSocketFrameSent") this.#message(socket, "send", params.response);
    else if (method === "Network.webSocketFrameReceived") this.#message(socket, "receive", params.response);
  }

  #message(socket: Exchange, type: string, { opcode, payloadData }: Params): void {
    if (socket.messages.length >= MAX_MESSAGES) return;
    socket.messages.push({ type, opcode, data: payloadData, time: Date.now() / 1000 });
  }
}

function entryOf(exchange: Exchange): HarEntry {
  const { request, response, error, pageId, startMs, startSeconds, endSeconds, type, messages } = exchange;
  const seconds = Number.isFinite(endSeconds - startSeconds) ? endSeconds - startSeconds : 0;
  const headers = pairs(exchange.requestHeaders ?? request.headers);
  const answered = pairs(exchange.responseHeaders ?? response?.headers ?? {});
  return {
    pageref: pageId,
    startedDateTime: new Date(startMs).toISOString(),
    time: seconds * 1000,
    request: { method: request.method, url: request.url, headers, ...postData(request, headers) },
    response: {
      status: response?.status ?? 0,
      headers: answered,
      content: {
        mimeType: response?.mimeType ?? "",
        ...bodyText(exchange),
      },
      _error: error,
    },
    _resourceType: type.toLowerCase(),
    ...(type === "WebSocket" ? { _webSocketMessages: messages } : {}),
    ...(exchange.isFromCache || response?.fromDiskCache ? { _fromCache: "cache" } : {}),
  };
}

function bodyText({ body, events }: Exchange): { readonly text?: string; readonly encoding?: string } {
  if (events.length > 0) {
    return { text: events.map((data) => `${data.split("\n").map((line) => `data: ${line}\n`).join("")}\n`).join("") };
  }
  if (body === null) return {};
  return { text: body.text, ...(body.isBase64 ? { encoding: "base64" } : {}) };
}

/** Returns header lines; several lines of one name are joined by line ends. */
function pairs(headers: Params): HarPair[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    String(value).split("\n").map((line) => ({ name, value: line }))
  );
}

/** Returns the body of a request: as a string if it is one, as base64 if it is bytes. */
function postData(request: Params, headers: readonly HarPair[]): Pick<HarEntry["request"], "postData"> {
  const parts: readonly string[] = (request.postDataEntries ?? []).map(({ bytes = "" }) => bytes);
  if (parts.length === 0 && typeof request.postData !== "string") return {};
  const mimeType = headers.find(({ name }) => name?.toLowerCase() === "content-type")?.value ?? "";
  if (parts.length === 0) return { postData: { mimeType, text: request.postData } };
  const bytes = parts.flatMap((part) => [...Uint8Array.fromBase64(part)]);
  try {
    return { postData: { mimeType, text: new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(bytes)) } };
  } catch {
    return { postData: { mimeType, text: new Uint8Array(bytes).toBase64(), encoding: "base64" } };
  }
}
