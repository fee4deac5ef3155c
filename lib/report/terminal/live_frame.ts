/**
 * A block of text that is redrawn in place on a terminal.
 *
 * @module
 */

import { displayWidth } from "../../core/text.ts";
import type { ReportOutput } from "../reporter.ts";

const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
const CLEAR_BELOW = "\x1b[J";

/** Redraws a block of text in place, with one write per frame to avoid flicker. */
export class LiveFrame {
  readonly #output: ReportOutput;
  #drawn: string[] = [];
  #isCursorHidden = false;

  /** @param output A terminal */
  constructor(output: ReportOutput) {
    this.#output = output;
  }

  /** Replaces the previous frame; if the new one is higher than the terminal, its first lines are left out. */
  draw(text: string): void {
    const { rows } = this.#output.size();
    const shown = text.split("\n");
    while (shown.length > 1 && this.#height(shown) > rows - 1) shown.shift();
    this.#output.write(`${HIDE_CURSOR}${this.#back()}${shown.join("\n")}\n`);
    this.#drawn = shown;
    this.#isCursorHidden = true;
  }

  /** Returns the number of terminal lines left beside other lines, at least 1. */
  roomBeside(lines: readonly string[]): number {
    return Math.max(1, this.#output.size().rows - 1 - this.#height(lines));
  }

  /** Writes text permanently above the frame. */
  writeAbove(text: string): void {
    this.#output.write(`${this.#back()}${text}${this.#drawn.map((line) => `${line}\n`).join("")}`);
  }

  /** Removes the frame and shows the cursor again. */
  end(): void {
    this.#output.write(`${this.#back()}${SHOW_CURSOR}`);
    this.#drawn = [];
    this.#isCursorHidden = false;
  }

  /** Leaves the frame in place and shows the cursor again; the next frame is drawn below. */
  abandon(): void {
    if (this.#isCursorHidden) this.#output.write(SHOW_CURSOR);
    this.#drawn = [];
    this.#isCursorHidden = false;
  }

  /** Returns the codes that move to the first line of the frame, at the terminal's current width, and clear it. */
  #back(): string {
    const height = this.#height(this.#drawn);
    return height === 0 ? "" : `\x1b[${height}A\r${CLEAR_BELOW}`;
  }

  /** Returns the number of terminal lines that some lines take. */
  #height(lines: readonly string[]): number {
    const { columns } = this.#output.size();
    return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(displayWidth(line) / columns)), 0);
  }
}
