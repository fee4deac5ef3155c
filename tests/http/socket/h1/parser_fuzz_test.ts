// Feeds the parser each answer of the conformance suite, in pieces and with random changes.

import { Buffer } from "node:buffer";
import { assert, assertEquals } from "@std/assert";
import { answer, type AnswerCase } from "../../conformance/cases/case.ts";
import { BODY_CASES } from "../../conformance/cases/cases_bodies.ts";
import { FAILURE_CASES } from "../../conformance/cases/cases_failures.ts";
import { HEAD_CASES } from "../../conformance/cases/cases_heads.ts";
import { seededRandom } from "../../../helpers/random.ts";
import { naiveRead, type Parsed, type ParseInput, PieceReader } from "./parse.ts";

const CASES = [...HEAD_CASES, ...BODY_CASES, ...FAILURE_CASES];
/** Answers up to this length are cut everywhere; longer ones at both ends, and in random places between. */
const MAX_CUT_EVERYWHERE_BYTES = 6000;
/** Time after which parsing one answer counts as hanging; those of a megabyte take a few milliseconds. */
const MAX_PARSE_MS = 500;
const MUTATIONS = 20_000;
/** Another seed gives other changes: `FUZZ_SEED=7 deno test -A tests/http/socket`. */
const SEED = Number(Deno.env.get("FUZZ_SEED") ?? 1);
const MARKER = "the second answer";
const SECOND: ParseInput = {
  answer: answer(MARKER, "x-second: 1"),
  isHeadRequest: false,
  maxBodyBytes: 2 ** 30,
  closes: false,
};

function inputOf({ answer, method, maxBodyBytes, closes }: AnswerCase): ParseInput {
  return { answer, isHeadRequest: method === "HEAD", maxBodyBytes: maxBodyBytes ?? 2 ** 30, closes: closes ?? false };
}

function cutsOf(length: number, random: () => number): number[] {
  const all = Array.from({ length: Math.max(0, length - 1) }, (_, index) => index + 1);
  if (length <= MAX_CUT_EVERYWHERE_BYTES) return all;
  const middle = Array.from({ length: 20 }, () => 1 + Math.floor(random() * (length - 1)));
  return [...all.slice(0, 100), ...middle, ...all.slice(-30)];
}

Deno.test(`AnswerParser parses each of ${CASES.length} answers in a hundred times the usual time at most`, () => {
  for (const one of CASES) {
    const bytes = Buffer.from(one.answer, "latin1");
    const startMs = performance.now();
    new PieceReader(2 ** 30).read([bytes], inputOf(one));
    const tookMs = performance.now() - startMs;
    assert(tookMs < MAX_PARSE_MS, `${one.name} took ${tookMs} ms`);
  }
});

Deno.test(`AnswerParser gives the same result for each of ${CASES.length} answers wherever it is cut in two`, () => {
  const random = seededRandom(SEED);
  for (const one of CASES) {
    const input = inputOf(one);
    const bytes = Buffer.from(one.answer, "latin1");
    const whole = new PieceReader(input.maxBodyBytes).read([bytes], input);
    const reader = new PieceReader(input.maxBodyBytes); // one for all cuts: no state may remain
    for (const cut of cutsOf(bytes.length, random)) {
      const halves = reader.read([bytes.subarray(0, cut), bytes.subarray(cut)], input);
      assertSame(halves, whole, `${one.name}, cut at ${cut} (seed ${SEED})`);
      if (typeof halves === "object" && "error" in halves) break;
    }
  }
});

Deno.test(`AnswerParser gives the same result for each of ${CASES.length} answers byte by byte`, () => {
  for (const one of CASES) {
    const input = inputOf(one);
    const bytes = Buffer.from(one.answer, "latin1");
    const whole = new PieceReader(input.maxBodyBytes).read([bytes], input);
    const pieces = Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
    assertSame(new PieceReader(input.maxBodyBytes).read(pieces, input), whole, one.name);
  }
});

