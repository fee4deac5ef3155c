import { assertEquals, assertMatch } from "@std/assert";
import { importError } from "../../lib/script/import_error.ts";
import { NativeAddonError } from "../../lib/script/require_from_disk.ts";

const BINARY = { isStandalone: true, deno: "2.9.6" };

/** What Denos say of imports that cannot be; each must be recognised. */
const TABLE: [
  said: string,
  host: { isStandalone: boolean; deno: string },
  message: RegExp,
  hint: RegExp | undefined,
][] = [
  [
    "Could not find constraint 'lodash@4' in the list of packages.",
    BINARY,
    /^Cannot import "npm:lodash@4" from/,
    /npm install lodash@4"/,
  ],
  [
    "Could not find a matching package for 'npm:@a/b@^1' in the node_modules directory.",
    BINARY,
    /^Cannot import "npm:@a\/b@\^1" from/,
    /npm install @a\/b@\^1"/,
  ],
  [
    'Import "foo/bar.js" not a dependency and not in import map',
    BINARY,
    /^Cannot import "npm:foo" from/,
    /npm install foo"/,
  ],
  [
    "Module not found: https://example.com/x.js",
    BINARY,
    /^Cannot import "https:\/\/example\.com\/x\.js" from/,
    /beside/,
  ],
  [
    "JSR package manifest for '@std/assert' failed to load. Import 'jsr:@std/assert' via npm",
    BINARY,
    /^Cannot import "jsr:@std\/assert" from/,
    /beside/,
  ],
  [
    "Unexpected token ':'",
    { ...BINARY, deno: "2.7.11" },
    /this binary is of Deno 2\.7\.11, .* JavaScript only/,
    /deno run/,
  ],
  [
    'JsErrorBox { inner: Os { code: 13, kind: PermissionDenied, message: "Permission denied" } }',
    { ...BINARY, deno: "2.7.11" },
    /^Cannot import "\/a\/b\.ts": Permission denied$/,
    undefined,
  ],
  ["Unexpected token ':'", BINARY, /^Cannot import "\/a\/b\.ts": Unexpected token ':'$/, undefined],
  [
    "Unexpected token ':'",
    { isStandalone: false, deno: "2.7.11" },
    /^Cannot import "\/a\/b\.ts": Unexpected/,
    undefined,
  ],
];

for (const [said, host, message, hint] of TABLE) {
  Deno.test(`importError() of "${said}" in ${Deno.inspect(host)}`, () => {
    const loaderError = Object.assign(new TypeError(said), { stack: `TypeError: ${said}` }); // no frame of a user
    const error = importError("/a/b.ts", loaderError, host);
    assertMatch(error.message, message);
    if (hint === undefined) assertEquals(error.hint, undefined);
    else assertMatch(error.hint!, hint);
  });
}

Deno.test("importError() shows the error that a package threw, even if it contains a URL", () => {
  const error = new Error("cannot reach http://example.test/x");
  error.stack = `Error: ${error.message}\n    at f (file:///a/node_modules/deep/index.js:1:31)`;
  const { message, hint } = importError("/a/b.js", error, BINARY);
  assertEquals(message, 'Cannot import "/a/b.js": it threw Error: cannot reach http://example.test/x');
  assertEquals(hint, undefined);
});

Deno.test("importError() names a native addon, and how to load it", () => {
  const { message, hint } = importError("/a/b.js", new NativeAddonError("/a/node_modules/n/x.node"), BINARY);
  assertMatch(message, /^Cannot import "\/a\/b.js": Cannot load "\/a\/node_modules\/n\/x.node": .* no native addons/);
  assertMatch(hint!, /deno run -A jsr:@x\/locust "\/a\/b.js"/);
});
