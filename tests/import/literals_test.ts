import { assertEquals } from "@std/assert";
import { fieldsCode, jsonCode, stringCode, template, textCode } from "../../lib/import/literals.ts";
import { Code } from "../../lib/import/model.ts";

const evaluate = (code: string): unknown => new Function(`return (${code});`)();

Deno.test("stringCode() evaluates to the string, whatever is in it", () => {
  const texts = [
    "",
    "plain",
    `with "quotes"`,
    "a`b${c}",
    "line\nend\r",
    "\u2028\u202e\0",
    "\ud800",
    `both " and \``,
    "\\",
  ];
  for (const text of texts) assertEquals(evaluate(stringCode(text)), text);
  assertEquals(stringCode(`with "quotes"`), '`with "quotes"`');
  assertEquals(stringCode("\u202e"), `"\\u202e"`);
});

Deno.test("template() joins strings and expressions into a template literal", () => {
  assertEquals(template(["a", "b"]), "ab");
  assertEquals(template(["", new Code("x")]), new Code("x"));
  const joined = template(["cost: $", new Code("1 + 1"), "`\\${no}\n"]);
  assertEquals(evaluate(textCode(joined)), "cost: $2`\\${no}\n");
});

Deno.test("jsonCode() evaluates to the value, with expressions in it", () => {
  const value = { a: [1, -0, null, true, { "b-c": "x" }], __proto: "p", "1": "one" };
  assertEquals(evaluate(jsonCode(value)), value);
  assertEquals(evaluate(jsonCode({ sum: new Code("1 + 2"), list: [] })), { sum: 3, list: [] });
  const own = JSON.parse(`{"__proto__": 1}`);
  assertEquals(Object.entries(evaluate(jsonCode(own)) as object), [["__proto__", 1]]);
});

Deno.test("fieldsCode() is an object, or pairs if a name comes twice or would change the order", () => {
  assertEquals(fieldsCode([["a", "1"], ["b-c", "2"]]), `{ a: "1", "b-c": "2" }`);
  assertEquals(fieldsCode([["a", "1"], ["a", "2"]]), `[["a", "1"], ["a", "2"]]`);
  assertEquals(fieldsCode([["b", "1"], ["1", "2"]]), `[["b", "1"], ["1", "2"]]`);
});
