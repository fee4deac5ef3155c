/**
 * HTML that cannot be broken by what is put into it.
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

/** Returns a text with everything escaped that means something in HTML. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** Returns a value as JSON that may stand inside a `<script>` element. */
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
 * @param options.numbersFrom First column of figures, which stand to the right; columns from there can be sorted. The
 * column before it is the row's main text, which is given room on a narrow screen
 * @param options.footer A last row that stays where it is when the others are sorted
 * @param options.isBad Tells rows that are to be noticed. @default none
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
