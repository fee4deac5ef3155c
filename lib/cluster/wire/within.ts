/**
 * Waits that end.
 *
 * @module
 */

/** Waits for a promise, but no longer than a time; leaves no timer behind. */
export async function within(promise: Promise<unknown>, ms: number): Promise<void> {
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, ms);
  await Promise.race([promise, over.promise]);
  clearTimeout(timer);
}
