/**
 * Header lines of curl commands.
 *
 * @module
 */

import { scriptHeaders } from "../har/headers.ts";
import type { Environment } from "../secrets.ts";
import { decodedText, type UrlParts } from "../url_parts.ts";
import { type CurlRequest, methodOf } from "./arguments.ts";

/** Lines that the client sets, and those that name a tool. */
const TOOLS = /^(?::.*|accept-encoding|connection|content-length|keep-alive|te|transfer-encoding|postman-token)$/i;

/**
 * Returns the header lines that are worth writing: those of the command, and those of `-u`, `-A`, `-e`, `-b` and the like.
 *
 * @param type Content type to set; `null` if the client sets it, or there is no body
 * @param environment Takes what looks like a secret
 */
export function curlHeaders(
  request: CurlRequest,
  url: UrlParts,
  type: string | null,
  environment: Environment,
): [string, string][] {
  const given = givenHeaders(request, url);
  const names = new Set(given.map(([name]) => name.toLowerCase()));
  return [
    ...given.map(([name, value]) => [name, environment.hideHeader(name, value)] as [string, string]),
    ...(type === null ? [] : [["content-type", type] as [string, string]]),
    ...optionHeaders(request, url, environment).filter(([name]) => !names.has(name)),
  ];
}

/** A copy of a browser has lines that only say which browser it was; what people write themselves stays. */
function givenHeaders(request: CurlRequest, url: UrlParts): [string, string][] {
  const { headers } = request;
  const host = url.origin.replace(/^[a-z]+:\/\//i, "");
  const kept = headers.filter(([name, value]) => {
    return !TOOLS.test(name) && !/^content-type$/i.test(name) && !(/^host$/i.test(name) && value === host);
  });
  if (!headers.some(([name]) => /^sec-(?:ch|fetch)-/i.test(name))) return kept;
  const pairs = kept.filter(([name]) => !/^cookie$/i.test(name)).map(([name, value]) => ({ name, value }));
  return [...scriptHeaders(pairs, methodOf(request)), ...kept.filter(([name]) => /^cookie$/i.test(name))];
}

function optionHeaders({ settings }: CurlRequest, url: UrlParts, environment: Environment): [string, string][] {
  const user = settings.get("user") ?? (url.credentials === "" ? undefined : decodedText(url.credentials));
  const bearer = settings.get("oauth2-bearer");
  const cookie = settings.get("cookie");
  const lines: [string, string | undefined][] = [
    ["authorization", user === undefined ? undefined : environment.basicOf(user)],
    ["authorization", bearer === undefined ? undefined : environment.hideHeader("authorization", `Bearer ${bearer}`)],
    ["cookie", cookie === undefined ? undefined : environment.hideHeader("cookie", cookie)],
    ["user-agent", settings.get("user-agent")],
    ["referer", settings.get("referer")?.replace(/;auto$/, "") || undefined],
    ["range", settings.has("range") ? `bytes=${settings.get("range")}` : undefined],
  ];
  return lines.filter((line): line is [string, string] => line[1] !== undefined);
}
