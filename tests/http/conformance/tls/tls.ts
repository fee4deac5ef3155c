// Helpers for TLS tests over all transports.

import { TransportError, type WireRequest } from "../../../../lib/http/transport.ts";
import { type Certificates, type Certified, makeCertificates } from "../../../helpers/http/certificates.ts";
import { skippableTest } from "../../../helpers/skippable.ts";
import { type RecordingServer, type Reply, startRecording } from "../seen_request.ts";
import { type Outcome, plain, wireRequest } from "../send.ts";

const made = makeCertificates();
/** Why no certificates can be made; `null` if they can. */
export const NO_CERTIFICATES: string | null = made === null ? "no openssl here" : null;
/** Not used without certificates: tests are skipped then. */
export const certificates = made as Certificates;
globalThis.addEventListener("unload", () => made?.[Symbol.dispose]());

/** Declares a test that is skipped if no certificates can be made. */
export function tlsTest(name: string, fn: () => Promise<void>): void {
  skippableTest(name, NO_CERTIFICATES, fn);
}

/** Starts a server. */
export function startTls(
  certified: Certified,
  reply?: Reply,
  alpnProtocols: string[] = ["http/1.1", "h2"],
): RecordingServer {
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...certified, alpnProtocols });
  return startRecording(reply, listener);
}

/** Returns an https request for a server on loopback. */
export function secure(port: number, host = "localhost"): WireRequest {
  return { ...wireRequest(port), url: new URL(`https://${host}:${port}/`) };
}

/** Returns the body, or kind and message of a failure. */
export function outcomeOf(outcome: Outcome): string {
  if (outcome instanceof TransportError) return `${outcome.kind}: ${outcome.message}`;
  return String(plain(outcome)["body"]);
}
