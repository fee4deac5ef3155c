// Takes the stand-ins out of deno.json, so that the real JSR packages are used: run by CI on a checkout of its own.

const path = new URL("../deno.json", import.meta.url);
const config = JSON.parse(Deno.readTextFileSync(path));
delete config.links;
Deno.writeTextFileSync(path, `${JSON.stringify(config, null, 2)}\n`);
// The lock file names the stand-ins.
Deno.removeSync(new URL("../deno.lock", import.meta.url));
