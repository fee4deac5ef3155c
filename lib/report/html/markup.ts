/**
 * HTML with all contents escaped.
 *
 * @module
 */

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes a string for HTML. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** Returns a value as JSON that is safe inside a `<script>` element. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * Returns a table.
 *
 * @param header Titles of the columns
 * @param rows Cells as plain text
 * @param options.numbersFrom Index of the first column of figures, which are right-aligned and sortable. The column
 * before it has the main text of the row, and a minimum width on narrow screens
 * @param options.footer A last row that sorting does not move
 * @param options.isBad Returns whether to highlight a row. @default none
 */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  options: {
    readonly numbersFrom: number;
    readonly footer?: readonly string[];
    readonly isBad?: (cells: readonly string[]) => boolean;
  },
): string {
  const kind = (index: number) => index >= options.numbersFrom ? "n" : index === options.numbersFrom - 1 ? "t" : "";
  const line = (cells: readonly string[], tag: string, name = "") =>
    `<tr${classOf(name)}>${cells.map((cell, index) => element(tag, cell, kind(index))).join("")}</tr>`;
  const footer = options.footer === undefined ? "" : `<tfoot>${line(options.footer, "td")}</tfoot>`;
  return `<div class="scroll"><table><thead>${line(header, "th")}</thead><tbody>${
    rows.map((row) => line(row, "td", options.isBad?.(row) ? "bad" : "")).join("\n")
  }</tbody>${footer}</table></div>`;
}

function element(tag: string, text: string, kind: string): string {
  return `<${tag}${classOf(kind)}>${escape(text)}</${tag}>`;
}

function classOf(name: string): string {
  return name === "" ? "" : ` class="${name}"`;
}
