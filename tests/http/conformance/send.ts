// A transport as a test uses it: one promise for each exchange.

import {
  type Exchange,
  type PartsListener,
  type Transport,
  TransportError,
  type TransportOptions,
  type WireRequest,
  type WireResponse,
} from "../../../lib/http/transport.ts";
import { latin1 } from "./cases/hostile_server.ts";
import { createTested, type Tested, transportsAtRest } from "../../helpers/http/tested_transports.ts";

/** The result of one exchange. */
export type Outcome = WireResponse | TransportError;

/** A transport and the events it has reported. */
export interface TestTransport extends AsyncDisposable {
  send(request: WireRequest, parts?: PartsListener): Promise<Outcome> & { readonly exchange: Exchange };
  readonly transport: Transport;
  /** Connections established, and requests repeated. */
  readonly seen: { connected: number; repeats: number };
}

/** Makes a transport. */
export function testTransport(name: Tested, options: TransportOptions = {}): TestTransport {
  const seen = { connected: 0, repeats: 0 };
  const transport = createTested(name, options, {
    onConnected: () => seen.connected++,
  });
  return {
    transport,
    seen,
    send(request, parts) {
      const { promise, resolve } = Promise.withResolvers<Outcome>();
      let hasReturned = false;
      const end = (outcome: Outcome) => {
        if (!hasReturned) throw new Error("notified before send has returned");
        resolve(outcome);
      };
      let sent = 0;
      const onSent = () => {
        if (++sent > 1) seen.repeats++;
      };
      const listener = { onStart() {}, onSent, onResponse: end, onError: end };
      const exchange = transport.send(request, parts === undefined ? listener : { ...listener, parts });
      hasReturned = true;
      return Object.assign(promise, { exchange });
    },
    [Symbol.asyncDispose]() {
      transport.close();
      return transportsAtRest();
    },
  };
}

/** Returns a request for a loopback server. */
export function wireRequest(
  port: number,
  changes: Partial<WireRequest> & { readonly path?: string } = {},
): WireRequest {
  const { path = "/", ...rest } = changes;
  const url = new URL(`http://127.0.0.1:${port}${path}`);
  return { method: "GET", url, headers: [["x-test", "1"]], body: null, ...rest };
}

/** Returns an outcome as plain data, for comparing. */
export function plain(outcome: Outcome): Record<string, unknown> {
  if (outcome instanceof TransportError) return { error: outcome.kind };
  const body = latin1(outcome.body);
  return { status: outcome.status, statusText: outcome.statusText, body };
}
