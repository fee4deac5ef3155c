// Removes the stand-ins from deno.json, so that the real JSR packages are used: for releases, images and half of CI.

const path = new URL("../deno.json", import.meta.url);
const config = JSON.parse(Deno.readTextFileSync(path));
delete config.links;
Deno.writeTextFileSync(path, `${JSON.stringify(config, null, 2)}\n`);
try {
  Deno.removeSync(new URL("../deno.lock", import.meta.url)); // it names the stand-ins
} catch (error) {
  if (!(error instanceof Deno.errors.NotFound)) throw error; // an image is built without it
}
