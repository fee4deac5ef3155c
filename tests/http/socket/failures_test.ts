import { assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { hostNotFound, socketFailure } from "../../../lib/http/socket/failures.ts";
import { TransportError } from "../../../lib/http/transport.ts";

/** An error of Node's for a failed connect. */
function systemError(code: string): Error {
  return Object.assign(new Error(`connect ${code} 127.0.0.1:45678 - Local (127.0.0.1:34567)`), { code });
}

const BY_CODE: readonly (readonly [code: string, expected: string])[] = [
  ["EADDRNOTAVAIL", "resources: no free local port: keep connections alive or use more addresses"],
  ["EADDRINUSE", "resources: no free local port: keep connections alive or use more addresses"],
  ["ENOSPC", "resources: too many connections watched: raise the limit with sysctl fs.epoll.max_user_watches"],
  ["EMFILE", "resources: too many open files: raise the limit with ulimit -n"],
  ["ENFILE", "resources: too many open files on this machine"],
  ["ENOBUFS", "resources: no memory for another connection"],
  ["ECONNREFUSED", "refused: connection refused"],
  ["ECONNRESET", "reset: connection reset"],
  ["EPIPE", "reset: connection reset"],
  ["ETIMEDOUT", "timeout: connect timeout"],
  ["EHOSTUNREACH", "unreachable: host unreachable"],
  ["ENETUNREACH", "unreachable: host unreachable"],
  ["ENOENT", "refused: unix socket not found"],
  ["ENEWERROR", "other: connection failed (ENEWERROR)"],
  ["", "other: connection failed"],
  ["constructor", "other: connection failed (constructor)"],
];

for (const [code, expected] of BY_CODE) {
  Deno.test(`socketFailure() of code "${code}" is ${expected}`, () => {
    const cause = systemError(code);
    const failure = socketFailure(cause);
    assertEquals([`${failure.kind}: ${failure.message}`, failure.cause], [expected, cause]);
  });
}

const BY_TEXT: readonly (readonly [text: string, isHandshake: boolean, expected: string])[] = [
  ["Too many open files (os error 24)", false, "resources: too many open files: raise the limit with ulimit -n"],
  [
    "Requires net access, run again with --allow-net",
    false,
    "other: not permitted: run with --allow-net for this host",
  ],
  ["received fatal alert: CertificateRequired", false, "tls: TLS: the server wants a client certificate"],
  ["received fatal alert: SomethingNew", false, "tls: TLS: connection failed"],
  ["certificate not valid yet: verification time 1 (UNIX)", true, "tls: TLS: certificate not yet valid"],
  ["something new", true, "tls: TLS: handshake failed"],
  ["something new from 127.0.0.1:45678", false, "other: connection failed"],
];

for (const [text, isHandshake, expected] of BY_TEXT) {
  Deno.test(`socketFailure() of "${text}"${isHandshake ? " in a handshake" : ""} is ${expected}`, () => {
    const failure = socketFailure(new Error(text), isHandshake);
    assertEquals(`${failure.kind}: ${failure.message}`, expected);
  });
}

Deno.test("socketFailure() returns a TransportError unchanged, and accepts any value", () => {
  const ours = new TransportError("limit", "too much");
  assertEquals(socketFailure(ours), ours);
  assertEquals(socketFailure("text").kind, "other");
});

Deno.test("socketFailure() of a reset in a handshake is tls", () => {
  const failure = socketFailure(systemError("ECONNRESET"), true);
  assertEquals(`${failure.kind}: ${failure.message}`, "tls: TLS: connection closed during the handshake");
});

Deno.test("hostNotFound() names the host, or the missing permission", () => {
  assertEquals(hostNotFound("a.invalid").message, "host not found: a.invalid");
  const denied = hostNotFound("a.invalid", new Deno.errors.NotCapable("no"));
  assertEquals([denied.kind, denied.message], ["other", "not permitted: run with --allow-net for this host"]);
});

Deno.test("a process without free files reports it, and continues once there are some", async () => {
  const script = fileURLToPath(new URL("out_of_files.ts", import.meta.url));
  const command = `ulimit -n 64 && exec "$0" run -A "$1"`;
  const args = ["-c", command, Deno.execPath(), script];
  const { code, stdout, stderr } = await new Deno.Command("sh", { args, stdin: "null" }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals([code, text(stderr)], [0, ""]);
  assertStringIncludes(text(stdout), "resources: too many open files: raise the limit with ulimit -n\nthen 200\n");
});
