/**
 * A block of text that is redrawn in place on a terminal.
 *
 * @module
 */

import { displayWidth } from "../core/text.ts";
import type { ReportOutput } from "./reporter.ts";

const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
const CLEAR_BELOW = "\x1b[J";

/** Redraws a block of text in place: one write for each frame, so that nothing flickers. */
export class LiveFrame {
  readonly #output: ReportOutput;
  #drawn: string[] = [];
  #isCursorHidden = false;

  /** @param output A terminal */
  constructor(output: ReportOutput) {
    this.#output = output;
  }

  /** Puts a text in the place of the one before; what does not fit the terminal's height is left out at its top. */
  draw(text: string): void {
    const { rows } = this.#output.size();
    const shown = text.split("\n");
    while (shown.length > 1 && this.#height(shown) > rows - 1) shown.shift();
    this.#output.write(`${HIDE_CURSOR}${this.#back()}${shown.join("\n")}\n`);
    this.#drawn = shown;
    this.#isCursorHidden = true;
  }

  /** Returns how many lines of the terminal are left beside some; 1 at least. */
  roomBeside(lines: readonly string[]): number {
    return Math.max(1, this.#output.size().rows - 1 - this.#height(lines));
  }

  /** Writes a text above the frame, where it stays. */
  writeAbove(text: string): void {
    this.#output.write(`${this.#back()}${text}${this.#drawn.map((line) => `${line}\n`).join("")}`);
  }

  /** Takes the frame away and shows the cursor again. */
  end(): void {
    this.#output.write(`${this.#back()}${SHOW_CURSOR}`);
    this.#drawn = [];
    this.#isCursorHidden = false;
  }

  /** Leaves the frame as it is and shows the cursor again, when that has not been done; the next one is drawn below. */
  abandon(): void {
    if (this.#isCursorHidden) this.#output.write(SHOW_CURSOR);
    this.#drawn = [];
    this.#isCursorHidden = false;
  }

  /** Moves to the first line of the frame, by the height it has at the terminal's present width, and clears it. */
  #back(): string {
    const height = this.#height(this.#drawn);
    return height === 0 ? "" : `\x1b[${height}A\r${CLEAR_BELOW}`;
  }

  /** Returns how many lines of the terminal some lines take. */
  #height(lines: readonly string[]): number {
    const { columns } = this.#output.size();
    return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(displayWidth(line) / columns)), 0);
  }
}
