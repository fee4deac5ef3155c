/**
 * Authorization of requests.
 *
 * @module
 */

import type { Environment } from "../secrets.ts";
import { type Node, node, nodes, text } from "./collection.ts";
import type { Variables } from "./variables.ts";

/** What an authorization adds to a request; strings have marked expressions in them. */
export interface AuthParts {
  readonly headers: readonly [string, string][];
  readonly query: readonly [string, string][];
  /** What is left to the reader; `null` for nothing. */
  readonly note: string | null;
}

const NONE: AuthParts = { headers: [], query: [], note: null };

/**
 * Returns what an authorization adds.
 *
 * @param auth That of the request, or else of the nearest folder that has one
 */
export function authParts(auth: Node | null, variables: Variables, environment: Environment): AuthParts {
  const type = text(auth?.type);
  if (auth === null || type === "" || type === "noauth") return NONE;
  const value = (key: string) => variables.fill(parameter(auth[type], key));
  switch (type) {
    case "bearer":
      return header("Authorization", environment.hideHeader("authorization", `Bearer ${value("token")}`));
    case "basic":
      return header("Authorization", basic(value("username"), value("password"), environment));
    case "apikey":
      return apiKey(value("key"), value("value"), value("in"), environment);
    case "oauth2":
      return oauth2(value("accessToken"), value("headerPrefix"), value("addTokenTo"), environment);
    default:
      return { ...NONE, note: `authorization "${type}" is left to you` };
  }
}

function header(name: string, value: string): AuthParts {
  return { ...NONE, headers: [[name, value]] };
}

function basic(user: string, password: string, environment: Environment): string {
  return environment.basic(`${user}_auth`, user, environment.hide("password", password));
}

function apiKey(key: string, value: string, place: string, environment: Environment): AuthParts {
  const name = key === "" ? "X-Api-Key" : key;
  const hidden = environment.hide("API_KEY", value);
  return place === "query" ? { ...NONE, query: [[name, hidden]] } : header(name, hidden);
}

function oauth2(given: string, prefix: string, place: string, environment: Environment): AuthParts {
  const comment = "OAuth 2 access token";
  const token = given === "" ? environment.use("ACCESS_TOKEN", null, comment) : environment.hide("access_token", given);
  if (place === "queryParams") return { ...NONE, query: [["access_token", token]] };
  return header("Authorization", `${prefix.trim() || "Bearer"} ${token}`);
}

/** Format 2.0 has an object of parameters, 2.1 a list. */
function parameter(parameters: unknown, key: string): string {
  if (!Array.isArray(parameters)) return text(node(parameters)[key]);
  return text(nodes(parameters).find((one) => one.key === key)?.value);
}
