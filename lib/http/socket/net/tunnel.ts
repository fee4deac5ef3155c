/**
 * A tunnel through a proxy to a server (RFC 9110, 9.3.6).
 *
 * @module
 */

import type { Origin } from "../../origin.ts";
import type { Proxy } from "../../proxy.ts";
import { TransportError } from "../../transport.ts";
import { MAX_HEAD_BYTES } from "../limits.ts";

/** A tunnel requested on a connection to a proxy. */
export class Tunnel {
  /** The request for the proxy. */
  readonly request: string;
  #head = "";
  #isOpen = false;

  /**
   * @param origin The server behind the proxy
   * @param proxy The proxy
   */
  constructor({ host, port }: Origin, { authorization }: Proxy) {
    const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
    const credentials = authorization === null ? "" : `proxy-authorization: ${authorization}\r\n`;
    this.request = `CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n${credentials}\r\n`;
  }

  /**
   * Reads the proxy's answer.
   *
   * @param text The next bytes, one character each
   * @returns Whether the tunnel is open
   * @throws {TransportError} if the proxy does not open the tunnel
   */
  take(text: string): boolean {
    this.#head += text;
    const end = this.#head.indexOf("\r\n\r\n");
    if (end === -1) {
      if (this.#head.length > MAX_HEAD_BYTES) throw new TransportError("limit", "proxy: header block too long");
      return false;
    }
    const [, status, reason = ""] = /^HTTP\/1\.[01] (\d{3})(?: ([^\r\n]*))?\r\n/.exec(this.#head) ?? [];
    if (status === undefined) throw new TransportError("protocol", "proxy: not an HTTP answer");
    if (status.startsWith("1")) { // an interim answer
      const rest = this.#head.slice(end + 4);
      this.#head = "";
      return this.take(rest);
    }
    if (!status.startsWith("2")) throw new TransportError("refused", `proxy: ${`${status} ${reason}`.trimEnd()}`);
    // A server behind the tunnel does not send before the client does.
    if (this.#head.length > end + 4) throw new TransportError("protocol", "proxy: data before any request");
    return this.#isOpen = true;
  }

  /** Whether the proxy has opened the tunnel. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Returns the failure of a proxy that closes without an answer. */
  static ended(): TransportError {
    return new TransportError("refused", "proxy: connection closed before an answer");
  }
}
