import { assertEquals, assertThrows } from "@std/assert";
import { OutputError } from "../../../lib/core/errors.ts";
import { outputStream } from "../../../lib/cli/terminal/output_stream.ts";

/** Answers each write as told: takes so many bytes, or throws. */
function writer(...answers: (number | Error)[]) {
  const taken: number[] = [];
  return {
    isTerminal: () => false,
    writeSync(bytes: Uint8Array): number {
      const answer = answers.shift() ?? bytes.length;
      if (answer instanceof Error) throw answer;
      taken.push(...bytes.subarray(0, answer));
      return Math.min(answer, bytes.length);
    },
    get text() {
      return new TextDecoder().decode(new Uint8Array(taken));
    },
  };
}

Deno.test("outputStream() continues after partial writes", () => {
  const target = writer(1, 2, 1);
  outputStream(target).write("häuser");
  assertEquals(target.text, "häuser");
});

Deno.test("outputStream() retries if a pipe is full", () => {
  const target = writer(2, new Deno.errors.WouldBlock(), new Deno.errors.WouldBlock(), 1);
  const pauses: number[] = [];
  outputStream(target, "", (ms) => pauses.push(ms)).write("abcdef");
  assertEquals(target.text, "abcdef");
  assertEquals(pauses.length, 2);
});

Deno.test("outputStream() reports once that the reader is gone, and drops further output", () => {
  const target = writer(1, new Deno.errors.BrokenPipe());
  const stream = outputStream(target);
  let calls = 0;
  stream.onClosed(() => calls += 1);
  assertEquals(stream.isClosed, false);
  stream.write("abc");
  stream.write("def");
  assertEquals([stream.isClosed, calls, target.text], [true, 1, "a"]);
  stream.onClosed(() => calls += 1);
  assertEquals(calls, 2);
});

Deno.test("outputStream() treats a closed terminal like a reader that is gone", () => {
  const error = Object.assign(new Error("Input/output error (os error 5)"), { code: "EIO" });
  const stream = outputStream(writer(error), "stdout");
  stream.write("a");
  assertEquals(stream.isClosed, true);
});

Deno.test("outputStream() throws once with its name and the reason, then drops further output", () => {
  const target = writer(new Error("No space left on device (os error 28)"));
  const stream = outputStream(target, "stdout");
  assertThrows(() => stream.write("a"), OutputError, "Cannot write to stdout: no space left on device");
  stream.write("b");
  assertEquals(target.text, "");
});

Deno.test("outputStream() without a name drops what it cannot write", () => {
  const target = writer(new Error("No space left on device (os error 28)"));
  outputStream(target).write("a");
  assertEquals(target.text, "");
});

Deno.test("outputStream() has a size without a terminal", () => {
  const { columns, rows } = outputStream(writer()).size();
  assertEquals([columns > 0, rows > 0], [true, true]);
});
