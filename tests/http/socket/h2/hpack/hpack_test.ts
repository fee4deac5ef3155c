// Header compression compared with the RFC's examples and with blocks of other encoders.

import { Buffer } from "node:buffer";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { TransportError } from "../../../../../lib/http/transport.ts";
import { BlockWriter } from "../../../../../lib/http/socket/h2/hpack/block_writer.ts";
import { EncoderState } from "../../../../../lib/http/socket/h2/hpack/encoder_state.ts";
import { HeaderDecoder } from "../../../../../lib/http/socket/h2/hpack/header_decoder.ts";
import { encodeBlock, encodeResize } from "../../../../../lib/http/socket/h2/hpack/header_encoder.ts";
import type { HeaderLine } from "../../../../../lib/http/socket/h2/hpack/static_table.ts";
import { EXAMPLES } from "./appendix_c.ts";

const LIMITS = { maxListBytes: 65_536, maxLines: 200 };
const VECTORS = new URL("vectors/", import.meta.url);

function hex(digits: string): Buffer {
  return Buffer.from(digits, "hex");
}

function decode(decoder: HeaderDecoder, bytes: Uint8Array): readonly HeaderLine[] {
  return decoder.decode(Buffer.from(bytes), 0, bytes.length).lines;
}

for (const { name, blocks, isEncoded } of EXAMPLES) {
  Deno.test(`HeaderDecoder decodes RFC 7541 ${name}`, () => {
    const decoder = new HeaderDecoder(LIMITS);
    for (const { wire, lines, tableBytes } of blocks) {
      assertEquals(decode(decoder, hex(wire)), lines);
      assertEquals(decoder.tableBytes, tableBytes);
    }
  });

  if (!isEncoded) continue;
  Deno.test(`encodeBlock() encodes RFC 7541 ${name}`, () => {
    let state = EncoderState.empty(4096);
    for (const { wire, lines } of blocks) {
      const block = encodeBlock(state, lines);
      assertEquals(Buffer.from(block.bytes).toString("hex"), wire);
      state = block.next;
    }
  });
}

for (const { name } of [...Deno.readDirSync(VECTORS)].filter((file) => file.name.endsWith(".json"))) {
  const { from, cases } = JSON.parse(Deno.readTextFileSync(new URL(name, VECTORS)));
  Deno.test(`HeaderDecoder decodes the blocks of ${from}, and ours of the same lines`, () => {
    const [decoder, ours] = [new HeaderDecoder(LIMITS), new HeaderDecoder(LIMITS)];
    let state = EncoderState.empty(4096);
    for (const { wire, headers } of cases) {
      assertEquals(decode(decoder, hex(wire)), headers);
      const block = encodeBlock(state, headers);
      assertEquals(decode(ours, block.bytes), headers);
      state = block.next;
    }
  });
}

Deno.test("BlockWriter.integer() writes RFC 7541 C.1", () => {
  const writer = new BlockWriter();
  for (
    const [prefixBits, value, wire] of [[5, 10, "0a"], [5, 1337, "1f9a0a"], [8, 42, "2a"], [7, 127, "7f00"]] as const
  ) {
    writer.integer(prefixBits, 0, value);
    assertEquals(Buffer.from(writer.take()).toString("hex"), wire);
  }
});

Deno.test("encodeBlock() refers to earlier lines, and keeps secrets and varying values out of the table", () => {
  const lines: HeaderLine[] = [
    ["user-agent", "locust"],
    [":path", "/item/17"],
    ["cookie", "a=1"],
    ["authorization", "Bearer 0123456789abcdef"],
  ];
  const first = encodeBlock(EncoderState.empty(4096), lines);
  const second = encodeBlock(first.next, lines);
  assert(second.next === first.next);
  const wire = Buffer.from(second.bytes).toString("hex");
  assertEquals([wire.slice(0, 2), wire.slice(-2)], ["bf", "be"]);
  assert(wire.includes("1f11"), "a short cookie is never indexed");
});

Deno.test("encodeBlock() in the same state gives the same state for another connection", () => {
  const lines: HeaderLine[] = [["x-one", "1"], ["x-two", "2"]];
  assert(
    encodeBlock(EncoderState.empty(4096), lines).next === encodeBlock(EncoderState.empty(65_536), lines).next,
  );
});

for (const limit of [0, 100, 1000]) {
  Deno.test(`encodeResize() to ${limit} bytes empties both tables`, () => {
    const decoder = new HeaderDecoder(LIMITS);
    const lines: HeaderLine[] = [["x-one", "1"], ["x-two", "2"], ["x-one", "1"]];
    decode(decoder, encodeBlock(EncoderState.empty(4096), lines).bytes);
    let block = encodeBlock(EncoderState.empty(limit), lines);
    assertEquals(decode(decoder, Buffer.concat([encodeResize(limit), block.bytes])), lines);
    block = encodeBlock(block.next, lines);
    assertEquals(decode(decoder, block.bytes), lines);
    assert(decoder.tableBytes <= limit);
  });
}

/** Invalid blocks and their faults. */
const INVALID: readonly (readonly [name: string, wire: string])[] = [
  ["index 0", "80"],
  ["an index beyond both tables", "be"],
  ["a name index beyond both tables", "7e0161"],
  ["an integer without its end", "ff"],
  ["an integer of more than 32 bits", "ffffffffffffff01"],
  ["an integer that goes on for ever", "ff80808080808080808000"],
  ["a string longer than the block", "40057869"],
  ["a literal without a value", "400161"],
  ["a size update beyond the limit", "3fe21f"],
  ["a size update after a line", "823f00"],
  ["Huffman padding of zeros", "4001618118"],
  ["Huffman padding of a whole byte", "400161821fff"],
  ["Huffman coding of EOS", "40016184ffffffff"],
];

for (const [name, wire] of INVALID) {
  Deno.test(`HeaderDecoder refuses ${name}`, () => {
    const error = assertThrows(() => decode(new HeaderDecoder(LIMITS), hex(wire)), TransportError);
    assertEquals(error.kind, "protocol");
  });
}

Deno.test("HeaderDecoder refuses a block that grows large by references to one long line", () => {
  const bomb = Buffer.concat([hex("400161"), hex("7f811e"), Buffer.alloc(3968, "x"), Buffer.alloc(100, 0xbe)]);
  const error = assertThrows(() => decode(new HeaderDecoder(LIMITS), bomb), TransportError);
  assertEquals([error.kind, error.message], ["limit", "header block larger than 64 KiB in the answer"]);
});

Deno.test("HeaderDecoder refuses more lines than allowed", () => {
  const error = assertThrows(() => decode(new HeaderDecoder(LIMITS), Buffer.alloc(201, 0x82)), TransportError);
  assertEquals(error.kind, "limit");
});

Deno.test("HeaderDecoder.decode() reports whether a block is valid for every connection", () => {
  const decoder = new HeaderDecoder(LIMITS);
  const isSelfContained = (wire: string) => decoder.decode(hex(wire), 0, wire.length / 2).isSelfContained;
  assertEquals(isSelfContained("8840017801794103777777"), true); // adds two lines, refers to static ones
  const { version } = decoder;
  assertEquals(isSelfContained("88be"), false);
  assertEquals(decoder.version, version);
  assertEquals(isSelfContained("3f00"), false);
  assert(decoder.version !== version);
});
