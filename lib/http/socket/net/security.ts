/**
 * How connections are encrypted, and whom they trust.
 *
 * @module
 */

import { isIP } from "node:net";
import tls from "node:tls";
import type { Timer } from "../../../core/clock.ts";
import type { TransportOptions } from "../../transport.ts";

/** Longest wait for the connection that checks a server first, in milliseconds. */
const MAX_CHECK_MS = 1000;
/** Most names remembered for one set of options; past it the memory is emptied. */
const MAX_NAMES = 1024;

/** Adds certificates to those a context trusts; what Node's own `crl` and `ca` options cannot. */
interface ExtensibleContext {
  addCACert?(pem: string): void;
}

/** One context for all transports with the same options object: making one parses every certificate. */
const contexts = new WeakMap<TransportOptions, tls.SecureContext>();
/** By what options have in common: see {@linkcode trustOf}. */
const securities = new WeakMap<object, Map<string, Security>>();
/** Stand for options without authorities, and without checks. */
const [SYSTEM, NOBODY]: readonly [object, object] = [{}, {}];

/**
 * Encrypted connections to one name with the same options.
 *
 * Whether a certificate is good is for Deno alone to say: where something else encrypts, it takes no certificate but
 * those that Deno has accepted before, for this name and these options.
 */
export class Security {
  /** Name or address as in the URL: what the certificate must be for. */
  readonly host: string;
  /** What is sent as server name; empty for an address, which never is (RFC 6066, 3). */
  readonly serverName: string;
  /** Whether certificates go unchecked. */
  readonly isInsecure: boolean;
  /** Whether a certificate of our own is shown. */
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
    this.serverName = isIP(host) === 0 ? host : "";
    this.isInsecure = options.insecure ?? false;
    this.hasClientCertificate = options.cert !== undefined || options.key !== undefined;
  }

  /**
   * What `tls.connect` is told.
   *
   * @throws what Node throws if a certificate or key cannot be used
   */
  get connectOptions(): tls.ConnectionOptions {
    return this.#connectOptions ??= {
      rejectUnauthorized: !this.isInsecure,
      servername: this.serverName,
      checkServerIdentity: (_name: string, certificate: tls.PeerCertificate) =>
        tls.checkServerIdentity(this.host, certificate),
      ...(needsContext(this.#options) ? { secureContext: contextFor(this.#options) } : {}),
    };
  }

  /** Whether any certificate has been accepted, or need not be. */
  get isDecided(): boolean {
    return this.isInsecure || this.#accepted.size > 0;
  }

  /** Whether a certificate has been accepted. */
  isAccepted(fingerprint: string): boolean {
    return this.#accepted.has(fingerprint);
  }

  /** Takes a certificate for good that Deno has checked, and ends the wait for that. */
  accept(fingerprint: string): void {
    this.#accepted.add(fingerprint);
    this.endCheck();
  }

  /**
   * Has other connections wait for the one that is about to check the server.
   *
   * @returns Whether they do: not where nothing is left to check, nor after a check that has failed
   */
  beginCheck(): boolean {
    if (this.isDecided || this.#waiting !== null || this.#hasFailed) return false;
    this.#waiting = [];
    this.#timer = setTimeout(() => this.endCheck(), MAX_CHECK_MS);
    return true;
  }

  /** Ends it, whatever came of it. */
  endCheck(): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    clearTimeout(this.#timer);
    this.#waiting = null;
    this.#hasFailed = this.#accepted.size === 0;
    for (const go of waiting) go();
  }

  /** Returns whether a check is under way; if so, calls back once it has ended. */
  waitForCheck(go: () => void): boolean {
    this.#waiting?.push(go);
    return this.#waiting !== null;
  }
}

/** Returns the one for a name; the same for options with the same list of authorities that show no certificate. */
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

/** Returns an object that is the same for options of which one may take what another has checked. */
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
  const client = { ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) };
  const context = tls.createSecureContext(client);
  const inner = context.context as ExtensibleContext | undefined;
  if (typeof inner?.addCACert === "function") {
    for (const pem of caCerts) inner.addCACert(pem);
    return context;
  }
  return caCerts.length === 0
    ? context
    : tls.createSecureContext({ ...client, ca: [...tls.rootCertificates, ...caCerts] });
}
