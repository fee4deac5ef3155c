import { Root } from "npm:protobufjs@8.8.1";
// The descriptors of PyPI's opentelemetry-proto 1.45.2, as protobufjs reads them.
import descriptors from "./otlp_proto.json" with { type: "json" };

const ROOT = Root.fromJSON(descriptors);
const PACKAGE = "opentelemetry.proto.collector";
const TYPES = {
  "/v1/metrics": `${PACKAGE}.metrics.v1.ExportMetricsServiceRequest`,
  "/v1/traces": `${PACKAGE}.trace.v1.ExportTraceServiceRequest`,
  "/v1/logs": `${PACKAGE}.logs.v1.ExportLogsServiceRequest`,
} as const;

/** Path of a kind of records. */
export type CollectorPath = keyof typeof TYPES;

/** A request that a collector got, decoded by the official definitions: 64-bit integers as numbers, ids in base64. */
export interface Received {
  readonly path: CollectorPath;
  readonly headers: Headers;
  readonly bytes: number;
  // deno-lint-ignore no-explicit-any -- whatever the definitions say
  readonly message: any;
}

/** A collector on loopback. */
export interface Collector extends AsyncDisposable {
  readonly url: string;
  /** What it has got, whatever it answered. */
  readonly received: Received[];
  /** Returns what has arrived on a path. */
  of(path: CollectorPath): Received[];
  /** Ends it; connections are closed. */
  close(): Promise<void>;
}

/** Decodes the body of a request; throws if it does not fit the definitions. */
export function decodeRequest(path: CollectorPath, body: Uint8Array): unknown {
  const type = ROOT.lookupType(TYPES[path]);
  return type.toObject(type.decode(body), { longs: Number, enums: Number, bytes: String, arrays: true });
}

/**
 * Starts a collector.
 *
 * @param respond Returns the response to request number `count`, from 1. @default an empty response with 200
 * @param tls Certificate for https, PEM. @default plain http
 */
export function startCollector(
  respond: (count: number, path: CollectorPath) => Response | Promise<Response> = () => new Response(),
  tls?: { readonly cert: string; readonly key: string },
): Collector {
  const received: Received[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {}, ...tls }, async (request) => {
    const path = new URL(request.url).pathname as CollectorPath;
    const { headers } = request;
    const stream = headers.get("content-encoding") === "gzip"
      ? request.body!.pipeThrough(new DecompressionStream("gzip"))
      : request.body!;
    const body = new Uint8Array(await new Response(stream).arrayBuffer());
    const message = headers.get("content-type") === "application/json"
      ? JSON.parse(new TextDecoder().decode(body))
      : decodeRequest(path, body);
    received.push({ path, headers, bytes: body.length, message });
    return await respond(received.length, path);
  });
  const close = async () => {
    await server.shutdown();
  };
  return {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${server.addr.port}`,
    received,
    of: (path) => received.filter((one) => one.path === path),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Returns the attributes of a point, a resource or a record. */
export function attributesOf(
  { attributes }: { readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[] },
): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

/** Returns the points of a metric in a request; none if it is not there. */
// deno-lint-ignore no-explicit-any -- whatever the definitions say
export function pointsOf({ message }: Received, name: string): any[] {
  // deno-lint-ignore no-explicit-any -- as above
  const metrics: any[] = message.resourceMetrics[0].scopeMetrics[0].metrics;
  const metric = metrics.find((one) => one.name === name) ?? {};
  return (metric.gauge ?? metric.sum ?? metric.histogram ?? metric.exponentialHistogram ?? { dataPoints: [] })
    .dataPoints;
}
