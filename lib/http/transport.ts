/**
 * The one seam between the client users hold and the network.
 *
 * @module
 */

/** A request exactly as it is to be sent: redirects, cookies and names are the client's business, not a transport's. */
export interface WireRequest {
  /** The method, upper case. */
  readonly method: string;
  /** Absolute `http:` or `https:` URL without a fragment. */
  readonly url: URL;
  /**
   * Header lines in the order they are to be sent, `cookie` among them. A transport adds `host`, `connection`,
   * `content-length` and `transfer-encoding` by itself where they are not given.
   */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The whole body, or a stream that is sent chunked and can be sent once only; `null` sends none. */
  readonly body: Uint8Array | ReadableStream<Uint8Array> | null;
  /**
   * Room for what a transport derives from the fields above, such as the serialised head. The client hands the same
   * object over again for an equal request, so what is kept here is computed once per distinct request.
   */
  transportCache?: unknown;
}

/** Room for the text of a body, shared by answers whose bytes are the same, so that it is decoded once for all. */
export interface SharedText {
  /** The decoded text; `null` until somebody has asked for it. */
  promise: Promise<string> | null;
}

/** An answer that arrived whole. */
export interface WireResponse {
  /** 200–599; informational answers are consumed by the transport. */
  readonly status: number;
  /** The reason phrase as sent, possibly empty. */
  readonly statusText: string;
  /** The body after transfer decoding. */
  readonly body: Uint8Array;
  /** The coding `body` is still in (`gzip`, `br`, …), or `null` when it is plain. */
  readonly contentEncoding: string | null;
  /** Bytes received on the wire for this answer: head, framing and body; an estimate where the transport cannot see it. */
  readonly bytesReceived: number;
  /** When the first byte of the answer arrived, on {@linkcode nowMs}' clock. */
  readonly firstByteMs: number;
  /** When the last byte of the answer arrived, on {@linkcode nowMs}' clock. */
  readonly lastByteMs: number;
  /** Values of the `set-cookie` lines in order; empty without one. */
  readonly setCookies: readonly string[];
  /** What the connection cost when it was established for this very request, else `null`; `null` where not seen. */
  readonly connectPhases: ConnectPhases | null;
  /** Where the text of the body is kept once it was decoded; `null` where no other answer is known to have the same. */
  readonly sharedText: SharedText | null;

  /**
   * Returns the value of the first header line of that name.
   *
   * @param name Header name, lower case
   * @returns The value, or `null` without such a line
   */
  header(name: string): string | null;

  /** Returns every header line in the order received, names in lower case. May parse: not for the hot path. */
  headerLines(): readonly (readonly [name: string, value: string])[];
}

/**
 * Why no whole answer came. `refused`, `reset`, `dns`, `tls`, `unreachable`: the connection failed; `timeout`: the
 * time limit passed; `truncated`: the answer ended early; `protocol`: the answer is not HTTP; `limit`: the answer
 * exceeds a limit of ours; `resources`: this machine has no more ports or open files; `aborted`: the caller's signal;
 * `interrupted`: the run ended first; `unsupported`: this transport cannot do it; `other`: see the message.
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

/** No whole answer: the message is stable text for the error table, without ports, addresses or ids in it. */
export class TransportError extends Error {
  override readonly name = "TransportError";
  /** The class of the failure. */
  readonly kind: FailureKind;

  /**
   * @param kind The class of the failure
   * @param message Stable text, lower case, e.g. `connection refused`
   * @param options The usual `cause`, with the system's own text
   */
  constructor(kind: FailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** Methods that have the same effect when a request is sent twice (RFC 9110, 9.2.2). */
const IDEMPOTENT_METHODS = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]);

/** Returns whether a request of that method (upper case) may be sent once more without being asked for. */
export function isIdempotent(method: string): boolean {
  return IDEMPOTENT_METHODS.has(method);
}

/** Told how one exchange goes. */
export interface ExchangeListener {
  /**
   * Called when the request begins to be sent, or a connection to be made for it: at most once, possibly before `send`
   * has returned, and not at all when it fails before. What a request has waited for the worker itself is not part of
   * its time.
   *
   * @param atMs When, on {@linkcode nowMs}' clock
   */
  onStart(atMs: number): void;
  /**
   * Called each time the request begins to be written to a connection: the server may have seen it from now on, and twice
   * after the second call.
   */
  onSent(): void;
  /** Called when the answer has arrived whole. Of this and `onError` one is called, once, after `send` has returned. */
  onResponse(response: WireResponse): void;
  /**
   * Called when it never will.
   *
   * @param bytesReceived Bytes that came for the answer all the same, as {@linkcode WireResponse.bytesReceived}
   */
  onError(error: TransportError, bytesReceived: number): void;
}

/** A request under way. */
export interface Exchange {
  /**
   * Ends the exchange: its connection is closed and `onError(reason)` is called soon after. Does nothing when the
   * exchange is over already.
   */
  abort(reason: TransportError): void;
}

