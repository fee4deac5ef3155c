// install.sh against a local file server, with a fake `uname` where it matters.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { run } from "../helpers/processes/command.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const isUnix = Deno.build.os !== "windows";

/** Serves a release whose binary is a script, for one target. */
async function release(target: string, damage: "none" | "archive" | "sums" | "missing" = "none") {
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(`${folder}/${target}`);
  await Deno.writeTextFile(`${folder}/${target}/locust`, "#!/bin/sh\necho locust 9.9.9\n");
  const packed = await run(["sh", `${ROOT}scripts/archive.sh`, folder]);
  assert(packed.success, packed.stderr);
  if (damage === "archive") await Deno.writeTextFile(`${folder}/locust-${target}.tar.gz`, "x", { append: true });
  if (damage === "sums") await Deno.writeTextFile(`${folder}/SHA256SUMS`, "");
  if (damage === "missing") await Deno.remove(`${folder}/locust-${target}.tar.gz`);
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    try {
      return new Response(await Deno.readFile(folder + new URL(request.url).pathname));
    } catch {
      return new Response(null, { status: 404 });
    }
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    folder,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Runs install.sh on a system that claims to be the given one. */
async function install(url: string, folder: string, system: string, machine: string) {
  const bin = `${folder}/fake-bin`;
  await Deno.mkdir(bin, { recursive: true });
  await Deno.writeTextFile(`${bin}/uname`, `#!/bin/sh\ncase $1 in -s) echo ${system} ;; -m) echo ${machine} ;; esac\n`);
  await Deno.chmod(`${bin}/uname`, 0o755);
  const env = {
    LOCUST_DOWNLOAD_URL: url,
    LOCUST_INSTALL: `${folder}/home/bin`,
    PATH: `${bin}:${Deno.env.get("PATH")}`,
  };
  const result = await run(["sh", `${ROOT}install.sh`], env);
  const installed = await Deno.stat(`${folder}/home/bin/locust`).then(() => true, () => false);
  return { ...result, installed };
}

const ignore = !isUnix;
for (
  const [system, machine, target] of [
    ["Linux", "x86_64", "x86_64-unknown-linux-gnu"],
    ["Linux", "aarch64", "aarch64-unknown-linux-gnu"],
    ["Darwin", "arm64", "aarch64-apple-darwin"],
    ["Darwin", "x86_64", "x86_64-apple-darwin"],
  ] as const
) {
  Deno.test({
    name: `install.sh on ${system} ${machine} installs ${target}`,
    ignore,
    fn: async () => {
      await using files = await release(target);
      const { success, stdout, stderr, installed } = await install(files.url, files.folder, system, machine);
      assert(success && installed, stderr);
      assertMatch(stdout, /^Installed locust 9\.9\.9 as .*\/home\/bin\/locust\nAdd it to your PATH: /);
    },
  });
}

for (
  const [damage, message] of [
    [
      "archive",
      /^locust: .*tar\.gz has the SHA-256 sum [0-9a-f]{64}, expected [0-9a-f]{64}\nhint: nothing was installed/,
    ],
    ["sums", /^locust: SHA256SUMS has no line for locust-x86_64-unknown-linux-gnu\.tar\.gz\n/],
    ["missing", /locust: cannot download http:.*\.tar\.gz\nhint: with Deno/],
  ] as const
) {
  Deno.test({
    name: `install.sh installs nothing if the ${damage} is wrong`,
    ignore,
    fn: async () => {
      await using files = await release("x86_64-unknown-linux-gnu", damage);
      const { success, stderr, installed } = await install(files.url, files.folder, "Linux", "x86_64");
      assertEquals([success, installed], [false, false]);
      assertMatch(stderr, message);
    },
  });
}

for (
  const [system, machine, message] of [
    ["FreeBSD", "amd64", /^locust: there is no binary for FreeBSD on amd64\nhint: with Deno/],
    ["Linux", "riscv64", /^locust: there is no binary for Linux on riscv64\n/],
    ["MINGW64_NT-10.0", "x86_64", /^locust: this script is not for Windows\nhint: download .*windows-msvc\.zip/],
  ] as const
) {
  Deno.test({
    name: `install.sh refuses ${system} ${machine}`,
    ignore,
    fn: async () => {
      const folder = await Deno.makeTempDir();
      const { success, stderr, installed } = await install("http://127.0.0.1:1", folder, system, machine);
      await Deno.remove(folder, { recursive: true });
      assertEquals([success, installed], [false, false]);
      assertMatch(stderr, message);
    },
  });
}

const hasShellcheck = (await run(["sh", "-c", "command -v shellcheck"])).success;
Deno.test({
  name: `shell scripts are clean for shellcheck${hasShellcheck ? "" : " (skipped: no shellcheck here)"}`,
  ignore: !hasShellcheck,
  fn: async () => {
    const scripts = ["install.sh", "scripts/compile.sh", "scripts/archive.sh", ".ci/run"].map((name) => ROOT + name);
    const { success, stdout } = await run(["shellcheck", ...scripts]);
    assert(success, stdout);
  },
});
