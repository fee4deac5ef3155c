/**
 * What a collector says it did not accept.
 *
 * @module
 */

/** Records of a request that was accepted otherwise which the collector rejected. */
export interface Rejection {
  /** Their number. */
  readonly rejected: number;
  /** Why, or a warning about records that were accepted. */
  readonly message: string;
}

const NONE: Rejection = { rejected: 0, message: "" };

/**
 * Reads the partial success of a response; one that cannot be read counts as a full success.
 *
 * In protobuf, it is field 1 of all three kinds of responses, with the number as its field 1 and the message as its
 * field 2: opentelemetry/proto/collector.
 */
export function rejectionIn(body: Uint8Array, contentType: string): Rejection {
  try {
    if (contentType.startsWith("application/json")) return rejectionInJson(new TextDecoder().decode(body));
    const partial = fieldsOf(body).get(1);
    if (!(partial instanceof Uint8Array)) return NONE;
    const fields = fieldsOf(partial);
    const [rejected, message] = [fields.get(1), fields.get(2)];
    return {
      rejected: typeof rejected === "number" ? rejected : 0,
      message: message instanceof Uint8Array ? new TextDecoder().decode(message) : "",
    };
  } catch (error) {
    // What a collector answers with 200 beside the protocol says nothing about what it did.
    if (error instanceof SyntaxError || error instanceof RangeError) return NONE;
    throw error;
  }
}

function rejectionInJson(text: string): Rejection {
  const partial = (JSON.parse(text || "{}") as { partialSuccess?: Record<string, unknown> } | null)?.partialSuccess ??
    {};
  const number = partial["rejectedDataPoints"] ?? partial["rejectedSpans"] ?? partial["rejectedLogRecords"] ?? 0;
  const rejected = Number(number);
  return { rejected: Number.isFinite(rejected) ? rejected : 0, message: String(partial["errorMessage"] ?? "") };
}

/** Returns the last value of each field that is a varint or delimited. */
function fieldsOf(bytes: Uint8Array): Map<number, number | Uint8Array> {
  const fields = new Map<number, number | Uint8Array>();
  let at = 0;
  const byte = () => {
    if (at >= bytes.length) throw new RangeError("Cannot read a message: it ends too early");
    return bytes[at++]!;
  };
  const varint = () => {
    for (let [value, factor] = [0, 1];; factor *= 0x80) {
      const next = byte();
      value += (next & 0x7f) * factor;
      if (next < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const [id, wireType] = [Math.floor(tag / 8), tag % 8];
    if (wireType === 0) fields.set(id, varint());
    else if (wireType === 2) {
      const length = varint();
      fields.set(id, bytes.subarray(at, at + length));
      at += length;
    } else at += wireType === 1 ? 8 : 4;
  }
  return fields;
}
