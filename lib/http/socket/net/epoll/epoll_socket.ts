/**
 * Sockets on direct system calls.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { Alpn } from "../tls/alpn.ts";
import type { Payload } from "../payload.ts";
import { READ_BUFFER } from "../read_buffer.ts";
import type { Security } from "../tls/security.ts";
import { Tunnel } from "../tunnel.ts";
import { NodeNeeded, type SocketListener, type SocketRecipe, type WireSocket } from "../wire_socket.ts";
import type { Batch } from "../write_batch.ts";
import { beginConnect } from "./begin_connect.ts";
import { type Channel, FAILED, MUST_WAIT } from "./channel.ts";
import { EPOLLERR, EPOLLHUP, EPOLLOUT, EPOLLRDHUP, type Poller, sharedPoller, type Watched } from "./poller.ts";
import { type SocketAddress, socketAddress } from "./socket_address.ts";
import { openSsl } from "./openssl.ts";
import { type SystemCalls, systemCalls, systemError } from "./system_calls.ts";
import { TlsChannel } from "./tls_channel.ts";

const [SOL_SOCKET, SO_ERROR] = [1, 4];
/** Asks for the number of unacknowledged bytes. */
const SIOCOUTQ = 0x5411n;

/** Most reads in a row, each up to the size of the read buffer, before others get a turn. */
const MAX_READS = 16;

/** Bytes that the system did not take at once. */
interface Remnant {
  bytes: Uint8Array;
  readonly onFlushed: ((error?: Error | null) => void) | null;
}

/** A TCP socket that a {@linkcode Poller} watches. */
export class EpollSocket implements WireSocket, Watched {
  readonly #calls: SystemCalls;
  readonly #poller: Poller;
  /** Until the connection is usable. */
  #recipe: SocketRecipe | null;
  /** During the handshake of an encrypted connection. */
  #handshake: TlsChannel | null = null;
  /** Until the proxy has opened it. */
  #tunnel: Tunnel | null = null;
  #channel: Channel;
  #file: number;
  #listener: SocketListener | null;
  #isConnected = false;
  /** Whether the end has been signalled: no other event follows, so everything must be read up to it. */
  #isEnding = false;
  /** Whether nothing is to be read for now. */
  #isHeld = false;
  unreceivedBytes = 0;
  /** `null` while the system takes everything. */
  #remnants: Remnant[] | null = null;

