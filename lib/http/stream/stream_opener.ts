/**
 * The streams of one user.
 *
 * @module
 */

import type { ClientSender } from "../client/sending/client_sender.ts";
import { prepareRequest } from "../client/sending/prepared_request.ts";
import { encodeBody } from "../client/request_body.ts";
import { RequestError } from "../client/request_error.ts";
import { type Duration, refuseUnknown, REQUEST_OPTIONS, type RequestOptions } from "../client/request_options.ts";
import { hasHeader } from "../headers.ts";
import type { WireRequest } from "../transport.ts";
import { StreamRequest } from "./stream_request.ts";
import { LocustStream } from "./stream_response.ts";

/** Options of a stream: those of a request, and its method. */
export interface StreamOptions extends RequestOptions {
  /** The method, in any case. @default "POST" with a body, else "GET" */
  readonly method?: string;
  /**
   * Longest wait for the response's head, and afterwards for the next bytes; not for the whole stream. 0 means no limit.
   *
   * @default 60 s
   */
  readonly timeout?: Duration;
}

const STREAM_OPTIONS: ReadonlySet<string> = new Set([...REQUEST_OPTIONS, "method"]);

/** Opens streams, and closes those that an iteration has left open. */
export class StreamOpener {
  readonly #sender: ClientSender;
  #open: StreamRequest[] = [];

  /** @param sender Sends the requests of the user */
  constructor(sender: ClientSender) {
    this.#sender = sender;
  }

  /** Opens a stream; see `LocustClientSession.stream`. */
  async open(target: string, options: StreamOptions): Promise<LocustStream> {
    refuseUnknown(options, STREAM_OPTIONS, "open a stream");
    const { context } = this.#sender;
    const { body = null, json, form } = options;
    const hasBody = body !== null || json !== undefined || form !== undefined;
    const method = options.method?.toUpperCase() ?? (hasBody ? "POST" : "GET");
    const { wire, series, policy } = prepareRequest(this.#sender, method, target, options, await encodeBody(options));
    const request = new StreamRequest(
      this.#sender,
      // A compressed stream arrives in bursts: it is requested only if the script asks for it.
      { series, policy, wire: asIdentity(wire, hasHeader([...new Headers(options.headers)], "accept-encoding")) },
      options.signal,
    );
    const head = await request.head;
    this.#open = this.#open.filter(({ ending }) => ending === null);
    this.#open.push(request);
    if ((options.raiseForStatus ?? context.shouldRaiseForStatus) && head.status >= 400) {
      await request.close();
      throw new RequestError("status", request.statusError!, request.row, { traceId: request.span?.span.traceId });
    }
    return new LocustStream(head, request);
  }

  /** Leaves the streams open that are open now. */
  keep(): void {
    this.#open = [];
  }

  /** Closes the streams that are still open. */
  close(): void {
    if (this.#open.length === 0) return;
    for (const request of this.#open) void request.close().then(() => request.settle());
    this.#open = [];
  }
}

function asIdentity(wire: WireRequest, isGiven: boolean): WireRequest {
  if (isGiven) return wire;
  const headers = wire.headers.map((line) =>
    /^accept-encoding$/i.test(line[0]) ? [line[0], "identity"] as const : line
  );
  return { ...wire, headers };
}
