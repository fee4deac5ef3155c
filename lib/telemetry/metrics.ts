/**
 * The table of exported metrics. OTLP, Prometheus and the documentation are derived from it.
 *
 * @module
 */

/** Values of `--otel-names`: the semantic conventions of OpenTelemetry and ours, or those of aiolocust. */
export const NAME_SETS = ["standard", "aiolocust"] as const;

/** Which names metrics and attributes have. */
export type NameSet = (typeof NAME_SETS)[number];

/** What a metric is: `counter` only grows, `gauge` is the value of an instant, `histogram` counts values by size. */
export type MetricKind = "counter" | "gauge" | "histogram";

/** One metric. */
export interface MetricDefinition {
  /** Its name. */
  readonly name: string;
  readonly kind: MetricKind;
  /** Unit in UCUM, as OpenTelemetry has it: `s`, `1` for a ratio, or what is counted, such as `{request}`. */
  readonly unit: string;
  /** One sentence without a final period. */
  readonly description: string;
  /** Names of the attributes that its points may have. */
  readonly attributes: readonly string[];
}

/** Keys of the metrics. */
export type MetricKey =
  | "duration"
  | "requests"
  | "failures"
  | "errors"
  | "received"
  | "users"
  | "targetUsers"
  | "iterations"
  | "arrivalsStarted"
  | "arrivalsLate"
  | "arrivalsDropped"
  | "checks"
  | "measure"
  | "measureDuration"
  | "workerBusy";

/** Names of attributes that differ between the sets. */
export interface RowAttributes {
  readonly row: string;
  readonly method: string;
  readonly status: string;
  /** Attribute of times that says whether the requests failed; `null` for none. */
  readonly outcome: string | null;
}

const ROW_ATTRIBUTES: Readonly<Record<NameSet, RowAttributes>> = {
  // https://opentelemetry.io/docs/specs/semconv/http/http-metrics/
  standard: { row: "locust.row", method: "http.request.method", status: "http.response.status_code", outcome: null },
  aiolocust: { row: "name", method: "http.method", status: "http.status", outcome: "otel.status_code" },
};

/** Attributes that are the same in all sets. */
export const ATTRIBUTES = {
  /** The users' class, with `--group-by-class`. */
  userClass: "locust.user_class",
  /** `false` on rows that are not part of the total; left out on others. */
  inTotal: "locust.in_total",
  errorType: "error.type",
  /** Place of an error outside a request, such as `onStart`. */
  where: "locust.where",
  check: "locust.check",
  outcome: "outcome",
  measure: "locust.measure",
  worker: "locust.worker",
} as const;

/** Returns the attributes of rows in a set. */
export function rowAttributesOf(names: NameSet): RowAttributes {
  return ROW_ATTRIBUTES[names];
}

/** Returns the metrics of a set, in the order in which they are exported. */
export function metricsOf(names: NameSet): Readonly<Record<MetricKey, MetricDefinition>> {
  const { row, method, status } = ROW_ATTRIBUTES[names];
  const { userClass, inTotal, errorType, where, check, outcome, measure, worker } = ATTRIBUTES;
  const ofRow = [row, method, userClass, inTotal];
  const isStandard = names === "standard";
  return {
    duration: {
      ...{ name: isStandard ? "http.client.request.duration" : "locust.client.duration", kind: "histogram", unit: "s" },
      description: "Time of requests until the last byte, in the open model from the schedule; failed ones by error",
      attributes: [...ofRow, errorType, ...(isStandard ? [] : ["otel.status_code"])],
    },
    requests: {
      ...{ name: "locust.requests", kind: "counter", unit: "{request}" },
      description: "Requests by status code; without one if there was no response, or a code outside 100–599",
      attributes: [...ofRow, status],
    },
    failures: {
      ...{ name: "locust.failures", kind: "counter", unit: "{request}" },
      description: "Failed requests by error: a status code, or the message in the table of errors",
      attributes: [...ofRow, errorType],
    },
    errors: {
      ...{ name: "locust.errors", kind: "counter", unit: "{error}" },
      description: "Errors of user code outside a request, by place",
      attributes: [where, userClass, errorType],
    },
    received: {
      ...{ name: "locust.received", kind: "counter", unit: "By" },
      description: "Bytes received for requests, heads included",
      attributes: ofRow,
    },
    users: {
      ...{ name: isStandard ? "locust.users" : "locust.current_users", kind: "gauge", unit: "{user}" },
      description: "Users running",
      attributes: [],
    },
    targetUsers: {
      ...{ name: "locust.users.target", kind: "gauge", unit: "{user}" },
      description: "Users planned for now",
      attributes: [],
    },
    iterations: {
      ...{ name: "locust.iterations", kind: "counter", unit: "{iteration}" },
      description: "Iterations that ended",
      attributes: [],
    },
    arrivalsStarted: {
      ...{ name: "locust.arrivals.started", kind: "counter", unit: "{iteration}" },
      description: "In the open model, iterations that were started",
      attributes: [],
    },
    arrivalsLate: {
      ...{ name: "locust.arrivals.late", kind: "counter", unit: "{iteration}" },
      description: "In the open model, iterations that had to wait for a free user",
      attributes: [],
    },
    arrivalsDropped: {
      ...{ name: "locust.arrivals.dropped", kind: "counter", unit: "{iteration}" },
      description: "In the open model, iterations that never started because no user was free in time",
      attributes: [],
    },
    checks: {
      ...{ name: "locust.checks", kind: "counter", unit: "{check}" },
      description: "Checks of the script; the outcome is passed or failed",
      attributes: [check, outcome],
    },
    measure: {
      ...{ name: "locust.measure", kind: "histogram", unit: "1" },
      description: "Numbers that the script measured",
      attributes: [measure],
    },
    measureDuration: {
      ...{ name: "locust.measure.duration", kind: "histogram", unit: "s" },
      description: "Times that the script measured",
      attributes: [measure],
    },
    workerBusy: {
      ...{ name: "locust.worker.busy", kind: "gauge", unit: "1" },
      description: "Share of the time that a worker ran on a core or waited for one, 0–1",
      attributes: [worker],
    },
  };
}
