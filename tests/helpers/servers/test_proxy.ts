// A proxy on loopback: it connects through for CONNECT, and fetches what is asked for in absolute form.

import { acceptAll, type RawConnection, readHead } from "./raw_server.ts";

/** A running proxy. */
export interface TestProxy extends AsyncDisposable {
  readonly port: number;
  /** Its URL. */
  readonly url: string;
  /** First lines of what it was asked, in order. */
  readonly lines: readonly string[];
  /** Values of `proxy-authorization`, `null` without one, in the same order. */
  readonly credentials: readonly (string | null)[];
}

/** How a proxy behaves. */
export interface TestProxyOptions {
  /** Value of `proxy-authorization` that it insists on. */
  readonly authorization?: string;
  /** Status line in place of what is asked for. */
  readonly refusal?: string;
  /** Whether it closes the connection in place of an answer. */
  readonly isSilent?: boolean;
  /** What it sends before it opens a tunnel. */
  readonly interim?: string;
}

/** Starts a proxy. */
export function startProxy(options: TestProxyOptions = {}): TestProxy {
  const lines: string[] = [];
  const credentials: (string | null)[] = [];
  const server = acceptAll(async (near) => {
    const head = await readHead(near);
    if (head === null) return;
    const line = head.slice(0, head.indexOf("\r\n"));
    const given = /^proxy-authorization: (.*)\r$/im.exec(head)?.[1] ?? null;
    lines.push(line);
    credentials.push(given);
    if (options.isSilent) return;
    const refusal = options.authorization !== undefined && options.authorization !== given
      ? "407 Proxy Authentication Required"
      : options.refusal;
    if (refusal !== undefined) return await near.write(`HTTP/1.1 ${refusal}\r\ncontent-length: 0\r\n\r\n`);
    const [, method, target] = /^(\S+) (\S+) HTTP/.exec(line)!;
    const isTunnel = method === "CONNECT";
    const url = new URL(isTunnel ? `http://${target}` : target!);
    await using far = await near.connect(Number(url.port) || 80);
    if (isTunnel) await near.write(`${options.interim ?? ""}HTTP/1.1 200 Connection established\r\n\r\n`);
    // Requests after the first on the same connection are passed on as they are, which servers here read as well.
    else await far.write(head.replace(target!, `${url.pathname}${url.search}`));
    await near.join(far);
  });
  return {
    port: server.port,
    url: `http://127.0.0.1:${server.port}`,
    lines,
    credentials,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

export type { RawConnection };
