import { type Browser, chromium } from "npm:playwright-core@1.65.1";
import { skippableTest } from "../skippable.ts";

/** Path of Debian's Chromium, or `null` if it is missing. */
export const CHROMIUM: string | null = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(isFile) ?? null;

/** Defines a test that needs Chromium; without it, the test is skipped and its name says why. */
export function browserTest(name: string, body: () => Promise<void>): void {
  skippableTest(name, CHROMIUM === null ? "no Chromium here" : null, body);
}

/** Starts a browser without a window. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM!, args: ["--no-sandbox"] });
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
