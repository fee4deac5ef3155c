/**
 * Checks client settings before the load, so that a mistake does not fail user by user.
 *
 * @module
 */

import { ipVersion } from "../../core/ip.ts";
import { didYouMean } from "../../core/suggestion.ts";
import { errorMessage } from "../../core/error_site.ts";
import { parseDurationMs } from "../../core/units.ts";
import { mergeHeaders } from "../headers.ts";
import { certificatesProblem, isMismatch, keyProblem } from "../pem.ts";
import type { ClientSettings } from "./request_options.ts";
import { parseEndpoint } from "../origin.ts";
import { proxyChoice, proxyNotFor } from "../proxy.ts";
import { HTTP_VERSIONS, type HttpVersion, TRANSPORT_NAMES, type TransportName } from "../transport.ts";

/** Throws an error that says what is expected. */
type Check = (value: unknown) => void;

const CHECKS: Readonly<Record<keyof ClientSettings, Check>> = {
  transport: expected(TRANSPORT_NAMES.join(" or "), (value) => TRANSPORT_NAMES.includes(value as TransportName)),
  http: expected(
    HTTP_VERSIONS.map((version) => `"${version}"`).join(", "),
    (value) => HTTP_VERSIONS.includes(value as HttpVersion),
  ),
  headers: (value) => void mergeHeaders([], value as HeadersInit),
  timeout: (value) => void parseDurationMs(value as string),
  connectTimeout: (value) => void parseDurationMs(value as string),
  maxRedirects: expected("a whole number of 0 or more", isCount),
  raiseForStatus: expected("true or false", isBoolean),
  keepAlive: expected("true or false", isBoolean),
  caCerts: (value) => {
    if (!Array.isArray(value)) throw new TypeError("expected a list of PEM strings");
    for (const one of value) refuse(certificatesProblem(one));
  },
  cert: (value) => refuse(certificatesProblem(value)),
  key: (value) => refuse(keyProblem(value)),
  insecure: expected("true or false", isBoolean),
  tlsResume: expected("true or false", isBoolean),
  proxy: (value) => {
    if (typeof value !== "string") throw new TypeError('expected the URL of a proxy, or "env"');
    proxyChoice(value);
  },
  unixSocket: expected("a path", (value) => typeof value === "string" && value !== ""),
  localAddress: (value) => {
    if (typeof value !== "string" || ipVersion(value) === 0) throw new TypeError("expected an IP address");
    if (!isOwnAddress(value)) throw new TypeError("not an address of this machine, expected one of them");
  },
  connectTo: (value) => void parseEndpoint(String(value)),
  maxBodyBytes: expected("a whole number of 0 or more", isCount),
};

/**
 * Returns what is wrong with the settings of a class, a line each.
 *
 * @param settings The settings of the class
 * @param transport The transport if the settings name none
 */
export function settingsProblems(settings: ClientSettings, transport: TransportName): string[] {
  const problems: string[] = [];
  for (const [key, value] of Object.entries(settings)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(CHECKS, key)) {
      problems.push(`client.${key} is not a setting${didYouMean(key, Object.keys(CHECKS))}`);
      continue;
    }
    try {
      CHECKS[key as keyof ClientSettings](value);
    } catch (error) {
      problems.push(`client.${key} is ${shown(value)}: ${errorMessage(error)}`);
    }
  }
  return [...problems, ...conflicts(settings, settings.transport ?? transport)];
}

function conflicts(settings: ClientSettings, transport: TransportName): string[] {
  const problems: string[] = [];
  if ((settings.cert === undefined) !== (settings.key === undefined)) {
    problems.push("client.cert and client.key belong together, expected both or neither");
  }
  if (certificatesProblem(settings.cert) === null && keyProblem(settings.key) === null) {
    if (isMismatch(settings.cert!, settings.key!)) {
      problems.push("client.cert and client.key do not match, expected the key of the first certificate");
    }
  }
  const lacking = transport === "socket" ? [] : ["insecure", "connectTo", "http"] as const;
  for (const key of lacking) {
    if (!settings[key] || settings[key] === "auto") continue;
    problems.push(`client.${key} is not for the fetch transport, expected client.transport "socket"`);
  }
  const ways = (["proxy", "connectTo", "unixSocket"] as const).filter((key) => settings[key] !== undefined);
  if (ways.length > 1) {
    problems.push(`${ways.map((key) => `client.${key}`).join(" and ")} exclude each other, expected one of them`);
  }
  if (settings.localAddress !== undefined && settings.unixSocket !== undefined) {
    problems.push("client.localAddress cannot be used with client.unixSocket, expected one of them");
  }
  const protocol = proxyNotFor(transport, settings.proxy);
  if (protocol !== null) {
    problems.push(
      `client.proxy with ${protocol}// is not for the socket transport, expected http:// or transport "fetch"`,
    );
  }
  if (transport === "fetch" && settings.tlsResume === false) {
    problems.push('client.tlsResume false is not for the fetch transport, expected client.transport "socket"');
  }
  return problems;
}

function expected(wanted: string, isFit: (value: unknown) => boolean): Check {
  return (value) => {
    if (!isFit(value)) throw new TypeError(`expected ${wanted}`);
  };
}

/** Returns whether an address belongs to this machine; true if that cannot be found out. */
function isOwnAddress(address: string): boolean {
  try {
    Deno.listen({ hostname: address, port: 0 }).close();
    return true;
  } catch (error) {
    return !/cannot assign|not available|os error 99\b|os error 49\b/i.test(String(error));
  }
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isBoolean(value: unknown): boolean {
  return typeof value === "boolean";
}

function refuse(problem: string | null): void {
  if (problem !== null) throw new TypeError(problem);
}

/** Returns a value for a message; keys are secret and certificates long. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(", ")}]`;
  return typeof value === "string" && value.includes("-----BEGIN ") ? "a PEM string" : Deno.inspect(value);
}
