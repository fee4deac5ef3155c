/**
 * Why a WebSocket failed, from the messages of Deno's error events.
 *
 * @module
 */

import { builtin } from "../../core/builtin.ts";
import { explainedFailure, fetchFailure } from "../fetch/fetch_failure.ts";
import { RequestError } from "../client/request_error.ts";
import { socketFailure } from "../socket/failures.ts";
import { TransportError } from "../transport.ts";

/** A failure as {@linkcode RequestError} takes it: class, stable message, cause. */
export interface WebSocketFailure {
  readonly kind: RequestError["kind"];
  readonly message: string;
  readonly cause: unknown;
}

/** Returns a transport's failure as a WebSocket's. */
export function failureOf(error: TransportError): WebSocketFailure {
  return { kind: error.kind, message: error.message, cause: error.cause ?? error };
}

/** Returns the error that user code gets for a failure in the row `WS name`. */
export function errorFor(failure: WebSocketFailure, name: string): RequestError {
  return new RequestError(failure.kind, failure.message, `WS ${name}`, { cause: failure.cause });
}

/**
 * Returns why connecting failed. If Deno only reports a TCP failure, a second attempt finds the reason, so a server that
 * refuses sees two attempts.
 *
 * @param text Message of the error event
 * @param url URL of the connection
 * @param isDirect Whether it was made to the URL's host itself; otherwise there is no second attempt
 * @param signal Ends the second attempt
 */
export async function connectFailure(
  text: string,
  url: URL,
  isDirect: boolean,
  signal: AbortSignal,
): Promise<WebSocketFailure> {
  const cause = new Error(text);
  const status = /Invalid status code: (\d{3})/.exec(text)?.[1];
  if (status !== undefined) {
    const line = `${status} ${builtin("node:http").STATUS_CODES[status] ?? ""}`.trimEnd();
    if (Number(status) >= 400) return { kind: "status", message: line, cause };
    return { kind: "protocol", message: `not a WebSocket, but ${line}`, cause };
  }
  if (isDirect && /tcp connect error/i.test(text)) return failureOf(await reasonOfRefusal(url, cause, signal));
  const error = new Error(text.replace(/^.*failed to connect to WebSocket: /, ""), { cause });
  return failureOf(await explainedFailure(error, isDirect ? new URL(url.href.replace(/^ws/, "http")) : null));
}

async function reasonOfRefusal(url: URL, cause: Error, signal: AbortSignal): Promise<TransportError> {
  const port = Number(url.port) || (url.protocol === "wss:" ? 443 : 80);
  try {
    const connection = await Deno.connect({ hostname: url.hostname.replace(/^\[|\]$/g, ""), port, signal });
    connection.close();
  } catch (error) {
    return socketFailure(error);
  }
  return new TransportError("other", "connection failed", { cause });
}

/**
 * Returns why an established connection ended.
 *
 * @param code The code of the close frame; 0 or 1006 if there was none
 * @param text Message of the error event, or `null` if there was none
 */
export function closeFailure(code: number, text: string | null): WebSocketFailure {
  const cause = new Error(text ?? `WebSocket closed with code ${code}`);
  if (text === null) return { kind: "truncated", message: `connection closed (${code})`, cause };
  if (/eof|before message completed/i.test(text)) {
    return { kind: "truncated", message: "connection closed without a close frame", cause };
  }
  if (/reset|broken pipe|os error/i.test(text)) return failureOf(fetchFailure(cause));
  return { kind: "protocol", message: `WebSocket protocol error: ${text}`, cause };
}