Deno.test(`AnswerParser fails or agrees with a naive parser for ${MUTATIONS} changed answers, and mixes none with the next`, () => {
  const random = seededRandom(SEED);
  const small = CASES.filter((one) => one.answer.length > 0 && one.answer.length <= MAX_CUT_EVERYWHERE_BYTES);
  const seen = { failed: 0, incomplete: 0, exact: 0, leftOver: 0, tookMore: 0 };
  for (let index = 0; index < MUTATIONS; index++) {
    const one = small[index % small.length]!;
    const input = { ...inputOf(one), answer: mutated(one.answer, random) };
    try {
      seen[mutation(input, random)]++;
    } catch (cause) {
      const what = JSON.stringify(input.answer.slice(0, 1000));
      throw new Error(`${one.name}, mutation ${index} with FUZZ_SEED=${SEED}: ${what}`, { cause });
    }
  }
  for (const [outcome, count] of Object.entries(seen)) assert(count > 0, `no mutation ended as ${outcome}`);
});

/** Feeds a changed answer and a valid one after it, as one stream in random pieces. */
function mutation(
  input: ParseInput,
  random: () => number,
): "failed" | "incomplete" | "exact" | "leftOver" | "tookMore" {
  const stream = input.answer + SECOND.answer;
  const first = pieces(input.answer, random);
  const second = pieces(SECOND.answer, random);
  const reader = new PieceReader(input.maxBodyBytes);
  const parsed = reader.read([...first, ...second], input);
  if (parsed === "incomplete") return "incomplete";
  if ("error" in parsed) {
    assert(["protocol", "limit", "truncated"].includes(parsed.error), parsed.error);
    return "failed";
  }
  const { status, body, end } = parsed;
  assertEquals({ status, body, end }, naiveRead(stream, input.isHeadRequest));
  if (end > input.answer.length) return "tookMore"; // as its framing says, according to the naive parser
  assert(!body.includes(MARKER));
  if (end < input.answer.length) return "leftOver";
  const alone = new PieceReader(input.maxBodyBytes).read([Buffer.from(SECOND.answer)], SECOND);
  assertSame(reader.read(second, SECOND), alone, "the second answer");
  return "exact";
}

function assertSame(actual: Parsed, expected: Parsed, name: string): void {
  if (isSame(actual, expected)) return; // assertEquals is slow with megabytes
  throw new Error(`${name}: ${JSON.stringify(actual).slice(0, 300)}, not ${JSON.stringify(expected).slice(0, 300)}`);
}

function isSame(one: Parsed, other: Parsed): boolean {
  if (one === "incomplete" || other === "incomplete") return one === other;
  if ("error" in one || "error" in other) return "error" in one && "error" in other && one.error === other.error;
  return one.status === other.status && one.lines === other.lines && one.end === other.end && one.body === other.body;
}

/** Returns the string with one to four bytes changed, removed, doubled or inserted. */
function mutated(text: string, random: () => number): string {
  const below = (limit: number) => Math.floor(random() * limit);
  let result = text;
  for (let left = 1 + below(4); left > 0; left--) {
    const at = below(result.length);
    const code = result.charCodeAt(at);
    // Bytes with a meaning are inserted more often than others.
    const telling = "\r\n\0 \t:;,-0129afAF"[below(17)]!;
    const byte = [String.fromCharCode(code ^ (1 << below(8))), String.fromCharCode(below(256)), telling, ""][below(4)]!;
    result = result.slice(0, at) + byte + result.slice(at + below(2));
  }
  return result;
}

/** Returns the string's bytes in pieces of random length. */
function pieces(text: string, random: () => number): Buffer[] {
  const bytes = Buffer.from(text, "latin1");
  const parts: Buffer[] = [];
  const longest = random() < 0.3 ? bytes.length : 1 + Math.floor(random() * 40);
  for (let at = 0; at < bytes.length;) {
    const length = 1 + Math.floor(random() * longest);
    parts.push(bytes.subarray(at, at + length));
    at += length;
  }
  return parts;
}
