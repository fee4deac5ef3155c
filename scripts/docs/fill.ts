// Fills in the parts of the pages that come from the code, so that both say the same.
//
//   deno task docs:fill
//
// `<!-- generated: options -->` … `<!-- end -->` holds tables made here; `<!-- file: examples/x.ts -->` is followed by a
// code block with that file.

import { defaultText, OPTION_KEYS } from "../../lib/engine/options/resolve_options.ts";
import { type Flag, longNames, takesValue, variableOf } from "../../lib/cli/flags/flag.ts";
import { FLAGS } from "../../lib/cli/flags/flags.ts";
import { type MetricKey, metricsOf } from "../../lib/telemetry/metrics.ts";
import { type Variable, VARIABLES } from "../../lib/telemetry/settings/variables.ts";
import { ROOMS } from "../../tests/helpers/rooms.ts";
import { labelName, seriesName } from "../../lib/telemetry/prometheus/families.ts";
import { listPages, read, ROOT } from "./pages.ts";

const GENERATED = /(<!-- generated: (\w+) -->\n)[^]*?(<!-- end -->)/g;
const FILE = /(<!-- file: (\S+) -->\n\n)```ts\n[^]*?^```/gm;

const TABLES: Readonly<Record<string, () => string>> = {
  options: optionTables,
  rooms: roomTable,
  prometheus: prometheusTable,
  metrics: metricTable,
  variables: variableTable,
};

/** Returns a page with its generated parts as they should be. */
export function filled(markdown: string): string {
  return markdown
    .replaceAll(GENERATED, (_, start, name, end) => `${start}\n${TABLES[name]!()}\n${end}`)
    .replaceAll(FILE, (_, start, path) => `${start}\`\`\`ts\n${read(path)}\`\`\``);
}

function optionTables(): string {
  const groups = Map.groupBy(FLAGS, (flag) => flag.group);
  return [...groups].map(([group, flags]) => {
    const rows = flags.map((flag) => [flagCell(flag), meaningCell(flag), defaultCell(flag), variableCell(flag)]);
    return `## ${group}\n\n${table(["option", "meaning", "default", "variable"], rows)}`;
  }).join("\n");
}

function flagCell(flag: Flag): string {
  const value = takesValue(flag) ? ` <${flag.value ?? "value"}>` : "";
  const names = [
    ...(flag.short === undefined ? [] : [`-${flag.short}`]),
    ...longNames(flag).map((long) => `--${long}`),
  ];
  return names.map((name, index) => `\`${name}${index === names.length - 1 ? value : ""}\``).join(", ");
}

function meaningCell(flag: Flag): string {
  return flag.kind === "repeatable" ? `${flag.help}; repeatable, in the variable one per line` : flag.help;
}

function defaultCell(flag: Flag): string {
  const key = OPTION_KEYS.find((one) => one === flag.key);
  return key === undefined ? "" : defaultText(key);
}

function variableCell(flag: Flag): string {
  return flag.kind === "action" ? "" : longNames(flag).map((long) => `\`${variableOf(long)}\``).join(", ");
}

function roomTable(): string {
  const short = (room: string) => `\`${room.replace("lib/", "")}\``;
  const rows = Object.entries(ROOMS).map(([room, imports]) => [
    `[${short(room)}](../${room}/README.md)`,
    firstSentence(read(`${room}/README.md`)),
    imports.map(short).join(", ") || "nothing",
  ]);
  return table(["room", "what lives there", "may import"], rows);
}

function metricTable(): string {
  const aiolocust = Object.values(metricsOf("aiolocust"));
  const rows = Object.values(metricsOf("standard")).map(({ name, kind, unit, attributes, description }, at) => {
    const other = aiolocust[at]!.name;
    const names = other === name ? `\`${name}\`` : `\`${name}\`, or \`${other}\``;
    return [names, kind, `\`${unit}\``, attributes.map((one) => `\`${one}\``).join(", "), description];
  });
  return table(["metric", "kind", "unit", "attributes", "what it is"], rows);
}

function variableTable(): string {
  const rows = Object.values(VARIABLES as Record<string, Variable>).map(({ name, meaning, fallback, isPerSignal }) => [
    `\`${name}\`${isPerSignal ? " †" : ""}`,
    meaning,
    fallback,
  ]);
  return table(["variable", "meaning", "default"], rows);
}

/** Returns the first sentence of a room's README, below its title. */
function firstSentence(readme: string): string {
  const paragraph = readme.split("\n\n")[1]!.replaceAll("\n", " ");
  return /^.*?\.(?=\s+[A-Z`]|$)/.exec(paragraph)![0].replace(/\.$/, "");
}

function prometheusTable(): string {
  const [standard, aiolocust] = [metricsOf("standard"), metricsOf("aiolocust")];
  const rows = (Object.keys(standard) as MetricKey[]).map((key) => {
    const metric = standard[key];
    const labels = metric.attributes.map((attribute) => `\`${labelName(attribute)}\``).join(", ");
    const names = new Set([seriesName(metric), seriesName(aiolocust[key])]);
    return [[...names].map((name) => `\`${name}\``).join("; "), metric.kind, labels, metric.description];
  });
  return table(["metric", "kind", "labels", "what it says"], rows);
}

/** Returns a table as `deno fmt` has it. */
function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [titles, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = titles.map((_, column) => Math.max(3, ...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) => `| ${row.map((cell, at) => cell.padEnd(widths[at]!)).join(" | ")} |\n`;
  const rule = line(widths.map((width) => "-".repeat(width)));
  return [line(cells[0]!), rule, ...cells.slice(1).map(line)].join("");
}

if (import.meta.main) {
  for (const { file } of listPages()) Deno.writeTextFileSync(`${ROOT}docs/${file}`, filled(read(`docs/${file}`)));
}
