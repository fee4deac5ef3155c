/**
 * Who may ask the page's server for what: checks on the head of a request, before anything is done for it.
 *
 * @module
 */

import { timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";
import { HostCheck, type ListenAddress } from "../core/listen_address.ts";

/** Largest body of an action, in bytes. */
export const MAX_BODY_BYTES = 64 * 1024;
/** Name of the cookie that stands for the token. */
export const COOKIE = "locust_session";

/** What a path may be asked for. */
export interface Access {
  /** The one method it has; `GET` includes `HEAD`. */
  readonly method: "GET" | "POST";
  /** Whether it is served to those who have not given the token yet: the page itself, and the exchange of the token. */
  readonly isPublic?: boolean;
}

/** Why a request is refused. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** Where the server is bound, and what opens it. */
export interface GuardOptions extends ListenAddress {
  /** The value that the cookie must have. */
  readonly session: string;
}

/** Checks requests to one server. */
export class Guard {
  readonly #hosts: HostCheck;
  readonly #session: string;

  constructor(options: GuardOptions) {
    this.#hosts = new HostCheck(options);
    this.#session = options.session;
  }

  /**
   * Returns why a request is refused, or `null` if it may go on. The order is that of the status codes below: a page of
   * another name or origin learns nothing, not even whether it has the token.
   *
   * @param access What its path may be asked for; `null` if there is no such path
   */
  check(request: Request, access: Access | null): Refusal | null {
    const { headers, method } = request;
    const host = headers.get("host") ?? "";
    if (!this.#hosts.accepts(host)) {
      return refusal(421, "Wrong host: open the address that locust has printed");
    }
    const origin = headers.get("origin");
    if (origin !== null && origin !== `http://${host}`) {
      return refusal(403, "Wrong origin: only the page itself may ask");
    }
    if (access?.isPublic !== true && !this.#hasSession(headers)) {
      return refusal(401, "No token: open the address that locust has printed, with its token");
    }
    if (access === null) return refusal(404, "Not found");
    if (access.method === "GET") {
      return method === "GET" || method === "HEAD" ? null : refusal(405, "Wrong method: expected GET");
    }
    if (method !== "POST") return refusal(405, "Wrong method: expected POST");
    if (!/^application\/json\s*(?:;|$)/i.test(headers.get("content-type") ?? "")) {
      return refusal(415, "Wrong content type: expected application/json");
    }
    const length = Number(headers.get("content-length") ?? 0);
    return length > MAX_BODY_BYTES ? tooLarge() : null;
  }

  #hasSession(headers: Headers): boolean {
    const cookies = (headers.get("cookie") ?? "").split(/;\s*/);
    return cookies.some((cookie) =>
      cookie.startsWith(`${COOKIE}=`) && isSame(cookie.slice(COOKIE.length + 1), this.#session)
    );
  }
}

/**
 * Returns the JSON of a body, read up to its limit, regardless of the length in the head.
 *
 * @throws {RefusedError} if it is too large, or not JSON
 */
export async function readJson(request: Request): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new RefusedError(tooLarge());
    chunks.push(chunk);
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks)));
  } catch {
    throw new RefusedError(refusal(400, "Cannot read the body: not JSON")); // what is wrong with it is of no use here
  }
}

/** Carries a refusal. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** Compares secrets in a time that tells nothing about them but whether their lengths are the same. */
export function isSame(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Returns a random secret of 128 bits, in characters that a URL and a cookie take as they are. */
export function randomSecret(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64url");
}

function tooLarge(): Refusal {
  return refusal(413, `Body too large: expected at most ${MAX_BODY_BYTES} bytes`);
}

function refusal(status: number, message: string): Refusal {
  return { status, message };
}
