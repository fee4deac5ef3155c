// Requests as received over the wire.

import { type HostileConnection, type HostileServer, startHostile } from "./cases/hostile_server.ts";
import { HTTP2_START, serveHttp2 } from "./http2_side.ts";
import { answer } from "./cases/case.ts";

/** One request. */
export interface SeenRequest {
  /** Method, target and version. */
  readonly line: string;
  /** In order, as sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** After transfer decoding, as latin1. */
  readonly body: string;
  /** Everything, as latin1; empty over HTTP/2. */
  readonly raw: string;
  /** Number of its connection, from 0. */
  readonly connection: number;
}

/** A server that answers every request alike and remembers it; it speaks HTTP/2 with clients that do. */
export interface RecordingServer extends HostileServer {
  readonly requests: readonly SeenRequest[];
  /** Base URL without a trailing slash. */
  readonly url: string;
}

/** Answers a request: returns the answer, or sends it itself and returns whether to keep the connection. */
export type Reply = (request: SeenRequest, connection: HostileConnection) => string | Promise<string | boolean>;

/** Starts the server on a free port of loopback, or with a listener, which is closed at the end. */
export function startRecording(
  reply: Reply = () => answer("hello"),
  listener?: Deno.Listener,
): RecordingServer {
  const requests: SeenRequest[] = [];
  const server = startHostile(async (connection, index) => {
    for (let raw = await connection.readRequest(); raw !== null; raw = await connection.readRequest()) {
      if (raw.startsWith(HTTP2_START)) {
        return await serveHttp2(connection, raw, (one) => {
          const request = { ...one, raw: "", connection: index };
          requests.push(request);
          return reply(request, connection);
        });
      }
      const request = parseRequest(raw, index);
      requests.push(request);
      const said = await reply(request, connection);
      if (typeof said === "string") await connection.send(said);
      else if (!said) return;
    }
  }, listener);
  return {
    requests,
    url: `http://127.0.0.1:${server.port}`,
    port: server.port,
    get connections() {
      return server.connections;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Returns the value of a header that occurs at most once; `null` without it. */
export function headerOf(request: SeenRequest, name: string): string | null {
  const values = request.headers.filter(([one]) => one.toLowerCase() === name).map(([, value]) => value);
  if (values.length > 1) throw new Error(`${values.length} header lines named ${name}`);
  return values[0] ?? null;
}

function parseRequest(raw: string, connection: number): SeenRequest {
  const end = raw.indexOf("\r\n\r\n");
  const [line = "", ...lines] = raw.slice(0, end).split("\r\n");
  const headers = lines.map((text) => {
    const colon = text.indexOf(":");
    return [text.slice(0, colon), text.slice(colon + 1).trim()] as const;
  });
  const isChunked = headers.some(([name, value]) => name.toLowerCase() === "transfer-encoding" && value === "chunked");
  const rest = raw.slice(end + 4);
  return { line, headers, body: isChunked ? unchunked(rest) : rest, raw, connection };
}

function unchunked(text: string): string {
  let body = "";
  for (let at = 0;;) {
    const size = /^[0-9a-f]+/i.exec(text.slice(at))?.[0];
    if (size === undefined) throw new Error(`no chunk size at ${at} of ${JSON.stringify(text.slice(0, 200))}`);
    at += size.length + 2;
    const length = parseInt(size, 16);
    body += text.slice(at, at + length);
    at += length + 2;
    if (length === 0) return body;
  }
}
