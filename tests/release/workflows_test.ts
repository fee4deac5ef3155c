// What can be checked about the workflows without running them.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { parse } from "npm:yaml@2.8.1";

const ROOT = new URL("../../", import.meta.url);

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Workflow {
  readonly permissions: Record<string, string>;
  readonly concurrency: unknown;
  readonly jobs: Record<string, { readonly "timeout-minutes": number; readonly steps: readonly Step[] }>;
}

const read = (name: string): Workflow => parse(Deno.readTextFileSync(new URL(`.github/workflows/${name}`, ROOT)));

for (const name of ["ci.yml", "release.yml"]) {
  const workflow = read(name);
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  Deno.test(`${name} has read permission by default, a time limit, and actions pinned to commits`, () => {
    assertEquals(workflow.permissions, { contents: "read" });
    assert(workflow.concurrency !== undefined);
    for (const job of Object.values(workflow.jobs)) assert(job["timeout-minutes"] <= 60);
    for (const { uses } of steps) if (uses !== undefined) assertMatch(uses, /^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  });

  Deno.test(`${name} runs scripts and tasks that exist`, () => {
    const commands = steps.map(({ run }) => run ?? "").join("\n");
    for (const [path] of commands.matchAll(/scripts\/\w+\.\w+/g)) assert(Deno.statSync(new URL(path, ROOT)).isFile);
    const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
    for (const [, task] of commands.matchAll(/deno task ([\w:]+)/g)) assert(task! in tasks, task);
  });
}

Deno.test("ci.yml covers three systems, with the stand-ins and with the real JSR packages", () => {
  const { strategy } = read("ci.yml").jobs["test"] as unknown as { strategy: { matrix: Record<string, string[]> } };
  assertEquals(strategy.matrix["os"], ["ubuntu-latest", "macos-latest", "windows-latest"]);
  assertEquals(strategy.matrix["packages"], ["stand-ins", "jsr"]);
});

Deno.test("release.yml takes the real packages before it tests, compiles or publishes", () => {
  const { jobs } = read("release.yml");
  for (const [job, needle] of [["check", "task ok"], ["binaries", "compile.sh"], ["jsr", "deno publish"]] as const) {
    const commands = jobs[job]!.steps.map(({ run }) => run ?? "");
    const taken = commands.findIndex((command) => command.includes("scripts/without_links.ts"));
    const used = commands.findIndex((command) => command.includes(needle));
    assert(taken >= 0 && taken < used, job);
  }
  assertMatch(Deno.readTextFileSync(new URL("Dockerfile", ROOT)), /without_links\.ts && sh scripts\/compile\.sh/);
});

Deno.test("release.yml starts each binary on its own system before one is uploaded", () => {
  const { jobs } = read("release.yml") as unknown as {
    jobs: Record<string, { needs: string; strategy: { matrix: { include: { os: string; target: string }[] } } }>;
  };
  const started = jobs["start"]!.strategy.matrix.include;
  assertEquals([jobs["upload"]!.needs, jobs["start"]!.needs], ["start", "binaries"]);
  assertEquals(new Set(started.map(({ os }) => os)).size, 5);
  const compiled = read("release.yml").jobs["binaries"]!.steps.map(({ run }) => run ?? "").join("\n");
  assertEquals(started.filter(({ target }) => !compiled.includes(target)), []);
});

Deno.test("the published package has no stand-ins", () => {
  const { publish } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  assertEquals(publish.include.filter((path: string) => path.startsWith("links")), []);
});

Deno.test("release.yml compiles for the five targets of Deno", () => {
  const commands = read("release.yml").jobs["binaries"]!.steps.map(({ run }) => run ?? "").join("\n");
  const targets = new Set(commands.match(/(?:x86_64|aarch64)-[\w-]+(?:gnu|darwin|msvc)/g));
  assertEquals(targets.size, 5);
});
