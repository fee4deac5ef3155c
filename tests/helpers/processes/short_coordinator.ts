// A coordinator that a test can kill: one user on one agent. Arguments: URL of NATS, URL to request, milliseconds of
// silence after which an agent is lost.

import { runOnMachines } from "../runs/machines.ts";

const [nats, url, lostAfterMs] = Deno.args;
const options = { url: url!, users: 4, duration: 60 };
const { result } = await runOnMachines(nats!, options, { machines: 1, lostAfterMs: Number(lostAfterMs) });
await result;
