/**
 * Modules of Node that only some runs need.
 *
 * @module
 */

/**
 * Returns a module of Node, loaded on the first call. An `import` would load it, and what it needs in turn, in every thread
 * that starts: `net`, `tls`, `process`, `stream` and `zlib` take 10 to 20 ms together and are rarely needed.
 *
 * @param name Its name, with `node:`
 */
export const builtin: NodeJS.Process["getBuiltinModule"] = (name: string) => nodeProcess().getBuiltinModule(name);

/** Deno loads the object when the property is read; a script may replace the property. */
const PROCESS = Object.getOwnPropertyDescriptor(globalThis, "process")!;

function nodeProcess(): NodeJS.Process {
  return PROCESS.get === undefined ? PROCESS.value : PROCESS.get.call(globalThis);
}
