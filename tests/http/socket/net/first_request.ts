// Prints how long the first request of a process takes, in milliseconds; `prepare_tls_test.ts` runs it.
// usage: first_request.ts URL prepared|unprepared socket|fetch [CA]

import { createTransport, prepareTransports } from "../../../../lib/http/transports.ts";
import type { TransportName } from "../../../../lib/http/transport.ts";

const [url, how, name, ca] = Deno.args as [string, string, TransportName, string | undefined];
if (how === "prepared") await prepareTransports([url], 1);
const transport = createTransport(name, ca === undefined ? { insecure: true } : { caCerts: [ca] }, null);
let startMs = 0;
transport.send({ method: "GET", url: new URL(url), headers: [], body: null }, {
  onStart: (atMs) => startMs = atMs,
  onSent() {},
  onResponse(response) {
    Deno.stdout.writeSync(new TextEncoder().encode(String(response.lastByteMs - startMs)));
    Deno.exit(0);
  },
  onError(error) {
    throw error;
  },
});
