/**
 * OpenSSL 3, if this machine has it.
 *
 * @module
 */

import { systemCalls } from "./system_calls.ts";

const SSL_SYMBOLS = {
  TLS_client_method: { parameters: [], result: "pointer" },
  SSL_CTX_new: { parameters: ["pointer"], result: "pointer" },
  SSL_CTX_ctrl: { parameters: ["pointer", "i32", "i64", "pointer"], result: "i64" },
  SSL_CTX_set_options: { parameters: ["pointer", "u64"], result: "u64" },
  SSL_new: { parameters: ["pointer"], result: "pointer" },
  SSL_free: { parameters: ["pointer"], result: "void" },
  SSL_ctrl: { parameters: ["pointer", "i32", "i64", "buffer"], result: "i64" },
  SSL_set_fd: { parameters: ["pointer", "i32"], result: "i32" },
  SSL_connect: { parameters: ["pointer"], result: "i32" },
  SSL_read: { parameters: ["pointer", "buffer", "i32"], result: "i32" },
  SSL_write: { parameters: ["pointer", "buffer", "i32"], result: "i32" },
  SSL_shutdown: { parameters: ["pointer"], result: "i32" },
  SSL_has_pending: { parameters: ["pointer"], result: "i32" },
  SSL_get_error: { parameters: ["pointer", "i32"], result: "i32" },
  SSL_set_alpn_protos: { parameters: ["pointer", "buffer", "u32"], result: "i32" },
  SSL_get0_alpn_selected: { parameters: ["pointer", "buffer", "buffer"], result: "void" },
  SSL_get1_session: { parameters: ["pointer"], result: "pointer" },
  SSL_set_session: { parameters: ["pointer", "pointer"], result: "i32" },
  SSL_session_reused: { parameters: ["pointer"], result: "i32" },
  SSL_version: { parameters: ["pointer"], result: "i32" },
  SSL_SESSION_is_resumable: { parameters: ["pointer"], result: "i32" },
  SSL_SESSION_up_ref: { parameters: ["pointer"], result: "i32" },
  SSL_SESSION_free: { parameters: ["pointer"], result: "void" },
  SSL_get1_peer_certificate: { parameters: ["pointer"], result: "pointer" },
} as const;

const CRYPTO_SYMBOLS = {
  OPENSSL_init_crypto: { parameters: ["u64", "pointer"], result: "i32" },
  ERR_get_error: { parameters: [], result: "u64" },
  ERR_error_string_n: { parameters: ["u64", "buffer", "usize"], result: "void" },
  ERR_clear_error: { parameters: [], result: "void" },
  EVP_sha256: { parameters: [], result: "pointer" },
  X509_digest: { parameters: ["pointer", "pointer", "buffer", "buffer"], result: "i32" },
  X509_free: { parameters: ["pointer"], result: "void" },
} as const;

/** The functions used; see their manual pages. */
export type OpenSsl =
  & Deno.DynamicLibrary<typeof SSL_SYMBOLS>["symbols"]
  & Deno.DynamicLibrary<typeof CRYPTO_SYMBOLS>["symbols"];

const [SSL_CTRL_MODE, SSL_CTRL_READ_AHEAD, SSL_CTRL_SESS_CACHE_MODE, SSL_CTRL_MIN_PROTO_VERSION] = [33, 41, 44, 123];
/** Allow partial writes; allow another buffer on retry; release buffers while a connection is idle. */
const MODES = 0x1n | 0x2n | 0x10n;
const TLS_1_2 = 0x303n;
/**
 * No cleanup at exit: OpenSSL would free its state while workers are still ending, which can crash the process.
 */
const OPENSSL_INIT_NO_ATEXIT = 0x80000n;
/** Treat a close without close_notify as an end: HTTP detects a truncated answer. */
const SSL_OP_IGNORE_UNEXPECTED_EOF = 1n << 7n;

let opened: { readonly calls: OpenSsl; readonly context: Deno.PointerObject } | null | undefined = undefined;

/** Returns OpenSSL with the context shared by all connections of this thread, or `null` without OpenSSL. */
export function openSsl(): { readonly calls: OpenSsl; readonly context: Deno.PointerObject } | null {
  return opened === undefined ? opened = open() : opened;
}

function open(): typeof opened & (object | null) {
  if (systemCalls === null) return null;
  try {
    const { symbols: ssl } = Deno.dlopen("libssl.so.3", SSL_SYMBOLS);
    const { symbols: crypto } = Deno.dlopen("libcrypto.so.3", CRYPTO_SYMBOLS);
    crypto.OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, null); // must come first
    const context = ssl.SSL_CTX_new(ssl.TLS_client_method());
    if (context === null) return null;
    ssl.SSL_CTX_ctrl(context, SSL_CTRL_MODE, MODES, null);
    ssl.SSL_CTX_ctrl(context, SSL_CTRL_READ_AHEAD, 1n, null);
    ssl.SSL_CTX_ctrl(context, SSL_CTRL_SESS_CACHE_MODE, 0n, null);
    ssl.SSL_CTX_ctrl(context, SSL_CTRL_MIN_PROTO_VERSION, TLS_1_2, null);
    ssl.SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
    return { calls: { ...ssl, ...crypto }, context };
  } catch {
    return null; // not on this machine: Deno's own TLS is used
  }
}
