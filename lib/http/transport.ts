/**
 * The seam between the client that users hold and the network.
 *
 * @module
 */

/** A request exactly as it is sent. The client handles redirects, cookies and names; a transport does not. */
export interface WireRequest {
  /** The method, upper case. */
  readonly method: string;
  /** Absolute `http:` or `https:` URL without a fragment. */
  readonly url: URL;
  /**
   * Header lines in the order they are sent, including `cookie`. A transport adds `host`, `connection`, `content-length`
   * and `transfer-encoding` if they are missing.
   */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The whole body, or a stream, which is sent chunked and only once; `null` for no body. */
  readonly body: Uint8Array | ReadableStream<Uint8Array> | null;
  /**
   * What a transport derives from the fields above, such as the serialised head. The client passes the same object for an
   * equal request, so this is computed once per distinct request.
   */
  transportCache?: unknown;
}

/** The decoded text of a body, shared by responses with the same bytes, so that it is decoded once. */
export interface SharedText {
  /** The decoded text; `null` until first requested. */
  promise: Promise<string> | null;
}

/** A complete response. */
export interface WireResponse {
  /** 200–599; the transport consumes informational responses. */
  readonly status: number;
  /** The reason phrase as sent, possibly empty. */
  readonly statusText: string;
  /** The body after transfer decoding. */
  readonly body: Uint8Array;
  /** The coding `body` is still in (`gzip`, `br`, …), or `null` when it is plain. */
  readonly contentEncoding: string | null;
  /** Bytes received on the wire for this response: head, framing and body; estimated if the transport cannot see them. */
  readonly bytesReceived: number;
  /** When the first byte of the response arrived, on {@linkcode nowMs}' clock. */
  readonly firstByteMs: number;
  /** When the last byte of the response arrived, on {@linkcode nowMs}' clock. */
  readonly lastByteMs: number;
  /** Values of the `set-cookie` lines in order; empty if there are none. */
  readonly setCookies: readonly string[];
  /** The cost of the connection if it was established for this request, else `null`; also `null` if not observed. */
  readonly connectPhases: ConnectPhases | null;
  /** Where the decoded text of the body is kept; `null` if no other response is known to have the same body. */
  readonly sharedText: SharedText | null;

  /**
   * Returns the value of the first header line with a name.
   *
   * @param name Header name, lower case
   * @returns The value, or `null` if there is no such line
   */
  header(name: string): string | null;

  /** Returns all header lines in the order received, names in lower case. It may parse: not for the hot path. */
  headerLines(): readonly (readonly [name: string, value: string])[];

  /** Version of HTTP in which it came; `null` where the transport does not tell. */
  readonly httpVersion: "1.1" | "2" | null;

  /**
   * Header lines that came after the body, names in lower case; empty without any, over HTTP/1.1, and where the transport
   * does not see them.
   */
  readonly trailers: readonly (readonly [name: string, value: string])[];
}

/**
 * Why there is no complete response. `refused`, `reset`, `dns`, `tls`, `unreachable`: the connection failed; `timeout`:
 * the time limit passed; `truncated`: the response ended early; `protocol`: the response is not HTTP; `limit`: the
 * response exceeds one of our limits; `resources`: this machine has no more ports or open files; `aborted`: the caller's
 * signal; `interrupted`: the run ended first; `unsupported`: this transport cannot do it; `other`: see the message.
 */
export type FailureKind =
  | "refused"
  | "reset"
  | "dns"
  | "tls"
  | "unreachable"
  | "timeout"
  | "truncated"
  | "protocol"
  | "limit"
  | "resources"
  | "aborted"
  | "interrupted"
  | "unsupported"
  | "other";

/** Thrown when there is no complete response. The message is stable, for the error table: no ports, addresses or ids. */
export class TransportError extends Error {
  override readonly name = "TransportError";
  /** The class of the failure. */
  readonly kind: FailureKind;

  /**
   * @param kind The class of the failure
   * @param message Stable message, lower case, e.g. `connection refused`
   * @param options The usual `cause`, with the system's own message
   */
  constructor(kind: FailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** Methods that have the same effect when a request is sent twice (RFC 9110, 9.2.2). */
const IDEMPOTENT_METHODS = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]);

/** Returns whether a request with a method (upper case) may be repeated without being asked for. */
export function isIdempotent(method: string): boolean {
  return IDEMPOTENT_METHODS.has(method);
}

/** The head of a response whose body follows in parts. */
export type ResponseHead = Omit<WireResponse, "body" | "bytesReceived" | "lastByteMs" | "sharedText" | "trailers">;

/** Receives a response in parts, so that nothing is buffered whole; `maxBodyBytes` does not apply then. */
export interface PartsListener {
  /** Called once, before the first part. */
  onHead(head: ResponseHead): void;
  /** Called with each part of the body, which the listener may keep; a held exchange may still pass on a few. */
  onPart(bytes: Uint8Array): void;
}

/** Receives the events of one exchange. */
export interface ExchangeListener {
  /** The verdict on the response, for those who keep traces; `null` before it, and if the request goes on. */
  readonly judge?: { readonly isOpen: boolean } | null;
  /** Receives the response in parts; the body passed to `onResponse` is then empty. @default none: whole */
  readonly parts?: PartsListener | undefined;
  /**
   * Called when sending starts, or connecting for the request does: at most once, possibly before `send` has returned, and
   * not at all if the request fails earlier. Time spent waiting for the worker itself is not part of the request's time.
   *
   * @param atMs When, on {@linkcode nowMs}' clock
   */
  onStart(atMs: number): void;
  /**
   * Called each time writing the request to a connection starts: from then on the server may have seen it, and after the
   * second call twice.
   */
  onSent(): void;
  /** Called with the complete response. Either this or `onError` is called, once, after `send` has returned. */
  onResponse(response: WireResponse): void;
  /**
   * Called when there will be no complete response.
   *
   * @param bytesReceived Bytes received nevertheless, as in {@linkcode WireResponse.bytesReceived}
   */
  onError(error: TransportError, bytesReceived: number): void;
}

