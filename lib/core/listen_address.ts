/**
 * Where a server listens, and under which names it is reached.
 *
 * @module
 */

/** Where a server listens. */
export interface ListenAddress {
  /** An address or a name, without brackets. */
  readonly host: string;
  /** 0–65535; 0 for any free port. */
  readonly port: number;
}

/**
 * Returns the address in `[host:]port`; without a host it is 127.0.0.1.
 *
 * @throws {RangeError} if it is anything else
 */
export function parseListenAddress(text: string): ListenAddress {
  const [, host = "127.0.0.1", port] = /^(?:(\S+):)?(\d{1,5})$/.exec(text) ?? [];
  if (port === undefined || Number(port) > 65_535) {
    const given = text.slice(text.lastIndexOf(":") + 1);
    const isNumber = /^\d+$/.test(given);
    throw new RangeError(
      `${isNumber ? `port ${given} is above 65535` : `"${given}" is not the number of a port`}, ` +
        "expected a port, or a host and a port such as 127.0.0.1:8089",
    );
  }
  return { host: host.replace(/^\[(.*)\]$/, "$1"), port: Number(port) };
}

/** Returns whether a host can only be reached from this machine. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/**
 * Checks the Host header, so that a page of another site cannot reach a server through a name that it points here (DNS
 * rebinding).
 */
export class HostCheck {
  readonly #hosts: ReadonlySet<string>;
  readonly #isAnyHost: boolean;

  constructor({ host, port }: ListenAddress) {
    const names = isLoopback(host) ? [host, "localhost"] : [host];
    this.#hosts = new Set(names.map((name) => `${name.includes(":") ? `[${name}]` : name}:${port}`));
    // On every address, the machine has names that this program does not know.
    this.#isAnyHost = host === "0.0.0.0" || host === "::";
  }

  /** Returns whether a request with this Host header may have meant this server. */
  accepts(host: string): boolean {
    return this.#isAnyHost || this.#hosts.has(host.toLowerCase());
  }
}
