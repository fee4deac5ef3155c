/**
 * curl commands, as browsers copy them and people write them.
 *
 * @module
 */

import { ScriptError } from "../../core/errors.ts";
import { withCommonHeaders } from "../common_headers.ts";
import { unmark } from "../markers.ts";
import type { Action, ImportSource, RequestCall, Scenario } from "../model.ts";
import { otherCopy } from "../recognise.ts";
import { rowName } from "../row_name.ts";
import { Environment } from "../secrets.ts";
import { commonOrigin, encodedFields, type UrlParts, urlParts } from "../url_parts.ts";
import { type CurlRequest, curlRequests, methodOf } from "./arguments.ts";
import { curlBody, dataText, encodedPiece } from "./curl_body.ts";
import { curlHeaders } from "./curl_headers.ts";
import { clientSettings } from "./curl_settings.ts";
import { globbedUrls } from "./globs.ts";
import { type ShellCommand, shellCommands, type Word } from "./shell.ts";

/** One request with where it came from. */
interface Found {
  readonly number: number;
  readonly request: CurlRequest;
  readonly url: UrlParts;
  /** Line of the comment above it; empty for none. */
  readonly comment: string;
}

/**
 * Reads curl commands.
 *
 * @throws {ScriptError} if it has none, or they are for another shell than a POSIX one
 */
export function readCurl(source: ImportSource): Scenario {
  const other = otherCopy(source.text);
  if (other !== null) {
    throw new ScriptError(
      `Cannot import "${source.name}": it is ${other}, expected "Copy as cURL (bash)" of the browser`,
    );
  }
  const environment = new Environment();
  const notes: string[] = [];
  const found = foundRequests(shellCommands(source.text, source.name), environment, notes);
  if (found.length === 0) {
    throw new ScriptError(`Cannot import "${source.name}": no curl command with a URL in it`);
  }
  const origin = commonOrigin(found.map(({ url }) => url.origin));
  const { settings, notes: settingNotes } = clientSettings(found.map(({ request }) => request), environment);
  const run: Action[] = found.map((one) => ({ kind: "request", request: requestCall(one, origin, environment) }));
  return {
    notes: [
      `Imported from ${counted(found.length, "curl command")}.`,
      ...environment.notes(),
      ...notes,
      ...settingNotes,
    ],
    ...(origin === undefined ? {} : { baseUrl: origin }),
    constants: environment.constants(),
    declarations: environment.declarations(),
    classes: [withCommonHeaders({ name: "CurlUser", settings, run })],
  };
}

function foundRequests(commands: readonly ShellCommand[], environment: Environment, notes: string[]): Found[] {
  const found: Found[] = [];
  let number = 0;
  for (const { line, words } of commands) {
    const texts = words.map((word) => wordText(word, environment));
    const start = texts.findIndex((text) => !/^(?:\$|[A-Za-z_]\w*=.*|time|sudo)$/s.test(text));
    if (!/^(?:.*\/)?curl(?:\.exe)?$/.test(texts[start] ?? "")) continue; // jq after a pipe, cd, echo
    number++;
    const requests = curlRequests(texts.slice(start + 1)).filter(({ urls }) => urls.length > 0);
    if (requests.length === 0) notes.push(`Left out: command ${number} (line ${line}) has no URL.`);
    for (const request of requests) {
      for (const url of request.urls) found.push(...foundUrls(url, { number, request }));
    }
  }
  return found;
}

function foundUrls(word: string, command: Pick<Found, "number" | "request">): Found[] {
  const { urls, count } = command.request.settings.has("globoff") ? { urls: [word], count: 1 } : globbedUrls(word);
  const comment = count <= urls.length ? "" : `The first of ${count} URLs that curl makes of ${word}`;
  return urls.map((url) => ({ ...command, url: withScheme(urlParts(url)), comment }));
}

function wordText(word: Word, environment: Environment): string {
  return word.map((part) => {
    return typeof part === "string" ? part : environment.use(part.variable, null, "From the shell's variable");
  }).join("");
}

function withScheme(url: UrlParts): UrlParts {
  return { ...url, origin: /^[a-z][\w+.-]*:\/\//i.test(url.origin) ? url.origin : `http://${url.origin}` };
}

function requestCall(
  { request, url, comment: note }: Found,
  origin: string | undefined,
  environment: Environment,
): RequestCall {
  const { settings } = request;
  const type = request.headers.findLast(([name]) => /^content-type$/i.test(name))?.[1] ?? "";
  const body = curlBody(request, type, environment);
  const headers = curlHeaders(request, url, body?.type ?? null, environment);
  const query = queryOf(request, url, environment);
  const fields = encodedFields(query)?.map(([name, value]) => [name, unmark(environment.hide(name, value))] as const);
  const path = `${url.path}${fields === undefined && query !== "" ? `?${query}` : ""}`;
  const name = rowName(url.path);
  const comment = [...(note === "" ? [] : [note]), ...commentOf(request)];
  return {
    method: methodOf(request),
    url: unmark(url.origin === origin ? path : url.origin + path),
    ...(name === path ? {} : { name }),
    headers: headers.map(([header, value]) => [header, unmark(value)] as const),
    ...(fields === undefined ? {} : { query: fields }),
    ...(body === null ? {} : { body: body.body }),
    ...(settings.has("max-time") ? { timeout: Number(settings.get("max-time")) } : {}),
    ...(comment.length === 0 ? {} : { comment }),
  };
}

function queryOf({ settings, data }: CurlRequest, url: UrlParts, environment: Environment): string {
  const added = settings.get("url-query");
  return [
    url.query,
    settings.has("get") ? dataText(data, environment) : "",
    added === undefined ? "" : encodedPiece(added, environment),
  ].filter((part) => part !== "").join("&");
}

function commentOf({ unknown, leftOut }: CurlRequest): string[] {
  return [
    ...unknown.map((option) => `Left out: ${option} (unknown to curl)`),
    ...leftOut.map((option) => `Left out: ${option}`),
  ];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
