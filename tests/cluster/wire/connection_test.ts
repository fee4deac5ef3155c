import { assertEquals } from "@std/assert";
import { closeNats, connectNats, networkOf } from "../../../lib/cluster/wire/connection.ts";
import { Nats, NATS_MISSING } from "../../helpers/processes/cluster.ts";
import { skippableTest } from "../../helpers/skippable.ts";

skippableTest(
  "networkOf() gives payloads with memory of their own, not parts of the client's",
  NATS_MISSING,
  async () => {
    await using nats = await Nats.start();
    const connection = await connectNats({ url: nats.url });
    const network = networkOf(connection);
    const seen: Uint8Array[] = [];
    network.serve("numbers", (payload) => {
      seen.push(payload);
      return payload;
    });
    const numbers = Array.from({ length: 20 }, (_, index) => new Uint8Array(new Float64Array([index / 7]).buffer));
    const answers = await Promise.all(numbers.map((one) => network.request("numbers", one, { timeout: 5000 })));
    for (const payload of [...seen, ...answers]) assertEquals([payload.byteOffset, payload.buffer.byteLength], [0, 8]);
    assertEquals(answers, numbers);
    await closeNats(connection);
  },
);
