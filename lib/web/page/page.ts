/**
 * The live page as one HTML document that needs nothing else.
 *
 * @module
 */

import { BYTE_UNITS, formatBytes, formatElapsed, formatMs, formatPercent, formatRate } from "../../core/units.ts";
import { CHART_SOURCE, sourceOf } from "../../report/html/chart_client.ts";
import { STYLE } from "../../report/html/style.ts";
import uplot from "../../report/html/uplot.json" with { type: "json" };
import type { PagePercentiles } from "../protocol.ts";
import * as charts from "./charts_client.ts";
import * as dom from "./dom_client.ts";
import * as form from "./form_client.ts";
import * as main from "./main_client.ts";
import * as panels from "./panels_client.ts";
import * as rows from "./rows_client.ts";
import * as state from "./state_client.ts";
import { PAGE_STYLE } from "./style.ts";

/** What the tables and charts are formatted with, as on the command line. */
const FORMATS = { formatElapsed, formatMs, formatPercent, formatRate, formatBytes };

const TILES = [
  ["count", "requests"],
  ["failures", "failures"],
  ["rate", "requests per second"],
  ["mean", "average"],
  ["p50", "p50"],
  ["p95", "p95"],
  ["p99", "p99"],
  ["max", "max"],
] as const;

const CHARTS = [
  ["rate", "Requests per second"],
  ["times", "Response times"],
  ["users", "Users"],
  ["failures", "Failures per second"],
] as const;

const chart = ([id, name]: readonly [string, string]) =>
  `<div class="chart"><h3>${name}</h3><div id="chart-${id}"></div></div>`;

/** A part that is hidden while there is nothing in it. */
const part = (id: string, name: string) =>
  `<section id="${id}-part" hidden><h2>${name}</h2><div id="${id}"></div></section>`;

let script: string | null = null;

/** Returns the page's script, put together once. */
function pageScript(): string {
  const parts = { ...FORMATS, ...dom, ...state, ...rows, ...panels, ...charts, ...form, ...main };
  return script ??= `"use strict";
${CHART_SOURCE}
${sourceOf({ BYTE_UNITS, ...parts })}
`;
}

/** Returns the document; its scripts and styles carry the nonce of the policy that it is sent with. */
export function pageDocument(nonce: string, { offered, shown }: PagePercentiles): string {
  const places = shown.map((percentile) => offered.indexOf(percentile));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>locust</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${uplot.css}${STYLE}${PAGE_STYLE}</style>
</head>
<body>
<header>
<h1 id="subject">locust</h1>
<span id="clock"></span>
<span id="users-now"></span>
<span id="phase" class="badge" role="status" aria-live="polite">Connecting</span>
</header>
<main>
<progress id="progress" max="1" value="0" aria-label="Progress of the run" hidden></progress>
<p id="reason"></p>
<p id="offline" class="bad" role="alert" hidden>The connection to locust is lost; trying again.</p>
<p id="action-problem" class="bad" role="alert"></p>
<div id="warnings" role="alert"></div>
<div class="bar">
<span class="group"><button id="pause" type="button" data-running disabled>Pause</button>
<button id="stop" type="button" data-running disabled>Stop</button>
<button id="interrupt" type="button" data-running disabled>Stop at once</button></span>
<form id="set-users" class="group"><button id="fewer" type="button" aria-label="One user less" data-running disabled>−1</button>
<button id="more" type="button" aria-label="One user more" data-running disabled>+1</button>
<label for="users-input">Users</label><input id="users-input" class="short" inputmode="numeric" required>
<button data-running disabled>Set</button></form>
<form id="rate-control" hidden><label for="rate-input">Arrival rate</label>
<input id="rate-input" class="short" inputmode="decimal" required><button data-running disabled>Set</button></form>
<form id="note-form"><label for="note-input">Note</label><input id="note-input" maxlength="200" required placeholder="deployed v2">
<button data-running disabled>Add</button></form>
</div>
<details id="form-part"><summary>New run</summary>
<form id="form" novalidate><div id="fields"></div>
<div id="preview" hidden></div>
<p id="form-problem" class="bad" role="alert"></p>
<button id="start" class="main">Start</button></form></details>
<div id="run" hidden>
<div class="tiles">${
    TILES.map(([id, name]) =>
      `<div class="tile"><b id="tile-${id}">–</b><span id="tile-${id}-name">${name}</span></div>`
    )
      .join("")
  }</div>
<div class="heading"><h2 id="charts-heading">Charts: <span id="chart-subject">Total</span></h2>
<button id="chart-total" class="link" type="button" hidden>Show the total</button>
<fieldset id="percentiles"><legend class="hidden">Percentiles</legend></fieldset></div>
<div class="charts">${CHARTS.map(chart).join("")}<div id="arrivals" class="chart" hidden>
<h3>Arrivals late and dropped</h3><div id="chart-arrivals"></div></div></div>
<div class="heading"><h2>Requests</h2><label class="group">Filter <input id="filter" type="search"></label></div>
<div class="scroll" tabindex="0" role="region" aria-label="Requests"><table id="rows"></table></div>
${part("comparison", "Compared with earlier runs")}
${part("values", "Checks and measures")}
${part("errors", "Errors")}
${part("machines", "Machines")}
<div class="two">${part("thresholds", "Thresholds")}${part("workers", "Workers")}</div>
${part("notes", "Notes")}
<section id="log-part" hidden><h2>Log</h2><pre id="log" tabindex="0" role="log" aria-label="Log"></pre></section>
</div>
${part("runs", "Runs")}
</main>
<footer>locust <span id="version"></span>. Times are from the start of a request (with an arrival rate, from the instant it was
scheduled for) to the last byte of its answer. Counts are so far; rates are of the last second, and after the end the mean. Rows with * are not in Total.</footer>
<script nonce="${nonce}">${uplot.js}</script>
<script nonce="${nonce}">${pageScript()}const page = emptyPage(${JSON.stringify(offered)}, ${JSON.stringify(places)});
void begin();
</script>
</body>
</html>
`;
}
