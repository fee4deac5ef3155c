/**
 * From a HAR file to a scenario.
 *
 * @module
 */

import { ScriptError } from "../../core/errors.ts";
import { unmark } from "../markers.ts";
import { stringCode } from "../literals.ts";
import type { Action, ImportOptions, ImportSource, RequestCall, Scenario } from "../model.ts";
import { rowName } from "../row_name.ts";
import { Environment } from "../secrets.ts";
import { commonOrigin, encodedFields } from "../url_parts.ts";
import { type Draft, makeDrafts } from "./draft.ts";
import { readHarFile } from "./har_file.ts";
import { leftOutNotes } from "./notes.ts";
import { bodyOf } from "./request_body.ts";
import { selectEntries } from "./selection.ts";
import { groupByPage, type PageDrafts, Pauses } from "./steps.ts";

/**
 * Reads a HAR file.
 *
 * @throws {ScriptError} if it is not one, or no request remains
 */
export function readHar(source: ImportSource, options: ImportOptions): Scenario {
  const file = readHarFile(source);
  const selection = selectEntries(file.entries, options);
  const notes = leftOutNotes(source, file, selection);
  if (selection.entries.length === 0) {
    throw new ScriptError(`Cannot import "${source.name}": no request remains. ${notes.slice(1).join(" ")}`, {
      hint: "--include takes what its glob matches, as in --include '*'",
    });
  }
  const pages = groupByPage(makeDrafts(selection.entries), file.pages);
  const drafts = pages.flatMap((page) => page.drafts);
  const baseUrl = commonOrigin(drafts.map(({ entry }) => entry.url.origin))!;
  const environment = new Environment();
  const writer = new ActionWriter(baseUrl, environment, new Pauses(options.thinkTimes));
  const run = writer.pageActions(pages);
  return {
    notes,
    baseUrl,
    constants: environment.constants(),
    classes: [{ name: "Visitor", run }],
  };
}

/** Turns drafts into actions. */
class ActionWriter {
  readonly #baseUrl: string;
  readonly #environment: Environment;
  readonly #pauses: Pauses;

  constructor(baseUrl: string, environment: Environment, pauses: Pauses) {
    this.#baseUrl = baseUrl;
    this.#environment = environment;
    this.#pauses = pauses;
  }

  /** Returns a step for each page; just the requests if there is one page. */
  pageActions(pages: readonly PageDrafts[]): Action[] {
    return pages.flatMap(({ name, drafts }) => {
      const actions = drafts.flatMap((draft) => [...this.#pauses.before(draft), this.#request(draft)]);
      if (pages.length === 1) return actions;
      const [first] = actions;
      const before = first?.kind === "sleep" ? [first] : [];
      return [...before, { kind: "step" as const, name, actions: actions.slice(before.length) }];
    });
  }

  #request(draft: Draft): Action {
    const { entry, last, isManual, extract } = draft;
    const { status } = last.response;
    const { url, query, name } = this.#target(draft);
    const headers = draft.headers.filter(([header]) => header !== "content-type" || draft.body?.kind === "text");
    const request: RequestCall = {
      method: entry.request.method.toUpperCase(),
      url: unmark(url),
      ...(name === null ? {} : { name }),
      headers: headers.map(([header, value]) => [header, this.#environment.hideHeader(header, value)]),
      ...(query === null ? {} : { query: query.map(([key, value]) => [key, unmark(value)]) }),
      ...(draft.body === null ? {} : { body: bodyOf(draft.body) }),
      ...(isManual ? { redirect: "manual" } : {}),
      ...(status === 304 ? {} : { expect: { status } }),
      extract,
    };
    return { kind: "request", request };
  }

  /** Returns URL, query and row name; the query is an option where that does not change it, and so not in the name. */
  #target({ entry, path, query }: Draft) {
    const origin = entry.url.origin === this.#baseUrl ? "" : entry.url.origin;
    const fields = query === "" ? null : encodedFields(query);
    const url = origin + path + (query === "" || fields !== null ? "" : `?${query}`);
    const name = origin + rowName(entry.url.pathname);
    return { url, query: fields, name: stringCode(name) === stringCode(url) ? null : name };
  }
}
