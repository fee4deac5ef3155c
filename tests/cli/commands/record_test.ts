import { assertEquals } from "@std/assert";
import { freeDestination, stopOnSignal } from "../../../lib/cli/commands/record.ts";
import { FakeStream } from "../../helpers/runs/fake_process.ts";

Deno.test("locust record takes two SIGINTs close together as one; a later one says that the recording is lost", () => {
  const [stop, stderr] = [new AbortController(), new FakeStream(false)];
  const codes: number[] = [];
  let atMs = 1000;
  const onSignal = stopOnSignal({ nowMs: () => atMs, exit: (code) => codes.push(code), stderr }, stop);
  onSignal();
  atMs += 20;
  onSignal();
  assertEquals([stop.signal.aborted, codes, stderr.text], [true, [], ""]);
  atMs += 1000;
  onSignal();
  assertEquals([codes, stderr.text], [[130], "Ended by a second signal: the recording is lost\n"]);
});

Deno.test("locust record keeps a file that appears meanwhile, and writes beside it", async () => {
  const files = new Set(["/home/out.ts", "/home/out-2.ts"]);
  const stderr = new FakeStream(false);
  const isFile = (path: string) => Promise.resolve(files.has(path));
  const process = { cwd: "/home", isFile, isDevice: () => Promise.resolve(false), stderr };
  assertEquals((await freeDestination(process, { output: "out.ts", isForced: false })).output, "out-3.ts");
  assertEquals(stderr.text, '"out.ts" has appeared meanwhile and is kept as it is\n');
  assertEquals((await freeDestination(process, { output: "out.ts", isForced: true })).output, "out.ts");
  assertEquals((await freeDestination(process, { output: "new.ts", isForced: false })).output, "new.ts");
});
