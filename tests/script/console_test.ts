import { assertEquals, assertMatch } from "@std/assert";
import { redirectConsole } from "../../lib/script/console.ts";

function printed(use: (target: Console) => void): [text: string, isError: boolean][] {
  const texts: [string, boolean][] = [];
  const target = {} as Console;
  redirectConsole((text, isError) => texts.push([text, isError]), target);
  use(target);
  return texts;
}

Deno.test("redirectConsole() prints to the sink synchronously, and marks warnings and errors", () => {
  const texts = printed((target) => {
    target.log("a %s", "b", { c: 1 });
    target.info("i");
    target.debug("d");
    target.warn("w");
    target.error("e");
    target.assert(false, "no");
  });
  assertEquals(texts, [
    ["a b { c: 1 }\n", false],
    ["i\n", false],
    ["d\n", false],
    ["w\n", true],
    ["e\n", true],
    ["Assertion failed: no\n", true],
  ]);
});

Deno.test("redirectConsole() keeps groups, counts and tables", () => {
  const texts = printed((target) => {
    target.group("outer");
    target.log("inner");
    target.groupEnd();
    target.count("x");
    target.table([{ a: 1 }]);
  });
  assertEquals(texts.slice(0, 3), [["outer\n", false], ["  inner\n", false], ["x: 1\n", false]]);
  assertMatch(texts[3]![0], /│ a │/);
});