  /** @throws if the limit on open files, or on watched files, is reached */
  constructor(
    calls: SystemCalls,
    poller: Poller,
    address: SocketAddress,
    recipe: SocketRecipe,
    listener: SocketListener,
  ) {
    this.#calls = calls;
    this.#poller = poller;
    this.#recipe = recipe;
    this.#listener = listener;
    const { file, error } = beginConnect(calls, address, recipe.localAddress ?? null);
    this.#file = file;
    this.#channel = poller.plainChannel;
    if (error !== null) queueMicrotask(() => this.#fail(error));
    try {
      poller.watch(this.#file, this);
    } catch (error) {
      this.destroy();
      throw error;
    }
  }

  get batch(): Batch {
    return this.#poller;
  }

  get protocol(): string | null {
    return this.#channel instanceof TlsChannel ? this.#channel.protocol : null;
  }

  set listener(listener: SocketListener) {
    if (this.#listener !== null) this.#listener = listener;
  }

  writePayload({ bytes }: Payload): void {
    if (this.#remnants === null) {
      const sent = this.#channel.send(this.#file, bytes);
      if (sent === bytes.length) return;
      if (sent === FAILED) { // the reading side reports it
        this.unreceivedBytes = bytes.length;
        return;
      }
      this.#keep(sent === MUST_WAIT ? bytes : bytes.subarray(sent), null);
    } else this.#keep(bytes, null);
  }

  writeBytes(bytes: Uint8Array, onFlushed: (error?: Error | null) => void): void {
    this.#keep(bytes, onFlushed);
    if (this.#remnants!.length === 1) this.#flush();
  }

  writeCopy(bytes: Uint8Array): void {
    if (this.#file < 0) return; // the file may belong to another connection by now
    if (this.#remnants === null) {
      const sent = this.#channel.send(this.#file, bytes);
      if (sent === bytes.length) return;
      if (sent === FAILED) { // the reading side reports it
        this.unreceivedBytes += bytes.length;
        return;
      }
      this.#keep(bytes.slice(sent === MUST_WAIT ? 0 : sent), null);
    } else this.#keep(bytes.slice(), null);
  }

  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    if (!isHeld && this.#file >= 0) this.#poller.resume(this);
  }

  destroy(): void {
    this.#listener = null;
    this.#remnants = null;
    if (this.#file < 0) return;
    this.#poller.forget(this.#file);
    this.#channel.close();
    this.#handshake?.close();
    this.#calls.close(this.#file);
    this.#file = -1;
  }

  onReady(events: number): void {
    if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) !== 0) this.#isEnding = true;
    if (!this.#isConnected && !this.#connect(events)) return;
    if (this.#tunnel !== null && !this.#dig(this.#tunnel, events)) return;
    if (this.#handshake !== null && !this.#shakeHands(this.#handshake)) return;
    if ((events & EPOLLOUT) !== 0 && this.#remnants !== null) this.#flush();
    this.#read();
  }

  /** Returns whether it is connected. */
  #connect(events: number): boolean {
    if ((events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) === 0) return false;
    const error = new Int32Array(1);
    this.#calls.getsockopt(this.#file, SOL_SOCKET, SO_ERROR, error, new Int32Array([4]));
    if (error[0] !== 0) {
      this.#fail(systemError("connect", error[0]!));
      return false;
    }
    this.#isConnected = true;
    const { tunnel = null } = this.#recipe!;
    if (tunnel === null) return this.#begin();
    this.#tunnel = tunnel;
    this.#keep(Buffer.from(tunnel.request, "latin1"), null);
    this.#flush();
    return true;
  }

  /** Returns whether the tunnel is open. */
  #dig(tunnel: Tunnel, events: number): boolean {
    if ((events & EPOLLOUT) !== 0 && this.#remnants !== null) this.#flush();
    for (let isOpen = false; !isOpen;) {
      const length = this.#channel.receive(this.#file);
      if (length === MUST_WAIT) return false;
      try {
        if (length === 0 || length === FAILED) throw Tunnel.ended();
        isOpen = tunnel.take(READ_BUFFER.toString("latin1", 0, length));
      } catch (error) {
        this.#fail(error);
        return false;
      }
    }
    this.#tunnel = null;
    return this.#begin();
  }

  /** Continues once the server is reached; returns whether the connection is usable. */
  #begin(): boolean {
    this.#listener?.onConnect();
    const { security, alpn = Alpn.HTTP1, sessionPlace } = this.#recipe!;
    if (security === null) this.#recipe = null;
    if (this.#file < 0 || security === null) return this.#file >= 0;
    this.#handshake = TlsChannel.open(this.#file, security, alpn, sessionPlace ?? null);
    if (this.#handshake === null) this.#fail(new NodeNeeded());
    return this.#handshake !== null;
  }

  /** Returns whether the handshake is done. */
  #shakeHands(channel: TlsChannel): boolean {
    const result = channel.handshake();
    if (result === MUST_WAIT) return false;
    this.#handshake = null;
    this.#channel = channel;
    const security = this.#recipe!.security!;
    if (result === FAILED || !(security.isInsecure || security.isAccepted(channel.fingerprint()))) {
      this.#fail(new NodeNeeded());
      return false;
    }
    this.#recipe = null;
    channel.accept();
    this.#listener?.onSecure(channel.isResumed);
    return this.#file >= 0;
  }

  #read(): void {
    for (let reads = 0; this.#listener !== null && !this.#isHeld; reads++) {
      if (reads === MAX_READS) return this.#poller.again(this);
      const length = this.#channel.receive(this.#file);
      if (length === MUST_WAIT) return;
      if (length === FAILED) return this.#fail(this.#channel.error);
      if (length === 0) return this.#end();
      this.#listener.onBytes(READ_BUFFER, length);
      // The listener may have closed the connection.
      if (this.#file < 0 || (!this.#isEnding && !this.#channel.mayHaveMore(length))) return;
    }
  }

  #keep(bytes: Uint8Array, onFlushed: Remnant["onFlushed"]): void {
    (this.#remnants ??= []).push({ bytes, onFlushed });
  }

  #flush(): void {
    while (this.#remnants !== null) {
      const first = this.#remnants[0]!;
      const sent = this.#channel.send(this.#file, first.bytes);
      if (sent === MUST_WAIT) return;
      if (sent === FAILED) {
        this.#remnants = null; // the reading side reports the failure
        first.onFlushed?.(new Error("not sent", { cause: this.#channel.error }));
        return;
      }
      first.bytes = first.bytes.subarray(sent);
      if (first.bytes.length > 0) continue;
      this.#remnants.shift();
      if (this.#remnants.length === 0) this.#remnants = null;
      first.onFlushed?.();
    }
  }

  #end(): void {
    const listener = this.#listener;
    // With its end, the other side acknowledges everything that it has received, read or not.
    const count = new Int32Array(1);
    if (this.#calls.ioctl(this.#file, SIOCOUTQ, count) === 0) this.unreceivedBytes += count[0]!;
    for (const { bytes } of this.#remnants ?? []) this.unreceivedBytes += bytes.length;
    this.destroy();
    listener?.onEnd();
  }

  #fail(error: unknown): void {
    const listener = this.#listener;
    this.destroy();
    listener?.onError(error);
  }
}

/**
 * Opens a socket on direct system calls, if possible.
 *
 * @param recipe How to open it; if encrypted, a certificate must have been accepted before
 * @returns `null` if that is not possible: on other systems than Linux, without permissions, or for this recipe
 * @throws if the limit on open files, or on watched files, is reached
 */
export function openEpollSocket(recipe: SocketRecipe, listener: SocketListener): WireSocket | null {
  const { endpoint, security } = recipe;
  if (systemCalls === null || !canUseEpoll() || !("host" in endpoint)) return null;
  if (security !== null && !canEncrypt(security)) return null;
  const address = socketAddress(systemCalls, endpoint.host, endpoint.port);
  const poller = address === null ? null : sharedPoller();
  return address === null || poller === null ? null : new EpollSocket(systemCalls, poller, address, recipe, listener);
}

/** Returns whether such connections can be encrypted here. */
function canEncrypt(security: Security): boolean {
  return !security.hasClientCertificate && openSsl() !== null;
}

let isUsable: boolean | undefined = undefined;

/**
 * Returns whether there can be such sockets on this machine. System calls bypass Deno's permissions, so the permission must
 * cover every host.
 */
export function canUseEpoll(): boolean {
  return isUsable ??= systemCalls !== null && isWhollyGranted(Deno.permissions.querySync({ name: "net" }));
}

/** Returns whether there is no exception, as by `--deny-net=host`. */
function isWhollyGranted({ state, partial }: Deno.PermissionStatus): boolean {
  return state === "granted" && !partial;
}
