/**
 * From a HAR file to a scenario.
 *
 * @module
 */

import { ScriptError } from "../../core/errors.ts";
import { withCommonHeaders } from "../common_headers.ts";
import { type Action, Code, type ImportOptions, type ImportSource, type Scenario } from "../model.ts";
import { mark } from "../markers.ts";
import { Environment } from "../secrets.ts";
import { commonOrigin } from "../url_parts.ts";
import { ActionWriter, httpOrigin } from "./actions.ts";
import { correlate } from "./correlation/correlation.ts";
import { type Draft, makeDrafts } from "./draft.ts";
import { readHarFile } from "./har_file.ts";
import { setCookies } from "./headers.ts";
import { leftOutNotes, openingNotes } from "./notes.ts";
import { hideSecrets, moveCredentials } from "./secret_values.ts";
import { selectEntries } from "./selection.ts";
import { groupByPage, Pauses } from "./steps.ts";

/** Name of the constant with the base URL. */
const HOST = "HOST";

/**
 * Reads a HAR file.
 *
 * @throws {ScriptError} if it is not one, or no request remains
 */
export function readHar(source: ImportSource, options: ImportOptions): Scenario {
  const file = readHarFile(source);
  const selection = selectEntries(file.entries, options);
  const leftOut = leftOutNotes(source, file, selection);
  if (selection.entries.length === 0) {
    throw new ScriptError(`Cannot import "${source.name}": no request remains. ${leftOut.slice(1).join(" ")}`, {
      hint: "--include takes what its glob matches, as in --include '*'",
    });
  }
  const pages = groupByPage(makeDrafts(selection.entries, options.ignore?.headers), file.pages);
  const drafts = pages.flatMap((page) => page.drafts);
  const { shared, helpers } = correlate(pages.map((page) => page.drafts));
  const environment = new Environment();
  for (const draft of drafts) {
    hideSecrets(draft, environment);
    moveCredentials(draft, environment);
  }
  const baseUrl = commonOrigin(drafts.map(({ entry }) => httpOrigin(entry.url)))!;
  const sendsOrigin = markOrigin(drafts, baseUrl);
  const pauses = new Pauses(options.thinkTimes);
  const writer = new ActionWriter(baseUrl, environment, pauses);
  const run = [...opening(drafts, shared), ...writer.pageActions(pages)];
  return {
    notes: [...leftOut, ...pauses.notes(), ...openingNotes(drafts, environment)],
    baseUrl: sendsOrigin ? new Code(HOST) : baseUrl,
    constants: [...(sendsOrigin ? [{ name: HOST, value: baseUrl }] : []), ...environment.constants()],
    declarations: environment.declarations(),
    classes: [withCommonHeaders({ name: "Visitor", run })],
    helpers,
  };
}

/** Replaces the base URL in `origin` lines by its constant; returns whether there are any. */
function markOrigin(drafts: readonly Draft[], baseUrl: string): boolean {
  const isOwn = ([name, value]: readonly [string, string]) => name === "origin" && value === baseUrl;
  const senders = drafts.filter(({ headers }) => headers.some(isOwn));
  for (const draft of senders) draft.headers = draft.headers.map((line) => isOwn(line) ? ["origin", mark(HOST)] : line);
  return senders.length > 0;
}

/** A recording starts without the cookies of an earlier one. */
function opening(drafts: readonly Draft[], shared: readonly string[]): Action[] {
  const hasCookies = drafts.some(({ chain }) => chain.some(({ response }) => setCookies(response).length > 0));
  const lines = [
    ...(hasCookies ? ["this.client.cookies.clear(); // each iteration is a new visitor"] : []),
    ...shared.map((name) => `let ${name} = "";`),
  ];
  return lines.length === 0 ? [] : [{ kind: "code", code: new Code(lines.join("\n")) }];
}
