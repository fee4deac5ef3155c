/**
 * Where a signal is sent, from the standard variables.
 *
 * @module
 */

import type { SignalKind } from "../otlp/schemas.ts";
import type { OtlpTarget } from "../otlp/sender.ts";
import { type Given, given, givenFor, ownName, type ReadVariable, VARIABLES } from "./variables.ts";

/** PEM files of a connection; those that are missing are not given. */
export interface TlsFiles {
  readonly ca?: Given;
  readonly certificate?: Given;
  readonly key?: Given;
}

const DEFAULT_ENDPOINT = "http://localhost:4318";
const DEFAULT_TIMEOUT_MS = 10_000;
/** Longest attempt, in milliseconds; a timer has no more. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

const HTTP_ONLY =
  "not supported for telemetry, expected http/protobuf or http/json, which collectors take on port 4318";

/**
 * Reads where a signal is sent.
 *
 * @param problems Receives what is wrong, a line each
 */
export function readTarget(
  signal: SignalKind,
  read: ReadVariable,
  problems: string[],
): OtlpTarget & { readonly tls: TlsFiles } {
  const add = (problem: string) => {
    if (!problems.includes(problem)) problems.push(problem); // three signals may share one variable
  };
  const { url, credentials } = readUrl(signal, read, add);
  const headers = givenFor(read, "headers", signal);
  const ownHeaders: string[] = [];
  const pairs = headers === null ? {} : pairsOf(headers, ownHeaders);
  ownHeaders.forEach(add);
  return {
    ...{ url, headers: { ...credentials, ...pairs } },
    protocol: readProtocol(givenFor(read, "protocol", signal), add),
    compression: readCompression(givenFor(read, "compression", signal), add),
    timeoutMs: readTimeoutMs(givenFor(read, "timeout", signal), add),
    tls: readTls(signal, read, add),
  };
}

/** Returns the URL without credentials, which become a header: `fetch` does not take them. */
function readUrl(
  signal: SignalKind,
  read: ReadVariable,
  add: (problem: string) => void,
): { readonly url: URL; readonly credentials: Readonly<Record<string, string>> } {
  const own = given(read, ownName(VARIABLES.endpoint.name, signal));
  const general = given(read, VARIABLES.endpoint.name) ?? { label: "", value: DEFAULT_ENDPOINT };
  const { label, value } = own ?? general;
  const url = URL.parse(value);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    add(
      `Cannot use ${label}: not a URL that begins with http:// or https://, expected one such as ${DEFAULT_ENDPOINT}`,
    );
    return { url: new URL(DEFAULT_ENDPOINT), credentials: {} };
  }
  if (own === null) url.pathname = `${url.pathname.replace(/\/$/, "")}/v1/${signal}`;
  const { username, password } = url;
  url.username = url.password = "";
  const pair = [username, password].map((part) => decoded(part) ?? part).join(":");
  const bytes = new TextEncoder().encode(pair);
  return {
    url,
    credentials: username === "" && password === "" ? {} : { authorization: `Basic ${bytes.toBase64()}` },
  };
}

function readProtocol(protocol: Given | null, add: (problem: string) => void): OtlpTarget["protocol"] {
  switch (protocol?.value.toLowerCase()) {
    case undefined:
    case "http":
    case "http/protobuf":
      return "http/protobuf";
    case "http/json":
      return "http/json";
    default: {
      const state = protocol!.value.toLowerCase() === "grpc"
        ? HTTP_ONLY
        : "unknown, expected http/protobuf or http/json";
      add(`Cannot use ${protocol!.label} "${protocol!.value}": ${state}`);
      return "http/protobuf";
    }
  }
}

function readCompression(compression: Given | null, add: (problem: string) => void): OtlpTarget["compression"] {
  const value = compression?.value.toLowerCase() ?? "none";
  if (value === "gzip" || value === "none") return value;
  add(`Cannot use ${compression!.label} "${compression!.value}": unknown, expected gzip or none`);
  return "none";
}

function readTimeoutMs(timeout: Given | null, add: (problem: string) => void): number {
  if (timeout === null) return DEFAULT_TIMEOUT_MS;
  const timeoutMs = Number(timeout.value);
  if (timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS) return timeoutMs;
  add(`Cannot use ${timeout.label} "${timeout.value}": not a number of milliseconds, expected 1 to ${MAX_TIMEOUT_MS}`);
  return DEFAULT_TIMEOUT_MS;
}

function readTls(signal: SignalKind, read: ReadVariable, add: (problem: string) => void): TlsFiles {
  const ca = givenFor(read, "certificate", signal);
  const certificate = givenFor(read, "clientCertificate", signal);
  const key = givenFor(read, "clientKey", signal);
  if ((certificate === null) !== (key === null)) {
    const [there, missing] = certificate === null
      ? [key!, "clientCertificate"] as const
      : [certificate, "clientKey"] as const;
    add(`Cannot use ${there.label}: half of a pair, expected ${VARIABLES[missing].name} beside it`);
  }
  return {
    ...(ca === null ? {} : { ca }),
    ...(certificate === null || key === null ? {} : { certificate, key }),
  };
}

/**
 * Reads `name=value,name=value` with percent-encoded values. Messages do not show values: headers have secrets.
 *
 * @param problems Receives what is wrong, a line each
 */
export function pairsOf({ label, value }: Given, problems: string[]): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const [index, part] of value.split(",").entries()) {
    if (part.trim() === "") continue;
    const at = part.indexOf("=");
    const name = part.slice(0, Math.max(0, at)).trim();
    const text = decoded(part.slice(at + 1).trim());
    const isValid = name !== "" && text !== null && (!label.endsWith("HEADERS") || isHeader(name, text));
    if (isValid) pairs[name] = text;
    else problems.push(`Cannot use ${label}: part ${index + 1} is not usable, expected name=value, percent-encoded`);
  }
  return pairs;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

function isHeader(name: string, value: string): boolean {
  try {
    return new Headers([[name, value]]) !== null;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
