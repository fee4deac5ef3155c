/**
 * Checks certificates and keys in PEM before anything is sent with them.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { builtin } from "../core/builtin.ts";

/** One PEM block (RFC 7468). */
interface Block {
  /** Its label: `CERTIFICATE`, `PRIVATE KEY`, … */
  readonly label: string;
  /** The whole block. */
  readonly text: string;
  /** The content between its two lines. */
  readonly content: string;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([^]*?)-----END \1-----/g;
/** First byte of a DER sequence: every certificate and key is one. */
const SEQUENCE = 0x30;

/** Returns what is wrong with a value that should be certificates in PEM, or `null`. */
export function certificatesProblem(value: unknown): string | null {
  const found = blocksOf(value);
  if (found === null) return "expected a PEM string";
  const certificates = found.filter(isCertificate);
  if (certificates.length === 0) return `expected a CERTIFICATE in it, found ${labelsOf(found)}`;
  return certificates.every(isReadable) ? null : "expected certificates that can be read";
}

/** Returns what is wrong with a value that should be a private key in PEM, or `null`. */
export function keyProblem(value: unknown): string | null {
  const found = blocksOf(value);
  if (found === null) return "expected a PEM string";
  const keys = found.filter(isKey);
  if (keys.length === 0) return `expected a PRIVATE KEY in it, found ${labelsOf(found)}`;
  if (keys.every(isEncrypted)) return "expected a key without a password";
  return keys.some((key) => !isEncrypted(key) && isWhole(key)) ? null : "expected a key that can be read";
}

/**
 * Returns whether a key certainly does not belong to the first certificate. Both strings must have passed their own
 * checks. Keys of an unknown kind are assumed to match.
 */
export function isMismatch(cert: string, key: string): boolean {
  const keys = blocksOf(key)!.filter(isKey);
  if (keys.length !== 1) return false;
  const { createPrivateKey, X509Certificate } = builtin("node:crypto");
  try {
    const certificate = new X509Certificate(blocksOf(cert)!.find(isCertificate)!.text);
    return !certificate.checkPrivateKey(createPrivateKey(keys[0]!.text));
  } catch {
    return false; // cannot be decided here
  }
}

/** Returns the blocks of a string, or `null` if the value is not a string or contains no start of a block. */
function blocksOf(value: unknown): Block[] | null {
  if (typeof value !== "string" || !value.includes("-----BEGIN ")) return null;
  return [...value.matchAll(BLOCK)].map(([text, label, content]) => ({ label: label!, text, content: content! }));
}

function labelsOf(blocks: readonly Block[]): string {
  return blocks.map(({ label }) => label).join(", ") || "no whole block";
}

function isCertificate({ label }: Block): boolean {
  return label === "CERTIFICATE";
}

function isKey({ label }: Block): boolean {
  return label.endsWith("PRIVATE KEY");
}

function isEncrypted({ label, content }: Block): boolean {
  return label.startsWith("ENCRYPTED") || content.includes("ENCRYPTED");
}

function isReadable({ text }: Block): boolean {
  const { X509Certificate } = builtin("node:crypto");
  try {
    return new X509Certificate(text).raw.length > 0;
  } catch {
    return false;
  }
}

/** Returns whether a block has its stated length. Other programs read more kinds of keys, so the rest is not checked. */
function isWhole({ content }: Block): boolean {
  const bytes = Buffer.from(content, "base64");
  if (bytes.length < 2 || bytes[0] !== SEQUENCE) return false;
  const first = bytes[1]!;
  if (first < 0x80) return bytes.length === 2 + first;
  const sizeBytes = first - 0x80;
  if (sizeBytes < 1 || sizeBytes > 4 || bytes.length < 2 + sizeBytes) return false;
  return bytes.length === 2 + sizeBytes + bytes.readUIntBE(2, sizeBytes);
}
