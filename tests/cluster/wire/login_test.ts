// Logins at a real NATS server: who has the secret gets in, who does not gets one line.

import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { nkeys } from "@nats-io/transport-node";
import { createServer } from "node:net";
import { join } from "node:path";
import { closeNats, connectNats, type NatsOptions, openServerWarning } from "../../../lib/cluster/wire/connection.ts";
import { UsageError } from "../../../lib/core/errors.ts";
import { makeCertificates } from "../../helpers/http/certificates.ts";
import { Agent, coordinate, Nats, NATS_MISSING } from "../../helpers/processes/cluster.ts";
import { locust } from "../../helpers/processes/command.ts";
import { startServer } from "../../helpers/servers/test_server.ts";
import { skippableTest } from "../../helpers/skippable.ts";

/** Connects with the right options, and fails with one line with the wrong ones. */
async function check(right: NatsOptions, wrong: readonly (readonly [NatsOptions, RegExp])[]): Promise<void> {
  await closeNats(await connectNats(right));
  for (const [options, expected] of wrong) {
    const { message } = await assertRejects(() => connectNats(options), UsageError);
    assert(expected.test(message) && !message.includes("\n"), message);
  }
}

skippableTest("connectNats() logs in by user and password", NATS_MISSING, async () => {
  await using nats = await Nats.start('authorization { user: "ann", password: "p@ss" }');
  const at = `@${nats.address}`;
  const refused = /^Cannot connect to NATS at "nats:\/\/\*\*\*@127\.0\.0\.1:\d+": .*Authorization Violation/i;
  await check({ url: `nats://ann:p%40ss${at}` }, [[{ url: `nats://ann:no${at}` }, refused]]);
});

Deno.test("a server that resets the connection after it refuses a login is one line, not an uncaught error", async () => {
  const info = {
    server_id: "a",
    version: "2.10.0",
    proto: 1,
    headers: true,
    max_payload: 2 ** 20,
    auth_required: true,
  };
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.write(`INFO ${JSON.stringify(info)}\r\n`);
    socket.on("data", () => socket.write("-ERR 'Authorization Violation'\r\n", () => socket.resetAndDestroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `nats://127.0.0.1:${(server.address() as { readonly port: number }).port}`;
  for (let turn = 0; turn < 5; turn++) {
    const { message } = await assertRejects(() => connectNats({ url }), UsageError);
    assertMatch(message, /^Cannot connect to NATS at "\S+": (?:Authorization Violation|read ECONNRESET)$/);
  }
  await new Promise((resolve) => setTimeout(resolve, 50)); // for resets that come late
  await new Promise((resolve) => server.close(resolve));
});

skippableTest("connectNats() logs in by nkey, from a file with its seed", NATS_MISSING, async () => {
  const [user, other] = [nkeys.createUser(), nkeys.createUser()];
  await using nats = await Nats.start(`authorization { users: [{ nkey: ${user.getPublicKey()} }] }`);
  const folder = await Deno.makeTempDir();
  const seedFile = async (name: string, seed: Uint8Array) => {
    const text = new TextDecoder().decode(seed);
    await Deno.writeTextFile(
      join(folder, name),
      `-----BEGIN USER NKEY SEED-----\n${text}\n------END USER NKEY SEED------\n`,
    );
    return join(folder, name);
  };
  const url = `nats://${nats.address}`;
  await check({ url, nkey: await seedFile("right", user.getSeed()) }, [
    [{ url, nkey: await seedFile("wrong", other.getSeed()) }, /Authorization Violation/i],
    [{ url, nkey: join(folder, "none") }, /^Cannot use --nats-nkey "\S+none": /],
    [{ url, nkey: await seedFile("text", new TextEncoder().encode("SUNOT")) }, /^Cannot use --nats-nkey "\S+text": /],
  ]);
  await Deno.remove(folder, { recursive: true });
});

const certificates = NATS_MISSING === null ? makeCertificates() : null;
const missing = NATS_MISSING ?? (certificates === null ? "openssl is not installed" : null);

skippableTest("a run goes over mutual TLS; a wrong CA or no certificate is one line, exit 2", missing, async () => {
  using made = certificates!;
  const file = (name: string) => join(made.folder, name);
  const tls = { cert_file: file("local.crt"), key_file: file("local.key"), ca_file: file("ca.crt"), verify: true };
  await using nats = await Nats.start(`tls ${JSON.stringify(tls)}`);
  await using server = startServer();
  const ours = ["--nats-cert", file("client.crt"), "--nats-key", file("client.key")];
  const url = `tls://${nats.address}`;
  await using agent = new Agent(url, ["--nats-ca", file("ca.crt"), ...ours]);
  const { code, stderr } = await coordinate(url, 1, [
    `${server.url}/`,
    "-i",
    "3",
    "--nats-ca",
    file("ca.crt"),
    ...ours,
  ]);
  assertEquals([code, server.hits], [0, 3], stderr);
  await agent.until(/The run has ended/);
  const refuses = async (args: readonly string[]) => {
    const refused = await locust([...args, "--nats", url]);
    assertEquals([refused.code, refused.stderr.split("\n").length], [2, 3], refused.stderr);
    assertStringIncludes(refused.stderr, `Cannot connect to NATS at "tls://127.0.0.1`);
    assertStringIncludes(refused.stderr, "certificate");
  };
  const wrongCa = ["--nats-ca", file("self.crt"), ...ours];
  await Promise.all([
    refuses(["agent", ...wrongCa]),
    refuses([`${server.url}/`, "--machines", "1", ...wrongCa]),
    refuses(["agent", "--nats-ca", file("ca.crt")]),
  ]);
});

skippableTest(
  "a file that is not the PEM of its --nats option is one line with option and file, before any connection",
  missing,
  async () => {
    using made = makeCertificates()!;
    const file = (name: string) => join(made.folder, name);
    await Deno.writeTextFile(file("text"), "no PEM");
    const right = { ca: file("ca.crt"), cert: file("client.crt"), key: file("client.key") };
    const wrong: readonly (readonly [Partial<NatsOptions>, string])[] = [
      [{ ca: file("text") }, `Cannot use --nats-ca "${file("text")}": expected a PEM string`],
      [{ ca: file("ca.key") }, `Cannot use --nats-ca "${file("ca.key")}": expected a CERTIFICATE in it, found PRIVATE`],
      [{ cert: file("text") }, `Cannot use --nats-cert "${file("text")}": expected a PEM string`],
      [{ key: file("text") }, `Cannot use --nats-key "${file("text")}": expected a PEM string`],
      [
        { key: file("local.key") },
        `Cannot use --nats-key "${file("local.key")}": expected the key of the certificate in`,
      ],
    ];
    for (const [options, expected] of wrong) {
      await assertRejects(() => connectNats({ url: "tls://127.0.0.1:1", ...right, ...options }), UsageError, expected);
    }
  },
);

Deno.test("openServerWarning() warns of a server that anyone who reaches it may use", () => {
  const warned = (url: string, hasSecret = false, options: Omit<NatsOptions, "url"> = {}) =>
    openServerWarning({ url, ...options }, hasSecret) !== null;
  assertEquals(
    ["nats://10.0.0.1", "10.0.0.1:4222", "tls://nats.example", "nats://127.evil.example"].map((url) => warned(url)),
    [true, true, true, true],
  );
  assertEquals(
    ["nats://localhost", "nats://127.0.0.1", "nats://[::1]", "nats://t@10.0.0.1"].map((url) => warned(url)),
    [false, false, false, false],
  );
  assertEquals([warned("10.0.0.1", true), warned("10.0.0.1", false, { nkey: "file" })], [false, false]);
});
