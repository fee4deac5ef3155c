/**
 * The look of the page, beside that of a report.
 *
 * @module
 */

/** Style sheet. */
export const PAGE_STYLE = `
:root { --accent: #1f6feb; --on-accent: #fff; --good: #1a7f37; --field: #fff; --soft: #56636f; }
@media screen and (prefers-color-scheme: dark) {
  :root { --accent: #4c8dff; --on-accent: #0b1016; --good: #4cc38a; --field: #10151a; --soft: #a3b0bd; }
}
[hidden] { display: none !important; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.good { color: var(--good); }
body { max-width: 1280px; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 14px; }
header h1 { margin: 0; flex: 1 1 240px; min-width: 0; }
.badge { border-radius: 99px; padding: 3px 12px; background: var(--card); border: 1px solid var(--line); font-weight: 600; }
.badge.running { border-color: var(--good); color: var(--good); }
.badge.failed { border-color: var(--bad); color: var(--bad); }
#clock { font-variant-numeric: tabular-nums; }
progress { width: 100%; height: 6px; margin: 10px 0 0; accent-color: var(--accent); }
.bar { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: center; margin: 14px 0 4px; }
.bar form, .group { display: flex; gap: 6px; align-items: center; }
button, input, textarea { font: inherit; color: inherit; border-radius: 6px; border: 1px solid var(--line); background: var(--field);
  padding: 5px 10px; min-width: 0; }
input, textarea { border-color: var(--soft); }
button { cursor: pointer; background: var(--card); }
button:hover:enabled { border-color: var(--accent); }
button:disabled { opacity: .5; cursor: default; }
button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
button.link, button.sort { border: 0; background: none; padding: 0; text-align: inherit; overflow-wrap: anywhere; }
button.link { color: var(--accent); }
button.link:hover { text-decoration: underline; }
button.sort { font-weight: 600; white-space: nowrap; }
th[aria-sort="ascending"] button::after { content: " ↑"; }
th[aria-sort="descending"] button::after { content: " ↓"; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
a { color: var(--accent); }
.links { display: inline-flex; gap: 12px; }
.short { width: 6em; }
details { background: var(--card); border-radius: 8px; padding: 10px 14px; margin: 14px 0; }
summary { cursor: pointer; font-weight: 600; }
#fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(190px, 1fr)); gap: 12px 16px; margin: 12px 0; }
.field { display: flex; flex-direction: column; gap: 3px; }
.field.wide { grid-column: 1 / -1; }
.field > label { font-weight: 600; }
.field small { color: var(--soft); }
.field small.bad { color: var(--bad); }
[aria-invalid="true"] { border-color: var(--bad); }
#stages { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 4px; }
.stage { display: inline-flex; gap: 4px; align-items: center; }
.stage input { width: 5.5em; }
#preview { height: 150px; }
#log { max-height: 240px; overflow: auto; background: var(--card); border-radius: 8px; padding: 10px 14px; margin: 0;
  font: 12px/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.heading { display: flex; flex-wrap: wrap; gap: 6px 16px; align-items: baseline; margin: 28px 0 8px; }
.heading h2 { margin: 0; }
#percentiles, .boxes { display: inline-flex; flex-wrap: wrap; gap: 2px 10px; border: 0; padding: 0; margin: 0; }
#percentiles label, .boxes label { display: inline-flex; gap: 3px; align-items: center; }
#rows td.bad { color: var(--bad); }
.chart { min-height: 270px; }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 0 24px; }
@media (max-width: 760px) {
  .two { grid-template-columns: 1fr; }
  body { padding: 12px; }
}
@media (prefers-reduced-motion: reduce) { * { scroll-behavior: auto !important; transition: none !important; } }
`;
