// Creates uplot.json, the plotting library embedded in reports, from the folder of its unpacked npm package:
//
//   npm pack uplot@1.6.32 && tar xzf uplot-*.tgz && deno run -A lib/report/html/make_uplot.ts package

const folder = Deno.args[0] ?? "package";
const read = (path: string) => Deno.readTextFileSync(`${folder}/${path}`).trim();
const { version, license } = JSON.parse(read("package.json"));
const assets = {
  name: `uPlot ${version}, ${license} License, Copyright (c) Leon Sorokin, https://github.com/leeoniya/uPlot`,
  js: read("dist/uPlot.iife.min.js"),
  css: read("dist/uPlot.min.css"),
};
Deno.writeTextFileSync(new URL("./uplot.json", import.meta.url), `${JSON.stringify(assets, null, 2)}\n`);
