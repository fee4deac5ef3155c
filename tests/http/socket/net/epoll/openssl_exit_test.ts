import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { openSsl } from "../../../../../lib/http/socket/net/epoll/openssl.ts";
import { run } from "../../../../helpers/processes/command.ts";
import { skippableTest } from "../../../../helpers/skippable.ts";

const OPENSSL = new URL("../../../../../lib/http/socket/net/epoll/openssl.ts", import.meta.url).href;
const CONFIG = fileURLToPath(new URL("../../../../../deno.json", import.meta.url));
/** With OpenSSL's own cleanup, nine of ten such exits crashed. */
const ENDS = 5;

const WORKER = `import { openSsl } from "${OPENSSL}";
  const { calls, context } = openSsl();
  self.postMessage("ready");
  for (;;) {
    const session = calls.SSL_new(context);
    calls.SSL_connect(session);
    calls.ERR_clear_error();
    calls.SSL_free(session);
  }`;
const MAIN = `let ready = 0;
  for (let made = 0; made < 2; made++) {
    const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    worker.onmessage = () => ++ready === 2 && setTimeout(() => Deno.exit(7), 30);
  }`;

skippableTest(
  "a process that ends while its workers encrypt does not crash",
  openSsl() === null ? "no OpenSSL that can be called here" : null,
  async () => {
    const folder = await Deno.makeTempDir();
    await Deno.writeTextFile(`${folder}/worker.js`, WORKER);
    await Deno.writeTextFile(`${folder}/main.js`, MAIN);
    const command = [Deno.execPath(), "run", "-A", "--no-check", "--config", CONFIG, `${folder}/main.js`];
    for (let end = 0; end < ENDS; end++) {
      const { code, signal, stderr } = await run(command);
      assertEquals([code, signal, stderr], [7, null, ""]);
    }
    await Deno.remove(folder, { recursive: true });
  },
);
