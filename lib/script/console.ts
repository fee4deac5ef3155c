/**
 * `console` of user code, which must not write directly to the terminal or into results.
 *
 * @module
 */

import { builtin } from "../core/builtin.ts";

/** Receives printed text, including line breaks; `isError` if it is meant for stderr. */
export type PrintSink = (text: string, isError: boolean) => void;

/** Methods of `console` that print or affect printing. */
const METHODS = [
  ...["log", "info", "debug", "warn", "error", "dir", "dirxml", "table", "trace", "assert", "count", "countReset"],
  ...["group", "groupCollapsed", "groupEnd", "time", "timeLog", "timeEnd"],
] as const;

/**
 * Makes `console` print to a sink, formatted as in Node. The formatter is loaded on the first call, as most scripts
 * never print.
 *
 * @param print Receives each printed text
 * @param target The object to change. @default this thread's `console`
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
  const { Console } = builtin("node:console");
  const { Writable } = builtin("node:stream");
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
