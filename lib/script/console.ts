/**
 * `console` of user code, which must not write to the terminal or into results by itself.
 *
 * @module
 */

import { getBuiltinModule } from "node:process";

/** Takes what was printed, line breaks included; `isError` if it is for stderr. */
export type PrintSink = (text: string, isError: boolean) => void;

/** Methods of `console` that print, or change how others do. */
const METHODS = [
  ...["log", "info", "debug", "warn", "error", "dir", "dirxml", "table", "trace", "assert", "count", "countReset"],
  ...["group", "groupCollapsed", "groupEnd", "time", "timeLog", "timeEnd"],
] as const;

/**
 * Has `console` print to a sink, formatted as Node does. What formats is loaded with the first call, as most scripts
 * never make one.
 *
 * @param print Takes each text
 * @param target What is changed. @default this thread's `console`
 */
export function redirectConsole(print: PrintSink, target: Console = console): void {
  let printer: Console | null = null;
  for (const method of METHODS) {
    const call = (...values: unknown[]) => {
      printer ??= createPrinter(print);
      (printer[method] as (...values: unknown[]) => void)(...values);
    };
    Object.defineProperty(target, method, { value: call, configurable: true, writable: true, enumerable: true });
  }
}

function createPrinter(print: PrintSink): Console {
  const { Console } = getBuiltinModule("node:console")!;
  const { Writable } = getBuiltinModule("node:stream")!;
  const stream = (isError: boolean) =>
    new Writable({
      decodeStrings: false,
      write(text, _encoding, done) {
        print(String(text), isError);
        done();
      },
    });
  return new Console({ stdout: stream(false), stderr: stream(true) }) as unknown as Console;
}
