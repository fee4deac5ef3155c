// One suite over both transports against a hostile server: each answer whole, after another one, and in pieces.

import { BODY_CASES } from "./cases/cases_bodies.ts";
import { FAILURE_CASES } from "./cases/cases_failures.ts";
import { HEAD_CASES } from "./cases/cases_heads.ts";
import { run } from "./cases/run_case.ts";

/** Longest answer that is sent byte by byte, so that tests stay short. */
const MAX_DRIBBLED = 160;
/** Answers that are cut at every place: each kind of framing, and some that fail. */
const CUT = [
  "header names in any case",
  "a folded header line (obs-fold)",
  "lines that end with a line feed only",
  "a 100 before the answer",
  "several informational answers with headers",
  "HEAD with a content-length",
  "204 without a body",
  "a body that looks like an answer",
  "several chunks",
  "chunk extensions",
  "trailers",
  "a body that ends with the connection",
  "chunks that end early",
  "a blank in a header name",
  "two different content-lengths",
  "a chunk longer than its size",
];

const CASES = [...HEAD_CASES, ...BODY_CASES, ...FAILURE_CASES];
const CUT_CASES = CUT.map((name) => CASES.find((one) => one.name === name)!);
const SHORT_CASES = CASES.filter(({ answer }) => answer.length <= MAX_DRIBBLED);

for (const transport of ["socket", "fetch"] as const) {
  for (const one of CASES) {
    const because = transport === "fetch" && one.fetch !== undefined ? ` (differs: ${one.fetch.because})` : "";
    // Twice: the second answer meets state left by the first, such as the cached header block.
    Deno.test(`${transport}: ${one.name}${because}`, () => run(transport, one, ["whole", "whole"]));
  }

  // Concurrently, since each mostly waits for the next byte.
  Deno.test(`${transport}: each of ${SHORT_CASES.length} answers, byte by byte`, async () => {
    await allOf(SHORT_CASES.map((one) => run(transport, one, ["byte by byte"])));
  });

  Deno.test(`${transport}: each of ${CUT_CASES.length} answers, cut in two at every place`, async () => {
    await allOf(CUT_CASES.map((one) => run(transport, one, places(one.answer))));
  });
}

/** Waits for all of them, failed or not, so that none outlives the test. */
async function allOf(runs: readonly Promise<void>[]): Promise<void> {
  const failures = (await Promise.allSettled(runs)).filter((result) => result.status === "rejected");
  if (failures.length > 0) throw new AggregateError(failures.map((failure) => failure.reason));
}

function places(answer: string): number[] {
  return Array.from({ length: answer.length - 1 }, (_, index) => index + 1);
}
