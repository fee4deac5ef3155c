import { assertEquals, assertThrows } from "@std/assert";
import { shellCommands, type Word } from "../../../lib/import/curl/shell.ts";

const texts = (text: string) =>
  shellCommands(text, "x").map(({ words }) =>
    words.map((word: Word) => {
      return word.map((part) => typeof part === "string" ? part : `<${part.variable}>`).join("");
    })
  );

for (
  const [what, text, expected] of [
    ["quotes", `a 'b c' "d e" f\\ g ''`, [["a", "b c", "d e", "f g", ""]]],
    ["escapes in double quotes", String.raw`"a\"b\$c\\d\e"`, [[String.raw`a"b$c\d\e`]]],
    ["$'…'", String.raw`$'it\'s \x41\u00e9\n\t\101\\'`, [["it's Aé\n\tA\\"]]],
    ["surrogate pairs in $'…'", String.raw`$'\ud83d\ude00'`, [["😀"]]],
    ["words next to each other", `a'b'"c"$'d'`, [["abcd"]]],
    ["continued lines", "a \\\n  b \\\r\n  c", [["a", "b", "c"]]],
    ["ends of commands", "a; b & c && d | e\nf", [["a"], ["b"], ["c"], ["d"], ["e"], ["f"]]],
    ["variables", 'a $B "c ${D}e" $1', [["a", "<B>", "c <D>e", "$1"]]],
    ["redirections", "a > b 2>&1 c < d &>e f", [["a", "c", "f"]]],
    ["comments", "# a\nb # c\nd#e", [["b"], ["d#e"]]],
    ["text after an escaped line end in quotes", `"a\\\nb"`, [["ab"]]],
    ["nothing", "  \n;;\n", []],
  ] as const
) {
  Deno.test(`shellCommands() reads ${what}`, () => assertEquals(texts(text), expected.map((words) => [...words])));
}

Deno.test("shellCommands() names the line on which a command begins", () => {
  assertEquals(shellCommands("a \\\n b\n\nc 'd\ne' ; f", "x").map(({ line }) => line), [1, 4, 5]);
});

for (const [quote, text] of [["'", "a\nb 'c"], ['"', 'a\nb "c'], ["$'", "a\nb $'c\\'"]] as const) {
  Deno.test(`shellCommands() names the line of a ${quote} that is never closed`, () => {
    const message = `Cannot import "x": line 2 has a ${quote} that is never closed`;
    assertThrows(() => shellCommands(text, "x"), Error, message);
  });
}
