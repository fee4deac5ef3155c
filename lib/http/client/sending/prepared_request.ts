/**
 * Requests with options, made ready for sending.
 *
 * @module
 */

import { nowMs } from "../../../core/clock.ts";
import { errorMessage } from "../../../core/error_site.ts";
import { UsageError } from "../../../core/errors.ts";
import type { Series } from "../../../stats/series.ts";
import type { WireRequest } from "../../transport.ts";
import { limitMs } from "../client_context.ts";
import { Judge } from "../judge.ts";
import type { ClientSender } from "./client_sender.ts";
import type { EncodedBody } from "../request_body.ts";
import { RequestError } from "../request_error.ts";
import type { RequestOptions, RequestPolicy } from "../request_options.ts";
import type { Target } from "../target.ts";
import { wireRequest } from "./wire_request.ts";

/** A request that can be sent. */
export interface PreparedRequest {
  /** Without the user's cookies. */
  readonly wire: WireRequest;
  readonly series: Series;
  readonly policy: RequestPolicy;
}

/**
 * Prepares a request.
 *
 * @param encoded The body of the options
 * @throws {RequestError} if the target is not a URL, which is counted
 * @throws {UsageError} if there is no base URL, which ends the whole run
 * @throws {TypeError} if the options cannot be used
 */
export function prepareRequest(
  sender: Pick<ClientSender, "context" | "user">,
  method: string,
  target: string,
  options: RequestOptions,
  encoded: EncodedBody,
): PreparedRequest {
  const { context } = sender;
  let resolved: Target;
  try {
    resolved = context.target(target);
  } catch (error) {
    throw badTarget(sender, method, options.name ?? target, error);
  }
  return {
    wire: wireRequest(method, resolved, options, encoded, context.headers),
    series: context.series(method, options.name ?? resolved.name),
    policy: {
      timeoutMs: options.timeout === undefined ? context.timeoutMs : limitMs(options.timeout),
      redirect: options.redirect ?? "follow",
      maxRedirects: options.maxRedirects ?? context.maxRedirects,
    },
  };
}

/** Counts a request that could not be sent, unless that ends the whole run; returns the error to throw. */
export function badTarget(
  { context, user }: Pick<ClientSender, "context" | "user">,
  method: string,
  name: string,
  cause: unknown,
): Error {
  if (cause instanceof UsageError) return cause;
  const now = nowMs();
  const message = errorMessage(cause);
  new Judge(context, context.series(method, name), now, now, now, 0, message, null, 0, 0, user).settle();
  return new RequestError("url", message, `${method} ${name}`, { cause });
}
