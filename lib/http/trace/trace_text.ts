/**
 * Traces as text.
 *
 * @module
 */

import { formatBytes, formatMs } from "../../core/units.ts";
import type { JudgedRequest } from "../client/judge.ts";
import { decodeContent } from "../content_coding.ts";
import { sentHead } from "../socket/sent_head.ts";
import { maskedLine, maskedText } from "../../core/mask.ts";
import type { Trace, TracedExchange } from "./trace_transport.ts";

/** How traces are shown. */
export interface TraceOptions {
  /** Most bytes of each body that are shown; 0 shows none. */
  readonly bodyBytes: number;
  /** Whether secrets are shown. */
  readonly showSecrets: boolean;
}

const WIDTH = 80;

/**
 * Returns everything about one request: what was sent, what came back, redirects, times, and the verdict.
 *
 * @param number Its number, from 1
 * @param trace `null` if it was never sent
 */
export function traceText(number: number, judged: JudgedRequest, trace: Trace | null, options: TraceOptions): string {
  const { method, name } = judged.series;
  return `${titleLine(number, method, name, options)}\n${exchangesText(judged, trace, options)}\n`;
}

/** Returns everything about a request that the end of the run cut off. */
export function interruptedText(number: number, { exchanges }: Trace, options: TraceOptions): string {
  const { method, url } = exchanges[0]!.request;
  return [
    titleLine(number, method, url.pathname, options),
    ...allExchangeLines(exchanges, options),
    "   INTERRUPTED: it had not ended when the run did",
    "",
  ].join("\n");
}

function titleLine(number: number, method: string, name: string, { showSecrets }: TraceOptions): string {
  return `── ${number}. ${method} ${showSecrets ? name : maskedText(name)} `.padEnd(WIDTH, "─");
}

/** Returns the same without a title. */
export function exchangesText(judged: JudgedRequest, trace: Trace | null, options: TraceOptions): string {
  const exchanges = trace?.exchanges ?? [];
  return [...allExchangeLines(exchanges, options), ...verdictLines(judged, exchanges)].join("\n");
}

function allExchangeLines(exchanges: readonly TracedExchange[], options: TraceOptions): string[] {
  return exchanges.flatMap((one, index) => [
    ...(index > 0 ? [`   redirect ${index} to ${shownUrl(one, options)}`, ""] : []),
    ...exchangeLines(one, options),
  ]);
}

function exchangeLines(exchange: TracedExchange, options: TraceOptions): string[] {
  const { request, head, error } = exchange;
  const line = (text: string) => visible(options.showSecrets ? text : maskedLine(text));
  const sent = sentHead(request).map((text) => `> ${line(text)}`);
  const { body } = request;
  if (body instanceof Uint8Array) sent.push(...bodyLines(">", body, body.length, null, options));
  else if (body !== null) sent.push(">", "> (a stream)");
  if (head === null) return [...sent, "", `   no response: ${error?.message ?? "none arrived"}`];
  const version = head.httpVersion === null ? "HTTP" : `HTTP/${head.httpVersion}`;
  const received = [
    `< ${version} ${head.status} ${head.statusText}`.trimEnd(),
    ...head.headerLines().map(([name, value]) => `< ${line(`${name}: ${value}`)}`),
    ...bodyLines("<", exchange.body ?? new Uint8Array(), exchange.bodyBytes, head.contentEncoding, options),
  ];
  const cookies = head.setCookies.map((cookie) => cookie.slice(0, cookie.indexOf("=")).trim());
  if (cookies.length > 0) received.push(`   cookies set: ${cookies.join(", ")}`);
  return [...sent, "", ...received, ""];
}

function bodyLines(
  mark: string,
  body: Uint8Array,
  sizeBytes: number,
  coding: string | null,
  { bodyBytes, showSecrets }: TraceOptions,
): string[] {
  if (sizeBytes === 0 || bodyBytes === 0) return [];
  const isWhole = body.length === sizeBytes;
  let decoded = body;
  try {
    if (isWhole) decoded = decodeContent(body, coding);
    else if (coding !== null) return [mark, `${mark} (${formatBytes(sizeBytes)}, ${coding})`];
  } catch {
    return [mark, `${mark} (${formatBytes(sizeBytes)}, not valid ${coding})`];
  }
  const text = decodedText(decoded, isWhole);
  if (text === null) return [mark, `${mark} (${formatBytes(decoded.length)}, not text)`];
  // Masked before it is cut: a cut secret would not be found.
  const masked = showSecrets ? text : maskedText(text);
  const shown = cut(masked, bodyBytes);
  const totalBytes = isWhole ? decoded.length : sizeBytes;
  const rest = shown.length < masked.length || !isWhole ? [`   … ${formatBytes(totalBytes)} in all`] : [];
  return [mark, ...shown.replace(/\r?\n$/, "").split(/\r?\n/).map((line) => `${mark} ${visible(line)}`), ...rest];
}

/** Returns the text of a body; `null` if it is not UTF-8. */
function decodedText(body: Uint8Array, isWhole: boolean): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body, { stream: !isWhole });
    return text.includes("\0") ? null : text;
  } catch {
    return null; // shown as bytes
  }
}

function cut(text: string, maxBytes: number): string {
  const buffer = new Uint8Array(maxBytes);
  const { read } = new TextEncoder().encodeInto(text, buffer);
  return text.slice(0, read);
}

/** Returns a line without control characters, which could move the cursor. */
function visible(line: string): string {
  // deno-lint-ignore no-control-regex -- these are what is replaced
  return line.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, "·");
}

function verdictLines(judged: JudgedRequest, exchanges: readonly TracedExchange[]): string[] {
  const { ttfbMs, ttlbMs, connectPhases, error, decidedAt } = judged;
  const hasHead = exchanges.some(({ head }) => head !== null);
  const times = hasHead
    ? [`first byte ${formatMs(ttfbMs)}`, `last byte ${formatMs(ttlbMs)}`]
    : [`ended after ${formatMs(ttlbMs)}`];
  if (connectPhases !== null) {
    const { dnsMs, connectMs, tlsMs } = connectPhases;
    const phases: readonly (readonly [string, number])[] = [["dns", dnsMs], ["connect", connectMs], ["tls", tlsMs]];
    times.push(...phases.filter(([, ms]) => ms > 0).map(([name, ms]) => `${name} ${formatMs(ms)}`));
  }
  const status = exchanges.at(-1)?.head?.status ?? 0;
  const isByStatus = status >= 400 && error !== null && error.startsWith(`${status}`);
  const by = decidedAt !== null ? ` by ${decidedAt}` : isByStatus ? " by its status" : "";
  const trace = judged.traceId === null ? [] : [`   trace ${judged.traceId}`];
  const verdict = error === null ? `ok${by}` : `FAILED${by}: ${error}`;
  return [
    ...(exchanges.length === 0 ? ["   not sent"] : []),
    `   ${times.join(", ")}`,
    `   ${verdict}`,
    ...trace,
  ];
}

function shownUrl({ request }: TracedExchange, { showSecrets }: TraceOptions): string {
  const url = new URL(request.url);
  if (!showSecrets && url.password !== "") url.password = "***";
  return showSecrets ? url.href : maskedText(url.href);
}
