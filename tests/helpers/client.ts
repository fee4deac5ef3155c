import { ClientContext } from "../../lib/http/client_context.ts";
import { FetchTransport } from "../../lib/http/fetch_transport.ts";
import type { JudgedRequest } from "../../lib/http/judge.ts";
import type { ClientSettings } from "../../lib/http/request_options.ts";
import { LocustClientSession } from "../../lib/http/session.ts";
import { Recorder } from "../../lib/stats/recorder.ts";
import { summarize, type Summary } from "../../lib/stats/summary.ts";
import { Totals } from "../../lib/stats/totals.ts";

/** A client as a user holds it, with its statistics at hand. */
export interface TestClient extends Disposable {
  readonly client: LocustClientSession;
  readonly context: ClientContext;
  readonly judged: readonly JudgedRequest[];
  /** Everything recorded so far. */
  summary(): Summary;
}

/** Makes a client over the fetch transport. */
export function testClient(baseUrl: string | null, settings: ClientSettings = {}): TestClient {
  const recorder = new Recorder();
  const judged: JudgedRequest[] = [];
  const totals = new Totals();
  const context = new ClientContext({
    recorder,
    baseUrl,
    settings,
    createTransport: (options) => new FetchTransport(options),
    onJudged: (request) => judged.push(request),
  });
  const client = new LocustClientSession(context);
  return {
    client,
    context,
    judged,
    summary() {
      totals.add(recorder.takeDelta());
      return summarize(totals, 1000);
    },
    [Symbol.dispose]() {
      client.close();
      context.close();
    },
  };
}

/** Returns rows as `METHOD name count/failures`, for comparing. */
export function rowsOf(summary: Summary): string[] {
  return summary.rows.map((row) => `${row.method} ${row.name} ${row.count}/${row.failures}`);
}

/** Returns errors as `count text`, for comparing. */
export function errorsOf(summary: Summary): string[] {
  return summary.errors.map(({ count, text }) => `${count} ${text}`);
}