/** Name of a transport: `socket`, our own, the fastest; `fetch`, Deno's own. */
export type TransportName = "socket" | "fetch";
/** Every name. */
export const TRANSPORT_NAMES: readonly TransportName[] = ["socket", "fetch"];

/**
 * Which version of HTTP is spoken. `1.1`: that one; `2`: HTTP/2, over `http:` without asking first (prior knowledge);
 * `auto`: what the server picks over `https:`, and 1.1 over `http:`.
 */
export type HttpVersion = "1.1" | "2" | "auto";
/** Every version. */
export const HTTP_VERSIONS: readonly HttpVersion[] = ["1.1", "2", "auto"];

/** What a user's connections look like; the same for every request of that user. */
export interface TransportOptions {
  /** Version of HTTP; of the socket transport only. @default "1.1" */
  readonly http?: HttpVersion;
  /**
   * Longest time to establish a connection, in milliseconds; more is a `timeout`. `Infinity`, and what is too long for a
   * timer (24 days), means no limit. Of the socket transport only: fetch does not let its connects be told apart.
   *
   * @default 10 000
   */
  readonly connectTimeoutMs?: number;
  /** Whether a connection is used again for the next request. @default true */
  readonly keepAlive?: boolean;
  /** PEM certificates trusted beside the system's. */
  readonly caCerts?: readonly string[];
  /** PEM client certificate, followed by its chain where it has one; needs `key`. */
  readonly cert?: string;
  /** PEM key of the client certificate, without a password. */
  readonly key?: string;
  /** Whether server certificates go unchecked. @default false */
  readonly insecure?: boolean;
  /**
   * Whether a user's TLS sessions are resumed when it connects to a server again, as a browser does. Of the socket
   * transport only, where OpenSSL encrypts; over fetch they always are.
   *
   * @default true
   */
  readonly tlsResume?: boolean;
  /**
   * URL of a proxy for all requests, with name and password where it wants them: `http:`, and over fetch `https:` or
   * `socks5:`, too. Or `env`: the proxies that `HTTP_PROXY`, `HTTPS_PROXY` and `ALL_PROXY` name, but for the hosts in
   * `NO_PROXY`. @default none, whatever variables are set
   */
  readonly proxy?: string;
  /** Path of a unix socket to connect to in place of the URL's host. */
  readonly unixSocket?: string;
  /**
   * IP address of this machine that connections are made from; names are then looked up for addresses of its family
   * alone. @default the system's choice
   */
  readonly localAddress?: string;
  /** `host:port` to connect to in place of the URL's host; the `host` header and the TLS server name stay. */
  readonly connectTo?: string;
  /** Largest answer body in bytes, as on the wire; a larger one is a `limit` failure. @default 1 GiB */
  readonly maxBodyBytes?: number;
}

/** How long the parts of establishing one connection took, in milliseconds; 0 for a part there was none of. */
export interface ConnectPhases {
  /** Looking up the name; 0 for an address, or a name known already. */
  readonly dnsMs: number;
  /** The TCP handshake, failed attempts at other addresses included. */
  readonly connectMs: number;
  /** The TLS handshake. */
  readonly tlsMs: number;
  /** Whether that has resumed a session of an earlier connection; `null` where there was none. */
  readonly handshake: "full" | "resumed" | null;
}

/** Something that is sent once it may be, so that a cap on requests is kept. */
export interface Turn {
  /** When it may be sent, on {@linkcode nowMs}' clock. */
  turnMs: number;
  /** When it was to be sent. */
  askedMs: number;
  /** Whether it was given up before it was sent. */
  readonly isOver: boolean;
  /** Sends it. */
  send(): void;
}

/** Where requests wait for their turn. */
export interface Turns {
  /** Has something sent at its instant, possibly before this has returned; what is over by then is left out. */
  enter(turn: Turn): void;
}

/** Told about a transport's connections, where the transport can see them. */
export interface TransportObserver {
  /** Called for each connection established. */
  onConnected(phases: ConnectPhases): void;
}

/**
 * Sends requests over connections of its own: one instance per user.
 *
 * Several exchanges may be under way at once; each then has its own connection. A transport follows no redirect and keeps
 * no cookie. It sends a request at most twice, the second time only if the method is idempotent (RFC 9110, 9.2.2), the
 * connection had been idle before, and not one byte of an answer came.
 */
export interface Transport {
  /** Where its requests wait, for whatever is sent beside it; absent where they do not. */
  readonly turns?: Turns;
  /** Starts one exchange. Never throws: what is wrong with the request reaches `listener.onError`. */
  send(request: WireRequest, listener: ExchangeListener): Exchange;
  /** Closes every connection; exchanges under way end with `interrupted`. The transport cannot be used afterwards. */
  close(): void;
}
