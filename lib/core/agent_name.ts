/**
 * Names of agents.
 *
 * @module
 */

/** Most characters of a name. */
const MAX_LENGTH = 100;

/** What a name has to be, for messages. */
export const AGENT_NAME_WANTED = `1 to ${MAX_LENGTH} characters, none of them a control character`;

/** Whether a value can be the name of an agent. */
export function isAgentName(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "" && value.length <= MAX_LENGTH &&
    !/[\p{Cc}\u2028\u2029]/u.test(value);
}

/** Returns a name as a part of a file's name. */
export function fileNamePart(name: string): string {
  return name.replace(/[^\p{L}\p{N}._-]+/gu, "_");
}
