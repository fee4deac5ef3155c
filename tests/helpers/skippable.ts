/**
 * Defines a test that needs something of the machine; without it, the test is skipped and its name says why.
 *
 * @param name Name of the test
 * @param missing What is missing here, or `null`
 * @param fn The test
 */
export function skippableTest(name: string, missing: string | null, fn: () => void | Promise<void>): void {
  const reason = missing === null ? "" : ` (skipped: ${missing})`;
  Deno.test({ name: name + reason, ignore: missing !== null, fn });
}
