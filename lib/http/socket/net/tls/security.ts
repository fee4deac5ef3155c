/**
 * How connections are encrypted, and which certificates they trust.
 *
 * @module
 */

import type tls from "node:tls";
import { builtin } from "../../../../core/builtin.ts";
import { ipVersion } from "../../../../core/ip.ts";
import type { Timer } from "../../../../core/clock.ts";
import type { TransportOptions } from "../../../transport.ts";

/** Longest wait for the connection that checks a server's certificate first, in milliseconds. */
const MAX_CHECK_MS = 1000;
/** Most names cached per set of options; beyond it the cache is cleared. */
const MAX_NAMES = 1024;

/** Adds certificates to the trusted ones of a context, which Node's `ca` option replaces. */
interface ExtensibleContext {
  addCACert?(pem: string): void;
}

/** One context per options object, since creating one parses every certificate. */
const contexts = new WeakMap<TransportOptions, tls.SecureContext>();
/** By {@linkcode trustOf}. */
const securities = new WeakMap<object, Map<string, Security>>();
/** Keys for options without authorities, and without checks. */
const [SYSTEM, NOBODY]: readonly [object, object] = [{}, {}];

/**
 * Settings of encrypted connections to one name.
 *
 * Only Deno checks certificates. If another library encrypts, it accepts only certificates that Deno has accepted before,
 * for this name and these options.
 */
export class Security {
  /** Name or address in the URL, which the certificate must match. */
  readonly host: string;
  /** The server name to send; empty for an address, which is never sent (RFC 6066, 3). */
  readonly serverName: string;
  /** Whether certificates are not checked. */
  readonly isInsecure: boolean;
  /** Whether a client certificate is sent. */
  readonly hasClientCertificate: boolean;
  readonly #options: TransportOptions;
  #connectOptions: tls.ConnectionOptions | null = null;
  /** SHA-256 fingerprints in lower-case hexadecimal digits. */
  readonly #accepted = new Set<string>();
  #waiting: (() => void)[] | null = null;
  #timer: Timer | undefined = undefined;
  #hasFailed = false;

  constructor(options: TransportOptions, host: string) {
    this.#options = options;
    this.host = host;
    this.serverName = ipVersion(host) === 0 ? host : "";
    this.isInsecure = options.insecure ?? false;
    this.hasClientCertificate = options.cert !== undefined || options.key !== undefined;
  }

  /**
   * Options for `tls.connect`.
   *
   * @throws any error of Node about an unusable certificate or key
   */
  get connectOptions(): tls.ConnectionOptions {
    return this.#connectOptions ??= {
      rejectUnauthorized: !this.isInsecure,
      servername: this.serverName,
      checkServerIdentity: (_name: string, certificate: tls.PeerCertificate) =>
        builtin("node:tls").checkServerIdentity(this.host, certificate),
      ...(needsContext(this.#options) ? { secureContext: contextFor(this.#options) } : {}),
    };
  }

  /** Whether a certificate has been accepted, or none is checked. */
  get isDecided(): boolean {
    return this.isInsecure || this.#accepted.size > 0;
  }

  /** Whether a certificate has been accepted. */
  isAccepted(fingerprint: string): boolean {
    return this.#accepted.has(fingerprint);
  }

  /** Accepts a certificate that Deno has checked, and releases the waiting connections. */
  accept(fingerprint: string): void {
    this.#accepted.add(fingerprint);
    this.endCheck();
  }

  /**
   * Makes other connections wait for the one that is about to check the server.
   *
   * @returns Whether they wait: not if there is nothing to check, and not after a failed check
   */
  beginCheck(): boolean {
    if (this.isDecided || this.#waiting !== null || this.#hasFailed) return false;
    this.#waiting = [];
    this.#timer = setTimeout(() => this.endCheck(), MAX_CHECK_MS);
    return true;
  }

  /** Ends the check, with any result. */
  endCheck(): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    clearTimeout(this.#timer);
    this.#waiting = null;
    this.#hasFailed = this.#accepted.size === 0;
    for (const go of waiting) go();
  }

  /** Returns whether a check is running; if so, calls back when it ends. */
  waitForCheck(go: () => void): boolean {
    this.#waiting?.push(go);
    return this.#waiting !== null;
  }
}

/** Returns the settings for a name; shared by options with the same list of authorities and no client certificate. */
export function securityFor(options: TransportOptions, host: string): Security {
  const trust = trustOf(options);
  let ofTrust = securities.get(trust);
  if (ofTrust === undefined) securities.set(trust, ofTrust = new Map());
  let security = ofTrust.get(host);
  if (security === undefined) {
    if (ofTrust.size >= MAX_NAMES) ofTrust.clear();
    ofTrust.set(host, security = new Security(options, host));
  }
  return security;
}

/** Returns a key that is equal for options that may share accepted certificates. */
function trustOf(options: TransportOptions): object {
  const { caCerts, cert, key, insecure } = options;
  if (cert !== undefined || key !== undefined) return options;
  return insecure ? NOBODY : caCerts ?? SYSTEM;
}

function needsContext({ caCerts, cert, key }: TransportOptions): boolean {
  return (caCerts !== undefined && caCerts.length > 0) || cert !== undefined || key !== undefined;
}

function contextFor(options: TransportOptions): tls.SecureContext {
  let context = contexts.get(options);
  if (context === undefined) {
    context = makeContext(options);
    contexts.set(options, context);
  }
  return context;
}

function makeContext({ caCerts = [], cert, key }: TransportOptions): tls.SecureContext {
  const { createSecureContext, rootCertificates } = builtin("node:tls");
  const client = { ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) };
  const context = createSecureContext(client);
  const inner = context.context as ExtensibleContext | undefined;
  if (typeof inner?.addCACert === "function") {
    for (const pem of caCerts) inner.addCACert(pem);
    return context;
  }
  return caCerts.length === 0 ? context : createSecureContext({ ...client, ca: [...rootCertificates, ...caCerts] });
}
