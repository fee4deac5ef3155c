/**
 * From drafts to actions of the model.
 *
 * @module
 */

import { unmark } from "../markers.ts";
import type { Action, RequestCall, SocketCall } from "../model.ts";
import { rowName } from "../row_name.ts";
import type { Environment } from "../secrets.ts";
import { type Draft, isWebSocket } from "./draft.ts";
import { expectationOf } from "./expectations.ts";
import { headerOf } from "./headers.ts";
import { bodyOf } from "./request_body.ts";
import { headerText } from "./secret_values.ts";
import { eventCount, MAX_MESSAGES, socketMessages } from "./socket_calls.ts";
import type { PageDrafts, Pauses } from "./steps.ts";

/** Returns the origin of a URL; that of a WebSocket is its server's. */
export function httpOrigin({ origin }: URL): string {
  return origin.replace(/^ws/, "http");
}

/** Turns drafts into actions. */
export class ActionWriter {
  readonly #baseUrl: string;
  readonly #environment: Environment;
  readonly #pauses: Pauses;

  /**
   * @param baseUrl Requests to this origin are written as paths
   * @param environment Receives secrets of header lines
   */
  constructor(baseUrl: string, environment: Environment, pauses: Pauses) {
    this.#baseUrl = baseUrl;
    this.#environment = environment;
    this.#pauses = pauses;
  }

  /** Returns a step for each page; just the requests if there is one page without a name. */
  pageActions(pages: readonly PageDrafts[]): Action[] {
    return pages.flatMap(({ name, drafts, isNamed }) => {
      const actions = drafts.flatMap((draft) => [...this.#pauses.before(draft), this.#action(draft)]);
      if (pages.length === 1 && !isNamed) return actions;
      const before = actions[0]?.kind === "sleep" ? [actions[0]] : [];
      return [...before, { kind: "step" as const, name, actions: actions.slice(before.length) }];
    });
  }

  #action(draft: Draft): Action {
    if (isWebSocket(draft.entry)) return { kind: "socket", socket: this.#socket(draft) };
    return { kind: "request", request: this.#request(draft) };
  }

  #request(draft: Draft): RequestCall {
    const { entry, body, isManual, extract, fields } = draft;
    const events = eventCount(draft);
    const expect = expectationOf(draft);
    return {
      method: entry.request.method.toUpperCase(),
      ...this.#target(draft),
      headers: this.#headers(draft),
      ...(fields === null ? {} : { query: fields.map(([key, value]) => [key, unmark(value)] as const) }),
      ...(body === null ? {} : { body: bodyOf(body) }),
      ...(isManual ? { redirect: "manual" } : {}),
      ...(events === null ? {} : { events }),
      ...(expect === null ? {} : { expect }),
      extract,
      ...(body === null && lacksBody(draft)
        ? { comment: ["The recording does not have the body of this request."] }
        : {}),
    };
  }

  #socket(draft: Draft): SocketCall {
    const protocols = headerOf(draft.entry.request.headers, "sec-websocket-protocol").split(/\s*,\s*/).filter(Boolean);
    const { fields, messages } = draft;
    const target = this.#target(draft);
    const query = fields === null ? "" : `?${new URLSearchParams(fields)}`;
    return {
      ...target,
      ...(query === "" ? {} : {
        url: unmark(decodeMarks(`${urlOf(draft, this.#baseUrl)}${query}`)),
        name: urlOf({ ...draft, path: rowName(draft.path) }, this.#baseUrl),
      }),
      headers: this.#headers(draft).filter(([name]) => name !== "origin"),
      protocols,
      messages: socketMessages(draft, this.#pauses),
      ...(messages.length <= MAX_MESSAGES
        ? {}
        : { comment: [`${messages.length - MAX_MESSAGES} further messages are left out.`] }),
    };
  }

  /** Returns the header lines, without a content type that the body's kind implies. */
  #headers({ headers, body }: Draft) {
    const implied = body === null
      ? /^/
      : { json: /^application\/json/i, form: /^/, multipart: /^/ }[body.kind as "json"];
    return headers.filter(([name, value]) => name !== "content-type" || !implied?.test(value))
      .map(([name, value]) => [name, headerText(name, value, this.#environment)] as const);
  }

  /** Returns the URL, and the row's name where ids or a query would make a row of each request. */
  #target(draft: Draft) {
    const written = urlOf(draft, this.#baseUrl) + draft.rawQuery;
    const name = urlOf({ ...draft, path: rowName(draft.path) }, this.#baseUrl);
    return { url: unmark(written), ...(name === written ? {} : { name }) };
  }
}

/** Returns whether a request had a body that the producer left out, as browsers do with uploaded files. */
function lacksBody({ entry }: Draft): boolean {
  const { headers } = entry.request;
  return Number(headerOf(headers, "content-length")) > 0 || /^multipart\//i.test(headerOf(headers, "content-type"));
}

function urlOf({ entry, path }: Draft, baseUrl: string): string {
  const origin = httpOrigin(entry.url);
  return (origin === baseUrl ? "" : origin) + path;
}

/** Undoes the percent-encoding of marks. */
function decodeMarks(text: string): string {
  return text.replaceAll(/%EE%80%80(.*?)%EE%80%81/g, (_, code) => `\ue000${decodeURIComponent(code)}\ue001`);
}