/** A request in flight. */
export interface Exchange {
  /**
   * Ends the exchange: closes its connection and calls `onError(reason)` soon after. Does nothing if the exchange is
   * over.
   */
  abort(reason: TransportError): void;
  /** Stops or continues reading a body that is received in parts, so that the server has to wait. */
  hold(isHeld: boolean): void;
}

/** Name of a transport: `socket`, our own and the fastest, or `fetch`, Deno's own. */
export type TransportName = "socket" | "fetch";
/** All names. */
export const TRANSPORT_NAMES: readonly TransportName[] = ["socket", "fetch"];

/**
 * Version of HTTP. `1.1`: that version; `2`: HTTP/2, over `http:` with prior knowledge; `auto`: the server's choice over
 * `https:`, and 1.1 over `http:`.
 */
export type HttpVersion = "1.1" | "2" | "auto";
/** All versions. */
export const HTTP_VERSIONS: readonly HttpVersion[] = ["1.1", "2", "auto"];

/** Errors of requests over HTTP/2 to a server without it: the server's choice in the TLS handshake, and its answer. */
export const NO_HTTP2: readonly [selected: string, answered: string] = [
  "the server does not support HTTP/2",
  "the server answers in HTTP/1.1, not HTTP/2",
];

/** Options of a user's connections; the same for every request of that user. */
export interface TransportOptions {
  /** Version of HTTP; socket transport only. @default "auto" */
  readonly http?: HttpVersion;
  /**
   * Longest time to establish a connection, in milliseconds; beyond it the request fails with `timeout`. `Infinity`, or
   * more than a timer can hold (24 days), means no limit. Socket transport only: fetch does not expose its connects.
   *
   * @default 10 000
   */
  readonly connectTimeoutMs?: number;
  /** Whether connections are reused for further requests. @default true */
  readonly keepAlive?: boolean;
  /** Certificates in PEM that are trusted in addition to the system's. */
  readonly caCerts?: readonly string[];
  /** Client certificate in PEM, followed by its chain if it has one; needs `key`. */
  readonly cert?: string;
  /** Key of the client certificate in PEM, without a password. */
  readonly key?: string;
  /** Whether server certificates are accepted unchecked. @default false */
  readonly insecure?: boolean;
  /**
   * Whether a user that connects to a server again resumes its TLS session, as a browser does. Socket transport with
   * OpenSSL only; fetch always resumes sessions.
   *
   * @default true
   */
  readonly tlsResume?: boolean;
  /**
   * URL of a proxy for all requests, with user name and password if needed: `http:`, and with the fetch transport also
   * `https:` or `socks5:`. Or `env`: the proxies in `HTTP_PROXY`, `HTTPS_PROXY` and `ALL_PROXY`, except for hosts in
   * `NO_PROXY`. @default none, even if these variables are set
   */
  readonly proxy?: string;
  /** Path of a unix socket to connect to instead of the URL's host. */
  readonly unixSocket?: string;
  /**
   * IP address of this machine to connect from; only addresses of the same family are then used for a host.
   *
   * @default the system's choice
   */
  readonly localAddress?: string;
  /** `host:port` to connect to instead of the URL's host; `host` header and TLS server name are unchanged. */
  readonly connectTo?: string;
  /** Largest response body in bytes, as on the wire; a larger one is a `limit` failure. @default 1 GiB */
  readonly maxBodyBytes?: number;
}

/** How long each phase of establishing one connection took, in milliseconds; 0 for a phase it did not have. */
export interface ConnectPhases {
  /** DNS lookup; 0 for an address or a cached name. */
  readonly dnsMs: number;
  /** TCP handshake, including failed attempts at other addresses and a proxy's tunnel. */
  readonly connectMs: number;
  /** TLS handshake. */
  readonly tlsMs: number;
  /** Whether the TLS handshake resumed a session; `null` without TLS. */
  readonly handshake: "full" | "resumed" | null;
}

/** Something that waits to be sent under a cap on requests. */
export interface Turn {
  /** When sending was requested, on {@linkcode nowMs}' clock. */
  askedMs: number;
  /** Whether it was cancelled before it was sent. */
  readonly isOver: boolean;
  /** Sends it. */
  send(): void;
}

/** Where requests wait for their turn. */
export interface Turns {
  /** Sends something when it is its turn, possibly before this returns; skips it if it is over by then. */
  enter(turn: Turn): void;
}

/** Receives connection events from transports that expose them. */
export interface TransportObserver {
  /** Called for each connection established. */
  onConnected(phases: ConnectPhases): void;
}

/**
 * Sends requests over connections of its own: one instance per user.
 *
 * Exchanges may overlap; over HTTP/1.1 each then has its own connection. A transport follows no redirects and keeps no
 * cookies. It sends a request at most twice, the second time only if the method is idempotent (RFC 9110, 9.2.2), the
 * connection was idle before, and no byte of a response arrived.
 */
export interface Transport {
  /** Where its requests wait for their turn, for anything sent alongside; absent if there is no cap. */
  readonly turns?: Turns;
  /** Starts one exchange. Never throws: problems with the request go to `listener.onError`. */
  send(request: WireRequest, listener: ExchangeListener): Exchange;
  /** Closes all connections; exchanges in flight end with `interrupted`. The transport cannot be used afterwards. */
  close(): void;
}
