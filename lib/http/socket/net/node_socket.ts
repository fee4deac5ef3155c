/**
 * Node sockets, read and written through the native handle if this version of Deno has one.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import type net from "node:net";
import type tls from "node:tls";
import { builtin } from "../../../core/builtin.ts";
import { certificateFault } from "../../certificate_fault.ts";
import { ISSUER_UNKNOWN } from "../../tls_reasons.ts";
import { TransportError } from "../../transport.ts";
import { socketFailure } from "../failures.ts";
import { Alpn } from "./tls/alpn.ts";
import { type NativeHandle, nativeHandle, readDirectly } from "./native_handle.ts";
import { isConnectStorm } from "./connect_queue.ts";
import type { Payload } from "./payload.ts";
import { READ_BUFFER } from "./read_buffer.ts";
import type { SocketListener, SocketOpener, SocketRecipe, WireSocket } from "./wire_socket.ts";
import { Tunnel } from "./tunnel.ts";
import { WriteBatch } from "./write_batch.ts";

/** Shared by all such sockets of a worker. */
const writeBatch = new WriteBatch(isConnectStorm);

/** `false` once this version of Deno has failed to read into a given buffer (2.7 cannot). */
let canReadIntoBuffer = true;

/** Before Deno 2.9, an encrypted connection from an address of one's own is never established. */
const CAN_BIND_TLS = isAtLeast(2, 9);

/** Passed to native writes: a failure is reported by the reading side, after the bytes that arrived before it. */
const WRITE_REQUEST: object = { oncomplete(): void {} };

/**
 * A Node socket.
 *
 * Reads into the worker's shared {@linkcode READ_BUFFER}. With a native handle (Deno 2.9), bytes are read and strings
 * written through it and bypass the stream; otherwise the public interface is used.
 */
class NodeSocket implements WireSocket {
  readonly batch = writeBatch;
  readonly unreceivedBytes = 0;
  #socket: net.Socket;
  #handle: NativeHandle | null = null;
  #listener: SocketListener | null;
  readonly #recipe: SocketRecipe;
  /** Whether it has failed and only the reason is still unknown. */
  #isFailing = false;

