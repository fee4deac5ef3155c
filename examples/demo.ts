// The main job without any setup: starts a small server on loopback and puts 100 users on it for 10 seconds.
//
//   deno task demo

import { main } from "../lib/cli/app.ts";
import { denoProcess, type ProcessState } from "../lib/cli/process.ts";

const server = new Worker(new URL("./demo_server.ts", import.meta.url), { type: "module" });
const url = await new Promise<string>((resolve) => server.onmessage = (event) => resolve(event.data));
const locustfile = new URL("./locustfile.ts", import.meta.url).href;
const options = Deno.args.length > 0 ? Deno.args : ["--users", "100", "--duration", "10"];

const process = denoProcess();
const demo: ProcessState = {
  ...process,
  args: [locustfile, "--host", url, ...options],
  exit(code) {
    const output = options.includes("-") ? process.stderr : process.stdout; // results have stdout for themselves
    output.write(`
 Server: examples/demo_server.ts at ${url}, in this process
 Script: examples/locustfile.ts, which each user runs again and again
 Next:   deno task demo -u 500 -r 50 -d 20, then deno run -A main.ts init
`);
    process.exit(code);
  },
};
await main(demo);
