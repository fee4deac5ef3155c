/**
 * Kept failures in the report.
 *
 * @module
 */

import { oneLine } from "../../core/text.ts";
import type { KeptFailure } from "../../stats/errors/kept_failures.ts";
import { escape } from "./markup.ts";

/**
 * Returns the kept failures, each folded under its row and error; empty without any.
 *
 * @param timeOf Returns an instant as text
 */
export function keptFailureList(failures: readonly KeptFailure[], timeOf: (at: Date) => string): string {
  if (failures.length === 0) return "";
  const item = ({ userClass, method, name, error, atMs, exchange }: KeptFailure) => {
    const row = [userClass, method, name].filter((part) => part !== "").join(" ");
    return `<details><summary>${timeOf(new Date(atMs))} <b>${escape(oneLine(row))}</b> ${
      escape(oneLine(error))
    }</summary><pre>${escape(exchange)}</pre></details>`;
  };
  return `<h2>First failures of each row</h2>\n${failures.map(item).join("\n")}`;
}
