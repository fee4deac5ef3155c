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

const LEAKS: readonly (readonly [text: string, masked: string])[] = [
  ["user[password]=x&a=1", "user[password]=***&a=1"],
  ["user%5Bpassword%5D=x", "user%5Bpassword%5D=***"],
  ["user.password=x&max_tokens=5", "user.password=***&max_tokens=5"],
  ["/?token=x", "/?token=***"],
  ["access_key=x&jwt=x&session_id=x&sessionid=x&X-Amz-Signature=x&_csrf=x&page=2", ""],
  [
    '{"Authorization":"Bearer x","Cookie":"x","Set-Cookie":["x"]}',
    '{"Authorization":"***","Cookie":"***","Set-Cookie":"***"}',
  ],
  ['{"secret":{"a":["x}",{"b":"x"}]},"n":1}', '{"secret":"***","n":1}'],
  ['{"tokens":["x", "x"],"n":[1]}', '{"tokens":"***","n":[1]}'],
  ['{"pin":1234,"n":2}', '{"pin":"***","n":2}'],
  ['{"secret":{"cut":"x', '{"secret":"***"'],
  [
    '{"body":"{\\"password\\":\\"a\\\\\\"x\\",\\"n\\":1}","n":2}',
    '{"body":"{\\"password\\":\\"***\\",\\"n\\":1}","n":2}',
  ],
  ['{"body":"{\\n \\"token\\": [\\"x\\"]}","n":2}', '{"body":"{\\n \\"token\\": \\"***\\"}","n":2}'],
  ["<a><password type='t'>x</password><b>1</b></a>", "<a><password type='t'>***</password><b>1</b></a>"],
  ["<ns:secret>x<i>x</i></ns:secret>", "<ns:secret>***</ns:secret>"],
  ["<input name=password value=x><p>hi</p>", '<input name=password value="***"><p>hi</p>'],
  ['<input type="hidden" value="x" name="csrf_token"/>', '<input type="hidden" value="***" name="csrf_token"/>'],
  ['<meta name="csrf-token" content="x">', '<meta name="csrf-token" content="***">'],
  [
    '--b\r\ncontent-disposition: form-data; name="password"\r\n\r\nx\r\n--b\r\ncontent-disposition: form-data; name="n"\r\n\r\n1\r\n--b--',
    '--b\r\ncontent-disposition: form-data; name="password"\r\n\r\n***\r\n--b\r\ncontent-disposition: form-data; name="n"\r\n\r\n1\r\n--b--',
  ],
];

Deno.test("maskedText() finds secrets in nested forms, multipart, JSON in JSON, objects, XML and HTML", () => {
  for (const [text, masked] of LEAKS) {
    assertEquals(maskedText(text), masked === "" ? text.replace(/=x/g, "=***") : masked);
  }
});
