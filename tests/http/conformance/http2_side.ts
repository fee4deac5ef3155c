// A server that uses HTTP/2 if the client starts with it, so that tests written for HTTP/1.1 run over both: requests are shown,
// and answers given, as HTTP/1.1 would have them.

import { Buffer } from "node:buffer";
import { dataFrame, headerFrames } from "../../../lib/http/socket/h2/frames.ts";
import { EncoderState } from "../../../lib/http/socket/h2/hpack/encoder_state.ts";
import { HeaderDecoder } from "../../../lib/http/socket/h2/hpack/header_decoder.ts";
import { encodeBlock } from "../../../lib/http/socket/h2/hpack/header_encoder.ts";
import type { HeaderLine } from "../../../lib/http/socket/h2/hpack/static_table.ts";
import { frame, Peer, words } from "../socket/h2/peer.ts";
import { type HostileConnection, latin1 } from "./cases/hostile_server.ts";

/** What a client of HTTP/2 begins with, as far as it looks like a request. */
export const HTTP2_START = "PRI * HTTP/2.0\r\n\r\n";
const MAX_PART_BYTES = 16_384;
const LARGE = 2 ** 31 - 1;

/** A request, its lines as HTTP/1.1 would have them. */
export interface StreamRequest {
  readonly line: string;
  readonly headers: readonly HeaderLine[];
  /** As latin1. */
  readonly body: string;
}

interface Stream {
  readonly lines: readonly HeaderLine[];
  readonly parts: Buffer[];
}

/**
 * Serves a connection until the client closes.
 *
 * @param read What was read of it, as latin1
 * @param reply Returns the answer to a request as HTTP/1.1 would have it, or whether to go on
 */
export async function serveHttp2(
  connection: HostileConnection,
  read: string,
  reply: (request: StreamRequest) => string | Promise<string | boolean>,
): Promise<void> {
  const peer = new Peer(connection, read);
  await peer.start([4, LARGE]);
  await peer.send(frame(8, 0, 0, words(LARGE - 65_535)));
  const decoder = new HeaderDecoder({ maxListBytes: 1e6, maxLines: 1e4 });
  const streams = new Map<number, Stream>();
  const replies: Promise<void>[] = [];
  let block: Buffer = Buffer.alloc(0);
  let endsStream = false;
  const finish = (id: number) => {
    const stream = streams.get(id)!;
    streams.delete(id);
    replies.push(respond(peer, id, requestOf(stream), reply).catch(() => connection.close()));
  };
  for (let one = await peer.readFrame(); one !== null; one = await peer.readFrame()) {
    const { type, flags, id, payload } = one;
    if (type === 1 || type === 9) {
      block = type === 1 ? payload : Buffer.concat([block, payload]);
      if (type === 1) endsStream = (flags & 1) !== 0;
      if ((flags & 4) === 0) continue;
      streams.set(id, { lines: decoder.decode(block, 0, block.length).lines, parts: [] });
      if (endsStream) finish(id);
    } else if (type === 0) {
      streams.get(id)?.parts.push(payload);
      if ((flags & 1) !== 0) finish(id);
    } else if (type === 3) streams.delete(id);
  }
  await Promise.all(replies);
}

function requestOf({ lines, parts }: Stream): StreamRequest {
  const pseudo = new Map(lines.filter(([name]) => name.startsWith(":")));
  const plain = lines.filter(([name]) => !name.startsWith(":") && name !== "cookie");
  const cookies = lines.filter(([name]) => name === "cookie").map(([, value]) => value);
  return {
    line: `${pseudo.get(":method")} ${pseudo.get(":path")} HTTP/1.1`,
    headers: [
      ["host", pseudo.get(":authority") ?? ""],
      ...plain,
      ...(cookies.length > 0 ? [["cookie", cookies.join("; ")] as const] : []),
    ],
    body: latin1(Buffer.concat(parts)),
  };
}

async function respond(
  peer: Peer,
  id: number,
  request: StreamRequest,
  reply: (request: StreamRequest) => string | Promise<string | boolean>,
): Promise<void> {
  const said = await reply(request);
  if (typeof said === "string") await peer.send(...framesOf(id, said, request.line.startsWith("HEAD ")));
  else if (!said) peer.connection.close();
}

/** Returns an answer of HTTP/1.1, with a body of announced length, as frames. */
function framesOf(id: number, answer: string, isHeadRequest: boolean): Uint8Array[] {
  const end = answer.indexOf("\r\n\r\n");
  const [line = "", ...texts] = answer.slice(0, end).split("\r\n");
  const status = line.split(" ")[1] ?? "";
  const lines = texts.map((text): HeaderLine => {
    const colon = text.indexOf(":");
    return [text.slice(0, colon).toLowerCase(), text.slice(colon + 1).trim()];
  }).filter(([name]) => name !== "connection");
  const body = isHeadRequest || status === "204" || status === "304" ? "" : answer.slice(end + 4);
  const block = encodeBlock(EncoderState.empty(0), [[":status", status], ...lines]).bytes;
  const frames = [headerFrames(id, block, body === "")];
  for (let at = 0; at < body.length; at += MAX_PART_BYTES) {
    const part = Buffer.from(body.slice(at, at + MAX_PART_BYTES), "latin1");
    frames.push(dataFrame(id, part, at + MAX_PART_BYTES >= body.length));
  }
  return frames;
}
