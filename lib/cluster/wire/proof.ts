/**
 * How a coordinator shows agents that it has their secret.
 *
 * @module
 */

import { createHmac, timingSafeEqual } from "node:crypto";
import type { RunOptions } from "../../engine/options/options.ts";
import type { BundleHead } from "../files/bundle.ts";
import { encode } from "./reports/codec.ts";

/** Returns the HMAC-SHA256 of a run: of its id, its options and the hash of its files. */
export function proofOf(secret: string, run: string, options: RunOptions, bundle: BundleHead | null): string {
  return createHmac("sha256", secret).update(encode([run, options, bundle?.hash ?? null])).digest("hex");
}

/** Returns whether a proof is right for a run as it was received; takes the same time for every wrong one. */
export function isProof(
  proof: string | null,
  secret: string,
  run: string,
  options: RunOptions,
  bundle: BundleHead | null,
): boolean {
  const [given, right] = [proof ?? "", proofOf(secret, run, options, bundle)].map((text) =>
    new TextEncoder().encode(text)
  );
  return given!.length === right!.length && timingSafeEqual(given!, right!);
}
