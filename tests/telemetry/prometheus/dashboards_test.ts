import { assert, assertEquals } from "@std/assert";
import { dashboardFile, DASHBOARDS } from "../../../scripts/grafana.ts";
import { metricsOf, NAME_SETS } from "../../../lib/telemetry/metrics.ts";
import { labelName, seriesName } from "../../../lib/telemetry/prometheus/families.ts";

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
  readonly templating: { readonly list: readonly { readonly query: string | { readonly query: string } }[] };
}

/** Returns all queries of a dashboard, those of its variables included. */
function queriesOf({ panels, templating }: Dashboard): string[] {
  const ofVariables = templating.list.flatMap(({ query }) => typeof query === "string" ? [] : [query.query]);
  return [...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)), ...ofVariables];
}

for (const names of NAME_SETS) {
  const path = DASHBOARDS[names];
  const text = Deno.readTextFileSync(new URL(`../../../${path}`, import.meta.url));

  Deno.test(`${path} names only metrics and labels that are exported`, () => {
    const metrics = Object.values(metricsOf(names));
    const series = new Set(metrics.flatMap((metric) => [seriesName(metric), `${seriesName(metric)}_bucket`]));
    const labels = new Set(["job", "instance", "le", ...metrics.flatMap((one) => one.attributes.map(labelName))]);
    const queries = queriesOf(JSON.parse(text));
    assert(queries.length > 15);
    for (const query of queries) {
      const bare = query.replaceAll(/"[^"]*"/g, '""');
      const used = [...bare.matchAll(/\b([a-z]\w*)(?=\{)/g), ...bare.matchAll(/label_values\((\w+),/g)];
      assert(used.length > 0, query);
      assertEquals(used.map((match) => match[1]!).filter((name) => !series.has(name)), [], query);
      const inside = [...bare.matchAll(/\{([^}]*)\}/g)].flatMap((match) => match[1]!.split(", "));
      const grouped = [...bare.matchAll(/\bby \(([^)]*)\)/g)].flatMap((match) => match[1]!.split(", "));
      const mentioned = [...inside.map((matcher) => matcher.replace(/[=~!].*/, "")), ...grouped];
      assertEquals(mentioned.filter((label) => !labels.has(label)), [], query);
    }
  });

  Deno.test(`${path} is what scripts/grafana.ts makes (otherwise run: deno run -A scripts/grafana.ts)`, () => {
    assertEquals(JSON.parse(text), JSON.parse(dashboardFile(names)));
  });
}
