/**
 * The style of a report, on light and dark screens and on paper.
 *
 * @module
 */

/** Style sheet. */
export const STYLE = `
:root { color-scheme: light dark; --back: #fff; --text: #1d2733; --soft: #5d6b7a; --line: #d9e0e7; --card: #f5f7f9;
  --bad: #c0392b; }
@media screen and (prefers-color-scheme: dark) {
  :root { --back: #14191f; --text: #e3e8ee; --soft: #95a3b3; --line: #2e3843; --card: #1c232b; --bad: #ff7b6b; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1120px; padding: 24px; background: var(--back); color: var(--text);
  font: 14px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 22px; margin: 0 0 2px; overflow-wrap: anywhere; }
h2 { font-size: 16px; margin: 32px 0 8px; }
p { margin: 0 0 4px; color: var(--soft); }
.bad { color: var(--bad); }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 10px; margin: 16px 0; }
.tile { background: var(--card); border-radius: 8px; padding: 10px 14px; min-width: 0; }
.tile b { display: block; font-size: 19px; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.tile span { color: var(--soft); font-size: 12px; }
.charts { display: grid; grid-template-columns: 1fr 1fr; gap: 16px; }
.chart { background: var(--card); border-radius: 8px; padding: 10px 8px 6px; min-width: 0; }
.chart h3 { margin: 0 6px 4px; font-size: 13px; font-weight: 600; }
.u-legend { font-size: 12px; }
.u-legend th, .u-legend td { border: 0; padding: 1px 4px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 5px 10px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top;
  overflow-wrap: break-word; }
.t { min-width: 18ch; overflow-wrap: anywhere; }
tr.bad td:first-child { color: var(--bad); font-weight: 600; }
th.n, td.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
thead th { border-bottom-width: 2px; white-space: nowrap; }
thead th.n { cursor: pointer; }
tfoot td { font-weight: 600; border-bottom: 0; border-top: 2px solid var(--line); }
details { border-bottom: 1px solid var(--line); padding: 5px 0; }
summary { cursor: pointer; overflow-wrap: anywhere; }
pre { background: var(--card); border-radius: 8px; padding: 10px 14px; margin: 6px 0; white-space: pre-wrap;
  overflow-wrap: anywhere; font-size: 12px; }
footer { margin-top: 32px; color: var(--soft); font-size: 12px; }
@media screen and (max-width: 760px) {
  body { padding: 16px; }
  .charts { grid-template-columns: 1fr; }
  .tiles { grid-template-columns: 1fr 1fr; }
}
@media print {
  :root { color-scheme: light; }
  body { max-width: none; padding: 0; font-size: 11px; }
  h2 { break-after: avoid; }
  .chart, .tile, tr { break-inside: avoid; }
  .chart, .tile { background: none; border: 1px solid var(--line); }
  .scroll { overflow: visible; }
  .scroll table { font-size: 9px; }
  .scroll th, .scroll td { padding: 3px 6px 3px 0; }
  tfoot { display: table-row-group; }
  .uplot, .u-wrap { width: 100% !important; height: auto !important; }
  .u-wrap canvas { height: auto; }
  .u-over, .u-under, .u-axis, .u-value, .u-legend .u-series:first-child { display: none; }
  .u-legend th::after { content: none !important; }
}
`;
