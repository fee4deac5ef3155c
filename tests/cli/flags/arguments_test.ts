import { assertEquals } from "@std/assert";
import { type FlagValue, type GivenArguments, readArguments } from "../../../lib/cli/flags/arguments.ts";
import type { Flag } from "../../../lib/cli/flags/flag.ts";

const TABLE: readonly Flag[] = [
  { key: "users", long: "users", aliases: ["user-count"], short: "u", value: "number", group: "A", help: "users" },
  { key: "verbose", long: "verbose", short: "v", kind: "boolean", group: "A", help: "say more" },
  { key: "header", long: "header", short: "X", kind: "repeatable", group: "A", help: "a header" },
  { key: "help", long: "help", short: "h", kind: "action", group: "A", help: "help" },
];

function read(args: readonly string[], env: Record<string, string> = {}): GivenArguments {
  return readArguments(args, { get: (name) => env[name], names: () => Object.keys(env) }, TABLE);
}

for (
  const [line, values, positionals] of [
    ["", {}, []],
    ["--users 5", { users: "5" }, []],
    ["--users=5", { users: "5" }, []],
    ["--user-count 5", { users: "5" }, []],
    ["-u 5", { users: "5" }, []],
    ["-u5", { users: "5" }, []],
    ["-u=5", { users: "5" }, []],
    ["-u1m30s", { users: "1m30s" }, []],
    ["-uhttp://a/?b=c", { users: "http://a/?b=c" }, []],
    ["-u -1", { users: "-1" }, []],
    ["-u -.5", { users: "-.5" }, []],
    ["--users -1", { users: "-1" }, []],
    ["--users=", { users: "" }, []],
    ["--users=a=b", { users: "a=b" }, []],
    ["-u -", { users: "-" }, []],
    ["-v", { verbose: true }, []],
    ["-v a", { verbose: true }, ["a"]],
    ["--verbose true", { verbose: true }, ["true"]],
    ["--verbose=off", { verbose: false }, []],
    ["-v=no", { verbose: false }, []],
    ["--no-verbose", { verbose: false }, []],
    ["--no-verbose -v", { verbose: true }, []],
    ["-vu5", { users: "5", verbose: true }, []],
    ["-vh", { verbose: true, help: true }, []],
    ["-X a -X b --header=c", { header: ["a", "b", "c"] }, []],
    ["a -u 5 b", { users: "5" }, ["a", "b"]],
    ["-u 5 -- -v --users", { users: "5" }, ["-v", "--users"]],
    ["- 007", {}, ["-", "007"]],
  ] as const
) {
  Deno.test(`readArguments() reads ${JSON.stringify(line)}`, () => {
    const given = read(line === "" ? [] : line.split(" "));
    assertEquals(given.problems, []);
    assertEquals(Object.fromEntries(given.values), values as Record<string, FlagValue>);
    assertEquals(given.positionals, [...positionals]);
  });
}

Deno.test("readArguments() accepts empty values and values with spaces", () => {
  assertEquals(read(["-X", "a: b c", "-X", "", "-X="]).values.get("header"), ["a: b c", "", ""]);
});

for (
  const [line, ...problems] of [
    ["--user 5", `Cannot use --user: unknown option, did you mean "--users"?`],
    ["--user=5", `Cannot use --user: unknown option, did you mean "--users"?`],
    ["-users 5", `Cannot use -users: unknown option, did you mean "--users"?`],
    ["-help", `Cannot use -help: unknown option, did you mean "--help"?`],
    ["--verb", `Cannot use --verb: unknown option, did you mean "--verbose"?`],
    ["--__proto__=1", `Cannot use --__proto__: unknown option, see "locust --help"`],
    ["-y", "Cannot use -y: unknown option, expected one of -u, -v, -X, -h"],
    ["-y -y", "Cannot use -y: unknown option, expected one of -u, -v, -X, -h"],
    ["--no-users", `Cannot use --no-users: unknown option, did you mean "--users"?`],
    ["--users", "Cannot use --users: no value given, expected <number>"],
    ["-u -v", "Cannot use -u: no value given, expected <number>"],
    ["-u -- 5", "Cannot use -u: no value given, expected <number>"],
    ["--header", "Cannot use --header: no value given, expected <value>"],
    ["-u 1 --users 2", `Cannot use --users "2": given 2 times, expected once`],
    ["--verbose=maybe", `Cannot use --verbose "maybe": not a boolean, expected true or false`],
    [
      "--bogus --user-count",
      `Cannot use --bogus: unknown option, see "locust --help"`,
      "Cannot use --user-count: no value given, expected <number>",
    ],
  ] as const
) {
  Deno.test(`readArguments() refuses ${JSON.stringify(line)}`, () => {
    assertEquals(read(line.split(" ")).problems, problems);
  });
}

Deno.test("readArguments() reads variables of flags that are not given", () => {
  const env = { LOCUST_USERS: "7", LOCUST_VERBOSE: "yes", LOCUST_HEADER: "a: b\nc: d\n", LOCUST_HELP: "1" };
  const given = read([], env);
  assertEquals(Object.fromEntries(given.values), { users: "7", verbose: true, header: ["a: b", "c: d"] });
  assertEquals(given.labels.get("users"), "LOCUST_USERS");
});

Deno.test("readArguments() prefers a flag to its variable", () => {
  const given = read(["-u", "5", "--no-verbose"], { LOCUST_USERS: "7", LOCUST_VERBOSE: "maybe" });
  assertEquals(given.problems, []);
  assertEquals(Object.fromEntries(given.values), { users: "5", verbose: false });
  assertEquals(given.labels.get("users"), "-u");
});

Deno.test("readArguments() knows the variable of an alias and ignores empty ones", () => {
  assertEquals(read([], { LOCUST_USERS: "", LOCUST_USER_COUNT: "3" }).values.get("users"), "3");
  assertEquals(read([], { LOCUST_USERS: "" }).values.size, 0);
});

Deno.test("readArguments() names an invalid variable", () => {
  assertEquals(read([], { LOCUST_VERBOSE: "maybe" }).problems, [
    `Cannot use LOCUST_VERBOSE "maybe": not a boolean, expected true or false`,
  ]);
});

Deno.test("readArguments() warns of unknown variables, with a suggestion", () => {
  const env = { LOCUST_USRES: "5", LOCUST_USERS: "3", LOCUST_TOKEN: "secret", LOCUST_FILENAME: "a.ts", HOME: "/" };
  assertEquals(read([], env).warnings, [
    "No option takes the variable LOCUST_TOKEN",
    "No option takes the variable LOCUST_USRES, did you mean LOCUST_USERS?",
  ]);
});

Deno.test("readArguments() does not warn of variables of install.sh", async () => {
  const script = await Deno.readTextFile(new URL("../../../install.sh", import.meta.url));
  const names = [...new Set(script.match(/LOCUST_[A-Z_]+/g))];
  assertEquals(names.length, 3);
  assertEquals(read([], Object.fromEntries(names.map((name) => [name, "x"]))).warnings, []);
});
