import { assert, assertEquals, assertThrows } from "@std/assert";
import { packData, unpackData } from "../../lib/engine/packed_data.ts";

const PLAIN: [what: string, value: unknown][] = [
  ["rows", [{ id: 1, name: "Ärger €", isActive: true, tags: ["a", null], at: new Date(7) }]],
  ["nothing", null],
  ["a number", 0],
  ["maps and sets", new Map<unknown, unknown>([[1, new Set(["x", 2n])]])],
  ["bytes", { cert: new Uint8Array([1, 2, 255]) }],
  ["a list with holes", [1, , 3]],
  ["an object without prototype", Object.assign(Object.create(null), { a: 1 })],
];
for (const [what, value] of PLAIN) {
  Deno.test(`packData() serializes ${what} once, and unpackData() returns an equal value`, () => {
    const packed = packData(value);
    assert("bytes" in packed);
    assertEquals(unpackData(packed), structuredClone(value));
  });
}

const cycle: Record<string, unknown> = {};
cycle.self = cycle;
const AS_IT_IS: [what: string, value: unknown][] = [
  ["undefined", undefined],
  ["a Blob", { file: new Blob(["x"]) }],
  ["shared memory", [new SharedArrayBuffer(4)]],
  ["an array over shared memory", new Uint8Array(new SharedArrayBuffer(4))],
  ["an object of a class", {
    started: new (class Token {
      value = 1;
    })(),
  }],
  ["a URL, which postMessage refuses", new URL("http://localhost/")],
  ["a cycle", cycle],
];
for (const [what, value] of AS_IT_IS) {
  Deno.test(`packData() leaves ${what} to postMessage`, () => {
    const packed = packData(value);
    assert("value" in packed && packed.value === value);
    assert(unpackData(packed) === value);
  });
}

Deno.test("packData() throws for a function", () => {
  assertThrows(() => packData({ callback: () => {} }), Error, "could not be cloned");
});
