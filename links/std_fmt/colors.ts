/**
 * Stand-in for `jsr:@std/fmt/colors`: the real code, repackaged for npm, with types added.
 *
 * @module
 */

import * as impl from "npm:deno-std@1.4.0/fmt/colors.js";

/** Returns whether colours are written. */
export function getColorEnabled(): boolean {
  return impl.getColorEnabled();
}

/** Sets whether colours are written. */
export function setColorEnabled(value: boolean): void {
  impl.setColorEnabled(value);
}

/** Removes ANSI escape codes from a string. */
export function stripAnsiCode(string: string): string {
  return impl.stripAnsiCode(string);
}

/** Returns the string in style bold. */
export function bold(str: string): string {
  return impl.bold(str);
}

/** Returns the string in style dim. */
export function dim(str: string): string {
  return impl.dim(str);
}

/** Returns the string in style italic. */
export function italic(str: string): string {
  return impl.italic(str);
}

/** Returns the string in style underline. */
export function underline(str: string): string {
  return impl.underline(str);
}

/** Returns the string in style inverse. */
export function inverse(str: string): string {
  return impl.inverse(str);
}

/** Returns the string in style red. */
export function red(str: string): string {
  return impl.red(str);
}

/** Returns the string in style green. */
export function green(str: string): string {
  return impl.green(str);
}

/** Returns the string in style yellow. */
export function yellow(str: string): string {
  return impl.yellow(str);
}

/** Returns the string in style blue. */
export function blue(str: string): string {
  return impl.blue(str);
}

/** Returns the string in style magenta. */
export function magenta(str: string): string {
  return impl.magenta(str);
}

/** Returns the string in style cyan. */
export function cyan(str: string): string {
  return impl.cyan(str);
}

/** Returns the string in style gray. */
export function gray(str: string): string {
  return impl.gray(str);
}
