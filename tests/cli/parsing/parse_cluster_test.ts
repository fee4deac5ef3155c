import { assertEquals, assertThrows } from "@std/assert";
import type { ClusterFlags } from "../../../lib/cli/flags/cluster_flags.ts";
import { parseCommandLine } from "../../../lib/cli/parse.ts";
import { natsFlags } from "../../../lib/cli/parsing/parse_cluster.ts";
import { UsageError } from "../../../lib/core/errors.ts";

const parse = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  parseCommandLine(args, { get: (name) => env[name], names: () => Object.keys(env) });

const cases: readonly (readonly [readonly string[], readonly string[]])[] = [
  [["--machines", "0"], ['Cannot use --machines "0": expected a whole number from 1 to 9999']],
  [["--machines", "2", "--start-with", "3"], [
    'Cannot use --start-with "3": expected a whole number of agents, from 1 to --machines',
  ]],
  [["--nats-ca", "a.pem", "--include", "*.csv"], [
    'Cannot use --include "*.csv": it is for a run on several machines, expected --machines beside it',
    'Cannot use --nats-ca "a.pem": it is for a run on several machines, expected --machines beside it',
  ]],
  [["--machines", "1", "--nats-cert", "a.pem"], [
    "Cannot use --nats-cert: a certificate needs its key, expected --nats-key beside it",
  ]],
  [["agent", "--nats", "host", "--nats-key", "a.pem"], [
    "Cannot use --nats-key: a key needs its certificate, expected --nats-cert beside it",
  ]],
  [["agent", "--nats", "host", "--nats-creds", "a", "--nats-nkey", "b"], [
    "Cannot use --nats-nkey: --nats-creds logs in already, expected one of them",
  ]],
  [["--nats", "nats://secret@host"], [
    "Cannot use --nats: it is for a run on several machines, expected --machines beside it",
  ]],
  [["agent", "--nats", "host", "--name", "a\u001b[2J"], [
    'Cannot use --name "a\\u001b[2J": expected 1 to 100 characters, none of them a control character',
  ]],
  [["agent", "--nats", "host", "--name", " "], [
    'Cannot use --name " ": expected 1 to 100 characters, none of them a control character',
  ]],
  [["agent"], ["Cannot start an agent: no NATS server, expected --nats nats://host:4222"]],
];

for (const [args, problems] of cases) {
  Deno.test(`locust ${args.join(" ")} is refused with what was expected`, () => {
    assertEquals([...assertThrows(() => parse(args), UsageError).problems].sort(), problems);
  });
}

Deno.test("parseCommandLine() takes the files for NATS and patterns of files, also from variables", () => {
  const files = [
    "--nats",
    "tls://host",
    "--nats-ca",
    "ca",
    "--nats-cert",
    "cert",
    "--nats-key",
    "key",
    "--nats-nkey",
    "n",
  ];
  const env = { LOCUST_MACHINES: "3", LOCUST_INCLUDE: "a/*.csv\nb.txt" };
  const command = parse(["locustfile.ts", ...files], env) as { readonly cluster: ClusterFlags };
  assertEquals([command.cluster.machines, command.cluster.include], [3, ["a/*.csv", "b.txt"]]);
  const nats = { url: "tls://host", ca: "ca", cert: "cert", key: "key", nkey: "n" };
  assertEquals(natsFlags(command.cluster), nats);
  const agent = parse(["agent", ...files]) as { readonly nats: unknown };
  assertEquals(agent.nats, nats);
});