  /**
   * Begins to connect.
   *
   * @throws any error of `net.connect` or `tls.connect` about the options
   */
  constructor(recipe: SocketRecipe, listener: SocketListener) {
    this.#listener = listener;
    this.#recipe = recipe;
    const { security, tunnel = null } = recipe;
    if (security !== null && recipe.localAddress && !CAN_BIND_TLS) {
      throw new TransportError("unsupported", "localAddress with TLS: expected Deno 2.9 or later, or transport fetch");
    }
    if (tunnel !== null) {
      this.#socket = builtin("node:net").connect(connectOptions(recipe));
      this.#watchEnd(this.#socket);
      this.#dig(this.#socket, tunnel);
      return;
    }
    this.#socket = openSocket(recipe, (bytes, length) => this.#listener?.onBytes(bytes, length));
    this.#socket.on("connect", () => {
      if (security === null) this.#attachHandle();
      this.#listener?.onConnect();
    });
    this.#watchSecure(this.#socket, () => this.#attachHandle());
    this.#watchEnd(this.#socket);
  }

  get protocol(): string | null {
    return (this.#socket as tls.TLSSocket).alpnProtocol || null;
  }

  set listener(listener: SocketListener) {
    if (this.#listener !== null) this.#listener = listener;
  }

  writePayload({ text }: Payload): void {
    if (this.#handle !== null) this.#handle.writeLatin1String(WRITE_REQUEST, text);
    else this.#socket.write(text, "latin1");
  }

  writeBytes(bytes: Uint8Array, onFlushed: (error?: Error | null) => void): void {
    this.#socket.write(bytes, onFlushed);
  }

  writeCopy(bytes: Uint8Array): void {
    this.#socket.write(bytes.slice());
  }

  hold(isHeld: boolean): void {
    if (this.#handle !== null && canReadIntoBuffer) {
      if (isHeld) this.#handle.readStop();
      else this.#handle.readStart();
    } else if (isHeld) this.#socket.pause();
    else this.#socket.resume();
  }

  destroy(): void {
    this.#detach();
    this.#socket.destroy();
  }

  #watchSecure(socket: net.Socket, onSecure: () => void): void {
    const { security } = this.#recipe;
    if (security === null) return;
    socket.on("secureConnect", () => {
      const { fingerprint256 } = (socket as tls.TLSSocket).getPeerCertificate();
      if (fingerprint256 !== undefined) security.accept(fingerprint256.replaceAll(":", "").toLowerCase());
      onSecure();
      this.#listener?.onSecure(false); // Deno's TLS never resumes a session
    });
  }

  #watchEnd(socket: net.Socket): void {
    socket.on("end", () => this.#end());
    socket.on("close", () => this.#end());
    socket.on("error", (error) => void this.#fail(error));
  }

  /** Opens the tunnel through a proxy; then only the stream interface is used, since the native handle is the proxy's. */
  #dig(proxy: net.Socket, tunnel: Tunnel): void {
    proxy.on("connect", () => proxy.write(tunnel.request, "latin1"));
    const onData = (bytes: Buffer) => {
      try {
        if (!tunnel.take(bytes.toString("latin1"))) return;
      } catch (error) {
        return void this.#fail(error);
      }
      proxy.off("data", onData);
      this.#passThrough(proxy);
    };
    proxy.on("data", onData);
  }

  #passThrough(proxy: net.Socket): void {
    this.#listener?.onConnect();
    if (this.#listener === null) return;
    const { security, alpn = Alpn.HTTP1 } = this.#recipe;
    if (security !== null) {
      this.#socket = builtin("node:tls").connect({
        ...security.connectOptions,
        ALPNProtocols: [...alpn.names],
        socket: proxy,
      });
      this.#watchSecure(this.#socket, () => {});
      this.#watchEnd(this.#socket);
    }
    this.#socket.on("data", (bytes: Buffer) => this.#listener?.onBytes(bytes, bytes.length));
  }

  /** Finds the native handle; called once the connection is established. */
  #attachHandle(): void {
    if (this.#listener === null) return;
    this.#handle = nativeHandle(this.#socket);
    if (this.#handle === null || !canReadIntoBuffer) return;
    readDirectly(this.#handle, (length) => this.#listener?.onBytes(READ_BUFFER, length));
  }

  #end(): void {
    if (this.#isFailing) return;
    const { tunnel = null } = this.#recipe;
    if (tunnel === null || tunnel.isOpen) this.#detach()?.onEnd();
    else this.#detach()?.onError(Tunnel.ended());
  }

  async #fail(error: unknown): Promise<void> {
    if (this.#isFailing) return;
    // A close without close_notify is an end: HTTP detects a truncated answer.
    if (/close_notify/.test(String(error))) return this.#end();
    const { endpoint, security } = this.#recipe;
    let known = error;
    if (
      security !== null && (this.#recipe.tunnel ?? null) === null && socketFailure(error).message === ISSUER_UNKNOWN[1]
    ) {
      this.#isFailing = true;
      const fault = await certificateFault(endpoint, security.host);
      if (fault !== null) known = new TransportError(...fault, { cause: error });
    }
    this.#detach()?.onError(known);
  }

  #detach(): SocketListener | null {
    const listener = this.#listener;
    this.#listener = null;
    this.#handle = null;
    return listener;
  }
}

/** Opens a Node socket: works in every version of Deno on every system. */
export const openNodeSocket: SocketOpener = (recipe, listener) => new NodeSocket(recipe, listener);

function openSocket(recipe: SocketRecipe, onBytes: SocketListener["onBytes"]): net.Socket {
  if (canReadIntoBuffer) {
    try {
      return connect(recipe, {
        buffer: READ_BUFFER,
        callback: (length: number) => {
          onBytes(READ_BUFFER, length);
          return true;
        },
      });
    } catch (error) {
      if (!/not implemented/i.test(String(error))) throw error;
      canReadIntoBuffer = false;
    }
  }
  const socket = connect(recipe);
  socket.on("data", (bytes: Buffer) => onBytes(bytes, bytes.length));
  return socket;
}

function connect(recipe: SocketRecipe, onread?: net.OnReadOpts): net.Socket {
  const options = { ...connectOptions(recipe), ...(onread === undefined ? {} : { onread }) };
  const { security, alpn = Alpn.HTTP1 } = recipe;
  if (security === null) return builtin("node:net").connect(options);
  return builtin("node:tls").connect({ ...security.connectOptions, ALPNProtocols: [...alpn.names], ...options });
}

function connectOptions({ endpoint, localAddress }: SocketRecipe): net.NetConnectOpts {
  // Without noDelay the first exchange of a connection waits 40 ms for an acknowledgement.
  return { ...endpoint, noDelay: true, autoSelectFamily: false, ...(localAddress ? { localAddress } : {}) };
}

/** Returns whether this Deno is of a version or a later one. */
function isAtLeast(major: number, minor: number): boolean {
  const [ours = 0, our = 0] = Deno.version.deno.split(".").map(Number);
  return ours > major || (ours === major && our >= minor);
}
