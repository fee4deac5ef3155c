import { assertEquals } from "@std/assert";
import { fetchFiles, serveFiles } from "../../../lib/cluster/wire/file_transfer.ts";
import type { Network } from "../../../lib/cluster/wire/link.ts";

/** A network that answers only some requests. */
function lossyNetwork(isLost: (request: number) => boolean): Network {
  const served = new Map<string, (payload: Uint8Array) => Uint8Array | null>();
  let requests = 0;
  return {
    request: async (subject, payload) => {
      await Promise.resolve();
      const answer = isLost(requests++) ? null : served.get(subject)?.(payload) ?? null;
      if (answer === null) throw new Error("no answer");
      return answer;
    },
    serve: (subject, answer) => {
      served.set(subject, answer);
      return () => void served.delete(subject);
    },
  };
}

Deno.test("fetchFiles() gets files piece by piece, asking again for what is lost", async () => {
  const packed = crypto.getRandomValues(new Uint8Array(65_536)).slice();
  const files = new Uint8Array(1_300_000);
  for (let at = 0; at < files.length; at += packed.length) files.set(packed.subarray(0, files.length - at), at);
  const network = lossyNetwork((request) => request % 2 === 0);
  const stop = serveFiles(network, "files", files);
  const got = await fetchFiles(network, "files", { hash: "", bytes: files.length }, () => false);
  assertEquals(got, files);
  stop();
});

Deno.test("fetchFiles() gives up when nobody wants the files any more", async () => {
  let asked = 0;
  const network = lossyNetwork(() => true);
  assertEquals(await fetchFiles(network, "files", { hash: "", bytes: 10 }, () => asked++ === 2), null);
});
