/**
 * Header lines that all requests of a class have: they stand at the class, once.
 *
 * @module
 */

import { textCode } from "./literals.ts";
import type { Action, RequestCall, ScenarioClass, Text } from "./model.ts";

type Header = readonly [string, Text];

/** Returns the class with common header lines as its own. A line that only one request has stays there. */
export function withCommonHeaders(one: ScenarioClass): ScenarioClass {
  const requests = [...one.run ?? [], ...(one.tasks ?? []).flatMap(({ actions }) => actions)].flatMap(requestsOf);
  const common = commonHeaders(requests);
  if (common.length === 0) return one;
  const keys = new Set(common.map(headerKey));
  const strip = (actions: readonly Action[]) => actions.map((action) => stripped(action, keys));
  return {
    ...one,
    headers: [...one.headers ?? [], ...common],
    ...(one.run === undefined ? {} : { run: strip(one.run) }),
    ...(one.tasks === undefined ? {} : { tasks: one.tasks.map((task) => ({ ...task, actions: strip(task.actions) })) }),
  };
}

function requestsOf(action: Action): readonly RequestCall[] {
  if (action.kind === "request") return [action.request];
  return action.kind === "step" ? action.actions.flatMap(requestsOf) : [];
}

function commonHeaders(requests: readonly RequestCall[]): readonly Header[] {
  const [first, ...others] = requests;
  if (first === undefined || others.length === 0) return [];
  return (first.headers ?? []).filter((header) => {
    // Cookies change while the user goes on; a content type belongs to its body.
    if (/^(?:cookie|content-type)$/i.test(header[0])) return false;
    return others.every(({ headers = [] }) => headers.some((one) => headerKey(one) === headerKey(header)));
  });
}

function headerKey([name, value]: Header): string {
  return `${name.toLowerCase()}: ${textCode(value)}`;
}

function stripped(action: Action, keys: ReadonlySet<string>): Action {
  if (action.kind === "step") return { ...action, actions: action.actions.map((one) => stripped(one, keys)) };
  if (action.kind !== "request" || action.request.headers === undefined) return action;
  const headers = action.request.headers.filter((header) => !keys.has(headerKey(header)));
  return { ...action, request: { ...action.request, headers } };
}
