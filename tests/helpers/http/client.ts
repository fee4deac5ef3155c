import { ClientContext } from "../../../lib/http/client/client_context.ts";
import type { JudgedRequest } from "../../../lib/http/client/judge.ts";
import type { ClientSettings } from "../../../lib/http/client/request_options.ts";
import { LocustClientSession } from "../../../lib/http/session.ts";
import { UserTrace } from "../../../lib/spans/user_trace.ts";
import type { SpanRecord } from "../../../lib/spans/span_record.ts";
import { Recorder } from "../../../lib/stats/recorder.ts";
import { summarize, type Summary } from "../../../lib/stats/summary.ts";
import { Totals } from "../../../lib/stats/totals.ts";
import { createTested, type Tested, transportsAtRest } from "./tested_transports.ts";

/** A client as a user has it, with access to its statistics. */
export interface TestClient extends AsyncDisposable {
  readonly client: LocustClientSession;
  readonly context: ClientContext;
  readonly judged: readonly JudgedRequest[];
  /** The trace of its iterations, none of which has begun; each has one. */
  readonly trace: UserTrace;
  /** Spans that have ended. */
  readonly spans: readonly SpanRecord[];
  /** Everything recorded so far. */
  summary(): Summary;
}

/** Creates a client, by default over the socket transport. */
export function testClient(
  baseUrl: string | null,
  { transport = "socket", ...settings }: Omit<ClientSettings, "transport"> & { readonly transport?: Tested } = {},
): TestClient {
  const recorder = new Recorder();
  const judged: JudgedRequest[] = [];
  const totals = new Totals();
  const context = new ClientContext({
    recorder,
    baseUrl,
    settings,
    createTransport: (options) => createTested(transport, options, null),
    onJudged: (request) => judged.push(request),
  });
  const spans: SpanRecord[] = [];
  const trace = new UserTrace({ ratio: 1, sink: (span) => spans.push(span), random: () => 0 }, "Shopper", 7);
  const client = new LocustClientSession(context, { trace });
  return {
    client,
    context,
    judged,
    trace,
    spans,
    summary() {
      totals.add(recorder.takeDelta());
      return summarize(totals, 1000);
    },
    [Symbol.asyncDispose]() {
      client.close();
      context.close();
      return transportsAtRest();
    },
  };
}

/** Returns rows as `METHOD name count/failures`. */
export function rowsOf(summary: Summary): string[] {
  return summary.rows.map((row) => `${row.method} ${row.name} ${row.count}/${row.failures}`);
}

/** Returns errors as `count text`. */
export function errorsOf(summary: Summary): string[] {
  return summary.errors.map(({ count, text }) => `${count} ${text}`);
}
