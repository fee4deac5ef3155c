/**
 * Secrets that no response gave: they come from the environment.
 *
 * @module
 */

import { hasMarks, unmark } from "../markers.ts";
import type { Text } from "../model.ts";
import { type Environment, isSecret } from "../secrets.ts";
import { decodedText } from "../url_parts.ts";
import { slotsOf } from "./correlation/slots.ts";
import type { Draft } from "./draft.ts";

/** Replaces secret fields of query and body by constants. */
export function hideSecrets(draft: Draft, environment: Environment): void {
  for (const slot of slotsOf(draft)) {
    const isField = (slot.place === "query" || slot.place === "body") && !slot.isNumber;
    if (isField && !hasMarks(slot.value) && isSecret(slot.name, slot.value)) {
      slot.set(environment.use(slot.name, slot.value));
    }
  }
}

/** Sends the user and the password that a URL has as a header line, as a browser does. */
export function moveCredentials(draft: Draft, environment: Environment): void {
  const { username, password } = draft.entry.url;
  if (username === "" || draft.headers.some(([name]) => name === "authorization")) return;
  const user = decodedText(username) + (password === "" ? "" : `:${decodedText(password)}`);
  draft.headers = [...draft.headers, ["authorization", environment.basicOf(user)]];
}

/** Returns the value of a header line; what is secret in it and did not come from a response is a constant. */
export function headerText(name: string, value: string, environment: Environment): Text {
  return unmark(hasMarks(value) ? value : environment.hideHeader(name, value));
}
