/**
 * Resolved addresses of host names, cached for a while.
 *
 * @module
 */

import { lookup } from "node:dns/promises";
import { ipVersion } from "../../../core/ip.ts";
import { nowMs } from "../../../core/clock.ts";
import { hostNotFound } from "../failures.ts";
import { DNS_LIFE_MS } from "../limits.ts";

/** Most names cached; beyond it the cache is cleared. */
const MAX_NAMES = 1024;

interface Entry {
  readonly expiresMs: number;
  /** In the order to try; a promise until the look-up is done, so that a cached name costs no wait. */
  addresses: Promise<string[]> | string[];
}

/** Looks up all addresses of a name, IPv4 and IPv6, in the order the system prefers. */
export type Lookup = (host: string) => Promise<string[]>;

/**
 * The address cache of one worker. Looks a name up once per {@linkcode DNS_LIFE_MS} for all users; a name that was not
 * found is looked up again.
 */
export class AddressBook {
  readonly #entries = new Map<string, Entry>();
  readonly #lookup: Lookup;
  readonly #now: () => number;

  /**
   * @param lookup Looks up names; by default through the system
   * @param now The clock, in milliseconds
   */
  constructor(lookup: Lookup = systemLookup, now: () => number = nowMs) {
    this.#lookup = lookup;
    this.#now = now;
  }

  /**
   * Returns the addresses of a host in the order to try, at least one.
   *
   * @param host A name, or an address, which is returned as it is
   * @throws {TransportError} `dns` if the name has no address
   */
  resolve(host: string): Promise<string[]> | string[] {
    if (ipVersion(host) !== 0) return [host];
    const known = this.#entries.get(host);
    if (known !== undefined && this.#now() < known.expiresMs) return known.addresses;
    if (this.#entries.size >= MAX_NAMES) this.#entries.clear();
    const asked = this.#ask(host);
    const entry: Entry = { expiresMs: this.#now() + DNS_LIFE_MS, addresses: asked };
    this.#entries.set(host, entry);
    return asked.then((addresses) => entry.addresses = addresses);
  }

  /** Moves the address that worked to the front, so that the next connection tries it first. */
  prefer(addresses: string[], address: string): void {
    const at = addresses.indexOf(address);
    if (at > 0) addresses.unshift(...addresses.splice(at, 1));
  }

  async #ask(host: string): Promise<string[]> {
    try {
      const addresses = await this.#lookup(host);
      if (addresses.length > 0) return addresses;
    } catch (cause) {
      this.#entries.delete(host);
      throw hostNotFound(host, cause);
    }
    this.#entries.delete(host);
    throw hostNotFound(host);
  }
}

async function systemLookup(host: string): Promise<string[]> {
  const found = await lookup(host, { all: true, verbatim: true });
  return [...new Set(found.map(({ address }) => address))];
}
