// The main job, with nothing to set up: starts a small server on loopback and puts 100 users on it for 10 seconds.
//
//   deno task demo

import { main } from "../lib/cli/app.ts";
import { denoProcess } from "../lib/cli/process.ts";

const server = new Worker(new URL("./demo_server.ts", import.meta.url), { type: "module" });
const url = await new Promise<string>((resolve) => server.onmessage = (event) => resolve(event.data));
const locustfile = new URL("./locustfile.ts", import.meta.url).href;
const options = Deno.args.length > 0 ? Deno.args : ["--users", "100", "--duration", "10"];
await main({ ...denoProcess(), args: [locustfile, "--host", url, ...options] });
