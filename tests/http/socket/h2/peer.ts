// The server's side of HTTP/2, frame by frame, controlled by a test.

import { Buffer } from "node:buffer";
import { headerFrames, writeFrameHead, writeUint32 } from "../../../../lib/http/socket/h2/frames.ts";
import { EncoderState } from "../../../../lib/http/socket/h2/hpack/encoder_state.ts";
import { HeaderDecoder } from "../../../../lib/http/socket/h2/hpack/header_decoder.ts";
import { encodeBlock } from "../../../../lib/http/socket/h2/hpack/header_encoder.ts";
import type { HeaderLine } from "../../../../lib/http/socket/h2/hpack/static_table.ts";
import { type HostileConnection, type HostileServer, startHostile } from "../../conformance/cases/hostile_server.ts";

/** One frame. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly id: number;
  readonly payload: Buffer;
}

/** A request whose header lines have arrived. */
export interface SeenRequest {
  readonly id: number;
  readonly lines: readonly HeaderLine[];
  readonly path: string;
  /** Length of its header block in bytes. */
  readonly blockBytes: number;
  readonly endsStream: boolean;
}

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/** Returns the bytes of a frame. */
export function frame(type: number, flags: number, id: number, payload: Uint8Array | string = ""): Buffer {
  const bytes = typeof payload === "string" ? Buffer.from(payload, "latin1") : payload;
  const head = Buffer.alloc(9);
  writeFrameHead(head, 0, bytes.length, type, flags, id);
  return Buffer.concat([head, bytes]);
}

/** Returns numbers as 32 bits each. */
export function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => writeUint32(bytes, 4 * index, value));
  return bytes;
}

/** Returns a SETTINGS frame. */
export function settings(...values: (readonly [name: number, value: number])[]): Buffer {
  return frame(
    4,
    0,
    0,
    Buffer.concat(values.map(([name, value]) => Buffer.concat([Buffer.from([0, name]), words(value)]))),
  );
}

/** Returns a HEADERS frame, with CONTINUATION if needed, that does not use the dynamic table. */
export function headers(id: number, lines: readonly HeaderLine[], endsStream = false): Buffer {
  return Buffer.from(headerFrames(id, encodeBlock(EncoderState.empty(0), lines).bytes, endsStream));
}

/** Returns a whole answer. */
export function answer(id: number, body = "hello", ...lines: HeaderLine[]): Buffer {
  return Buffer.concat([headers(id, [[":status", "200"], ...lines]), frame(0, 1, id, body)]);
}

/** One connection, from the server's side. */
export class Peer {
  readonly connection: HostileConnection;
  /** Skipped frames, in order: all except those of requests and bodies. */
  readonly passed: Frame[] = [];
  readonly #decoder = new HeaderDecoder({ maxListBytes: 1e6, maxLines: 1e4 });
  #unread: Buffer;

  /** @param read What was read before, as latin1 */
  constructor(connection: HostileConnection, read = "") {
    this.connection = connection;
    this.#unread = Buffer.from(read, "latin1");
  }

  /** Reads the client's preface; sends the server's settings. */
  async start(...values: (readonly [name: number, value: number])[]): Promise<void> {
    const preface = await this.#take(PREFACE.length);
    if (preface?.toString("latin1") !== PREFACE) throw new Error(`begins with ${preface}`);
    await this.send(settings(...values));
  }

  /** Sends frames in one piece. */
  send(...frames: Uint8Array[]): Promise<void> {
    return this.connection.send(Buffer.concat(frames));
  }

  /** Reads the next frame; `null` when the client has closed. */
  async readFrame(): Promise<Frame | null> {
    const head = await this.#take(9);
    if (head === null) return null;
    const payload = await this.#take(head.readUIntBE(0, 3));
    if (payload === null) return null;
    return { type: head[3]!, flags: head[4]!, id: head.readUInt32BE(5), payload };
  }

  /** Reads up to the next frame of a type and keeps the others; `null` if the client has closed. */
  async readUntil(type: number): Promise<Frame | null> {
    for (let one = await this.readFrame(); one !== null; one = await this.readFrame()) {
      if (one.type === type) return one;
      this.passed.push(one);
    }
    return null;
  }

  /** Reads up to the next request's header lines. */
  async readRequest(): Promise<SeenRequest | null> {
    const first = await this.readUntil(1);
    if (first === null) return null;
    let block = first.payload;
    for (let last = first; (last.flags & 4) === 0;) {
      last = (await this.readFrame())!;
      block = Buffer.concat([block, last.payload]);
    }
    const { lines } = this.#decoder.decode(block, 0, block.length);
    const path = lines.find(([name]) => name === ":path")?.[1] ?? "";
    return { id: first.id, lines, path, blockBytes: block.length, endsStream: (first.flags & 1) !== 0 };
  }

  /** Reads a body up to its end, and skips other frames. */
  async readBody(): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let one = await this.readUntil(0); one !== null; one = await this.readUntil(0)) {
      parts.push(one.payload);
      if ((one.flags & 1) !== 0) break;
    }
    return Buffer.concat(parts);
  }

  async #take(length: number): Promise<Buffer | null> {
    while (this.#unread.length < length) {
      const text = await this.connection.readSome();
      if (text === "") return null;
      this.#unread = Buffer.concat([this.#unread, Buffer.from(text, "latin1")]);
    }
    const taken = this.#unread.subarray(0, length);
    this.#unread = this.#unread.subarray(length);
    return taken;
  }
}

/** Starts a server on loopback whose connections are served by a function; each is closed when it returns. */
export function startPeer(serve: (peer: Peer, index: number) => Promise<unknown>): HostileServer {
  return startHostile(async (connection, index) => {
    await serve(new Peer(connection), index);
  });
}

/** Answers every request at once, until the client closes. */
export async function answerAll(peer: Peer, body = "hello"): Promise<void> {
  for (let request = await peer.readRequest(); request !== null; request = await peer.readRequest()) {
    if (!request.endsStream) await peer.readBody();
    await peer.send(answer(request.id, body));
  }
}
