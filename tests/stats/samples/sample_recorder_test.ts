import { assert, assertEquals } from "@std/assert";
import { CHUNK_RECORDS, Field, RECORD_LENGTH, type SampleChunk } from "../../../lib/stats/samples/sample_chunk.ts";
import { type FinalSample, MAX_BUFFERS, SampleRecorder } from "../../../lib/stats/samples/sample_recorder.ts";
import { seededRandom } from "../../helpers/random.ts";

const [ROW, OTHER_ROW] = [{ method: "GET", name: "/" }, { method: "POST", name: "/x" }];

function sample(changes: Partial<FinalSample> = {}): FinalSample {
  return {
    ...{ startMs: 1e12, latenessMs: 0, ttfbMs: 1, ttlbMs: 2, connectPhases: null, bytesReceived: 3, user: 4 },
    ...{ status: 200, error: null, traceId: null, ...changes },
  };
}

function recorder(ratio = 1) {
  const chunks: SampleChunk[] = [];
  return { chunks, samples: new SampleRecorder(ratio, (chunk) => chunks.push(chunk), seededRandom(1)) };
}

Deno.test("SampleRecorder sends full chunks, and the rest with flush()", () => {
  const { chunks, samples } = recorder();
  samples.flush();
  assertEquals(chunks, [], "nothing recorded, nothing sent");
  for (let index = 0; index <= CHUNK_RECORDS; index++) samples.add(ROW, "A", sample({ user: index }));
  assertEquals(chunks.map(({ count }) => count), [CHUNK_RECORDS]);
  samples.flush();
  assertEquals(chunks.map(({ count }) => count), [CHUNK_RECORDS, 1]);
  assertEquals(chunks[1]!.records[Field.user], CHUNK_RECORDS);
});

Deno.test("each chunk has the rows, classes and errors that its records refer to", () => {
  const { chunks, samples } = recorder();
  samples.add(ROW, "A", sample());
  samples.add(OTHER_ROW, "A", sample({ error: "no" }));
  samples.add(ROW, "B", sample({ error: "no" }));
  samples.add(ROW, "A", sample({ error: "x".repeat(5000) }));
  samples.flush();
  samples.add(ROW, "B", sample());
  samples.flush();
  const [first, second] = chunks as [SampleChunk, SampleChunk];
  assertEquals(first.rows.map(({ name, userClass }) => name + userClass), ["/A", "/xA", "/B"]);
  assertEquals(first.errors.map(({ length }) => length), [2, 1001], "long ones are cut");
  const places = (field: number) =>
    Array.from({ length: 4 }, (_, index) => first.records[index * RECORD_LENGTH + field]);
  assertEquals([places(Field.row), places(Field.error)], [[0, 1, 2, 0], [-1, 0, 0, 1]]);
  assertEquals(second.rows, [{ ...ROW, userClass: "B" }]);
});

Deno.test("SampleRecorder counts what it drops while all of its memory is on its way, and goes on later", () => {
  const { chunks, samples } = recorder();
  const most = MAX_BUFFERS * CHUNK_RECORDS;
  for (let index = 0; index < most + 7; index++) samples.add(ROW, "A", sample());
  assertEquals(chunks.length, MAX_BUFFERS);
  samples.flush();
  assertEquals([chunks.at(-1)!.count, chunks.at(-1)!.dropped], [0, 7]);
  samples.giveBack(chunks[0]!.records);
  samples.giveBack(chunks.at(-1)!.records); // no memory at all
  for (let index = 0; index < CHUNK_RECORDS + 1; index++) samples.add(ROW, "A", sample());
  samples.flush();
  const counted = chunks.reduce((sum, { count, dropped }) => sum + count + dropped, 0);
  assertEquals(counted, most + 7 + CHUNK_RECORDS + 1);
});

Deno.test("a ratio records all failures, and that share of successes", () => {
  const { chunks, samples } = recorder(0.1);
  for (let index = 0; index < 10_000; index++) {
    samples.add(ROW, "A", sample({ error: index % 10 === 0 ? "no" : null }));
    if (index % 500 === 0) samples.flush();
    for (const { records } of chunks) if (records.length > 0) samples.giveBack(records);
  }
  samples.flush();
  const recorded = chunks.reduce((sum, { count }) => sum + count, 0);
  assert(recorded > 1000 + 800 && recorded < 1000 + 1000, `${recorded}`);
  const none = recorder(0);
  none.samples.add(ROW, "A", sample());
  none.samples.add(ROW, "A", sample({ error: "no" }));
  none.samples.flush();
  assertEquals(none.chunks.map(({ count }) => count), [1]);
});
