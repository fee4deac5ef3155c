import { assertEquals } from "@std/assert";
import { maskedLine, maskedText } from "../../lib/core/mask.ts";

const LINES: readonly (readonly [line: string, masked: string])[] = [
  ["authorization: Bearer abc.def", "authorization: Bearer ***"],
  ["Authorization: abc", "Authorization: ***"],
  ["proxy-authorization: Basic dTpw", "proxy-authorization: Basic ***"],
  ["cookie: sid=1; theme=dark", "cookie: sid=***; theme=***"],
  ["cookie: odd", "cookie: ***"],
  ["set-cookie: sid=a=b; Path=/; HttpOnly", "set-cookie: sid=***; Path=/; HttpOnly"],
  ["x-api-key: 1", "x-api-key: ***"],
  ["location: /cb?access_token=1&page=2", "location: /cb?access_token=***&page=2"],
  ["GET /a?password=x&b=1 HTTP/1.1", "GET /a?password=***&b=1 HTTP/1.1"],
  [":path: /a?token=x", ":path: /a?token=***"],
  ["content-type: text/html", "content-type: text/html"],
];

Deno.test("maskedLine() keeps schemes, names and attributes, and no secret", () => {
  for (const [line, masked] of LINES) assertEquals(maskedLine(line), masked);
});

const TEXTS: readonly (readonly [text: string, masked: string])[] = [
  ['{"password":"a\\"b","n":1}', '{"password":"***","n":1}'],
  ['{ "new_password" : "x" }', '{ "new_password" : "***" }'],
  ['{"accessToken":"x","refresh_token":"y"}', '{"accessToken":"***","refresh_token":"***"}'],
  ['{"client_secret":"x","apiKey":"y","PASSWD":"z","pwd":"p","pin":"1234"}', ""],
  ['{"max_tokens":12,"name":"pinned"}', '{"max_tokens":12,"name":"pinned"}'],
  ['{"password":"cut off', '{"password":"***"'],
  ["user=ann&password=x&remember=1", "user=ann&password=***&remember=1"],
  ["nothing here", "nothing here"],
];

Deno.test("maskedText() takes password-like fields out of JSON and forms", () => {
  for (const [text, masked] of TEXTS) {
    const expected = masked === "" ? text.replace(/:"[^"]*"/g, ':"***"') : masked;
    assertEquals(maskedText(text), expected);
  }
});
