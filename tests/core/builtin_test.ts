import { assertEquals } from "@std/assert";
import { builtin } from "../../lib/core/builtin.ts";

Deno.test("a script that replaces the global `process` does not take Node's modules from the program", () => {
  const kept = Object.getOwnPropertyDescriptor(globalThis, "process")!;
  try {
    (globalThis as { process: unknown }).process = { env: {} };
    assertEquals(typeof builtin("node:zlib").gunzipSync, "function");
  } finally {
    Object.defineProperty(globalThis, "process", kept);
  }
});
