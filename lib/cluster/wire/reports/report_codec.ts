/**
 * Messages of an agent as bytes: reports in a compact form, all others as JSON.
 *
 * A report is {@linkcode MAGIC}, {@linkcode DELTA_VERSION}, then, with their number of bytes first, all but its deltas as
 * JSON, then the number of its deltas, and for each whether it is of the warm-up and itself. No JSON begins like that.
 *
 * @module
 */

import { ByteReader, ByteWriter } from "./bytes.ts";
import { decode, encode } from "./codec.ts";
import { DeltaDecoder } from "./delta_decoder.ts";
import { DeltaEncoder } from "./delta_encoder.ts";
import { DELTA_VERSION } from "./delta_format.ts";
import type { MessageDecoder, MessageEncoder } from "../link.ts";
import { readNews, REPORT_HEAD } from "../news_shapes.ts";
import type { FromAgent } from "../protocol.ts";

/** First byte of a report. */
const MAGIC = 0xd1;

type Report = Extract<FromAgent, { type: "report" }>;

/** Returns what encodes the messages of an agent, in the order in which they are sent. */
export function reportEncoder(): MessageEncoder<FromAgent> {
  const writer = new ByteWriter();
  const encoder = new DeltaEncoder(writer);
  return (message) => {
    if (message.type !== "report") return encode(message);
    const { type: _, deltas, ...rest } = message;
    writer.byte(MAGIC);
    writer.byte(DELTA_VERSION);
    writer.bytes(encode(rest));
    writer.varint(deltas.length);
    for (const { isWarmUp, delta } of deltas) {
      writer.byte(isWarmUp ? 1 : 0);
      encoder.write(delta);
    }
    return writer.take();
  };
}

/**
 * Returns what decodes the messages of an agent, in the order in which they were sent; what is none is a `SyntaxError`.
 */
export function reportDecoder(): MessageDecoder<FromAgent> {
  const deltas = new DeltaDecoder();
  return (bytes) => bytes[0] === MAGIC ? readReport(new ByteReader(bytes), deltas) : readNews(decode(bytes));
}

function readReport(reader: ByteReader, decoder: DeltaDecoder): Report {
  reader.byte();
  const version = reader.byte();
  if (version !== DELTA_VERSION) {
    throw new SyntaxError(`Cannot decode a report: it has version ${version}, expected ${DELTA_VERSION}`);
  }
  const head = decode(reader.bytes());
  if (!REPORT_HEAD(head)) throw new SyntaxError("Cannot decode a report: its head has another shape than expected");
  const { state, spans } = head as Omit<Report, "type" | "deltas">;
  const deltas: Report["deltas"][number][] = [];
  for (let left = reader.count(1); left > 0; left--) {
    deltas.push({ isWarmUp: reader.byte() > 0, delta: decoder.read(reader) });
  }
  if (!reader.isAtEnd) throw new SyntaxError("Cannot decode a report: it goes on after its end");
  return { type: "report", deltas, state, ...(spans === undefined ? {} : { spans }) };
}
