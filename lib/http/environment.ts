/**
 * The environment of the process, which all its threads share.
 *
 * @module
 */

/** Size in bytes of the memory that {@linkcode shareEnvironment} takes. */
export const ENVIRONMENT_LOCK_BYTES = 4;

/** One word that is 1 while a thread has the environment for itself; `null` where there is one thread. */
let lock: Int32Array | null = null;

/** Makes all threads that share the memory take turns in {@linkcode exclusively}. */
export function shareEnvironment(memory: SharedArrayBuffer): void {
  lock = new Int32Array(memory);
}

/** Calls a function while no other thread changes the environment, which the function may do. */
export function exclusively<T>(act: () => T): T {
  if (lock === null) return act();
  while (Atomics.compareExchange(lock, 0, 0, 1) !== 0) Atomics.wait(lock, 0, 1, 10);
  try {
    return act();
  } finally {
    Atomics.store(lock, 0, 0);
    Atomics.notify(lock, 0, 1);
  }
}

/** Returns a variable; `undefined` also without the permission to read it. Never prompts. */
export function readVariable(name: string): string | undefined {
  if (Deno.permissions.querySync({ name: "env", variable: name }).state !== "granted") return undefined;
  return Deno.env.get(name);
}
