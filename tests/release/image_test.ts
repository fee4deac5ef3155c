// The steps of the Dockerfile in a separate folder, as a user without any other write permission. FROM and COPY are not
// tested, and the stand-ins replace the JSR packages, which not every network reaches.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { run } from "../helpers/processes/command.ts";
import { BINARY, compilerEnv, programTest } from "../helpers/processes/programs.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Files that the build sees: those that .dockerignore does not exclude. */
function contextFiles(): string[] {
  const lines = Deno.readTextFileSync(`${ROOT}.dockerignore`).trim().split("\n");
  assertEquals(lines[0], "*");
  return lines.slice(1).map((line) => line.replace(/^!/, ""));
}

const isRoot = Deno.build.os === "linux" && Deno.uid() === 0;
const missing = BINARY.missing ?? (isRoot ? null : "becoming another user needs root");

programTest("scripts/compile.sh builds the image's binary as an unprivileged user", BINARY, async () => {
  const folder = await Deno.makeTempDir({ prefix: "locust image " });
  try {
    await run(["cp", "-R", ...[...contextFiles(), "links"].map((name) => ROOT + name), folder]);
    const env = await compilerEnv();
    // The compiler may be in a folder that only root can read.
    for (const name of ["DENO", "DENORT_BIN"]) {
      if (!env[name]) continue;
      await Deno.copyFile(env[name], `${folder}/${name}`);
      env[name] = `${folder}/${name}`;
    }
    await run([
      "sh",
      "-c",
      `chmod -R a+rX "$1" && mkdir "$1/out" "$1/home" && chown 65534:65534 "$1/out" "$1/home"`,
      "sh",
      folder,
    ]);
    const output = await new Deno.Command("sh", {
      args: [`${folder}/scripts/compile.sh`, "--output", `${folder}/out/locust`],
      cwd: "/",
      env: { ...env, HOME: `${folder}/home`, DENO_DIR: `${folder}/home/deno` },
      uid: 65534,
      gid: 65534,
    }).output();
    assert(output.success, new TextDecoder().decode(output.stderr));
    assertMatch((await run([`${folder}/out/locust`, "--version"])).stdout, /^locust \d/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}, missing);

Deno.test("the Dockerfile builds by the script and does not run as root", () => {
  const lines = Deno.readTextFileSync(`${ROOT}Dockerfile`).split("\n");
  assert(
    lines.includes(
      "RUN deno run --no-config -A scripts/without_links.ts && sh scripts/compile.sh --output /out/locust",
    ),
  );
  assert(lines.indexOf("USER locust") < lines.indexOf('ENTRYPOINT ["locust"]') && lines.includes("USER locust"));
});
