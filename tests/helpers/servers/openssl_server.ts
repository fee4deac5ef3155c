// The server of openssl, which reports how each connection was encrypted; Deno's does not.

import type { Certificates } from "../http/certificates.ts";

/** A running server. */
export interface OpenSslServer extends AsyncDisposable {
  readonly port: number;
}

/**
 * Starts `openssl s_server` with the certificate for localhost. Each answer describes its connection: one line starts with
 * `New` or `Reused`.
 *
 * @param args Further arguments
 */
export function startOpenSsl(certificates: Certificates, ...args: string[]): Promise<OpenSslServer> {
  return startOpenSslAt("127.0.0.1:0", certificates, ...args);
}

/** Starts one at an address and port that another one has had. */
export async function startOpenSslAt(
  accept: string,
  certificates: Certificates,
  ...args: string[]
): Promise<OpenSslServer> {
  const certified = ["-cert", "local.crt", "-key", "local.key", "-CAfile", "ca.crt"];
  const process = new Deno.Command("openssl", {
    args: ["s_server", "-accept", accept, "-www", ...certified, ...args],
    cwd: certificates.folder,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  let port: string | undefined;
  while (port === undefined) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`openssl s_server ended: ${text}`);
    text += value;
    port = /ACCEPT \S+:(\d+)/.exec(text)?.[1] ?? (/ACCEPT\n/.test(text) ? /:(\d+)$/.exec(accept)?.[1] : undefined);
  }
  return {
    port: Number(port),
    async [Symbol.asyncDispose]() {
      process.kill();
      await reader.cancel();
      await process.status;
    },
  };
}
