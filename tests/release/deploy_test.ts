// What can be checked about deploy/ without Docker and Kubernetes.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parse, parseAllDocuments } from "npm:yaml@2.8.1";
import { parseCommandLine } from "../../lib/cli/parse.ts";
import { variableOf } from "../../lib/cli/flags/flag.ts";
import { FLAGS } from "../../lib/cli/flags/flags.ts";

const ROOT = new URL("../../", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, ROOT));
const IMAGE = "ghcr.io/x/locust";

interface Container {
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
}
interface Resource {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly replicas?: number;
    readonly backoffLimit?: number;
    readonly template: {
      readonly spec: { readonly containers: readonly Container[]; readonly restartPolicy?: string };
    };
  };
}
interface Overlay {
  readonly replicas: readonly { readonly name: string; readonly count: number }[];
  readonly patches: readonly { readonly patch: string }[];
}
interface Compose {
  readonly services: Record<
    string,
    {
      readonly image: string;
      readonly entrypoint?: unknown;
      readonly command: readonly string[];
      readonly environment: Record<string, string>;
    }
  >;
}

const compose: Compose = parse(read("deploy/compose/compose.yaml"), { merge: true });
const resources = ["nats", "agents", "run"].flatMap((name) =>
  parseAllDocuments(read(`deploy/kubernetes/base/${name}.yaml`)).map((one) => one.toJS() as Resource)
);
const find = (kind: string, name: string) =>
  resources.find((one) => one.kind === kind && one.metadata.name === name)!.spec;
const containerOf = (kind: string, name: string) => find(kind, name).template.spec.containers[0]!;
const overlay: Overlay = parse(read("deploy/kubernetes/run/kustomization.yaml"));
const patch: readonly { readonly path: string; readonly value: unknown }[] = parse(overlay.patches[0]!.patch);
const patched = (end: string) => patch.find(({ path }) => path.endsWith(end))!.value;

/** Parses arguments as the image does; variables of Compose and Kubernetes stand for their defaults. */
function command(args: readonly string[], env: readonly string[] = []) {
  const given = args.map((one) => one.replace(/^\$\{\w+:-(.*)\}$/, "$1"));
  const values = new Map(env.map((name) => [name, name === "LOCUST_NATS" ? "nats://token@nats:4222" : "2"]));
  return parseCommandLine(given, { get: (name) => values.get(name), names: () => [...values.keys()] });
}

const variables = new Set(FLAGS.map(({ long }) => variableOf(long)));
const locustVariables = (names: readonly string[]) => names.filter((name) => name.startsWith("LOCUST_"));

Deno.test("deploy/ runs the image by its entrypoint, with arguments and variables that exist", () => {
  assertStringIncludes(read("Dockerfile"), 'ENTRYPOINT ["locust"]');
  const { agent, coordinator } = compose.services;
  const [agents, run] = [containerOf("Deployment", "agents"), containerOf("Job", "run")];
  for (const { image, entrypoint } of [agent!, coordinator!]) {
    assertEquals([image, entrypoint], [`\${LOCUST_IMAGE:-${IMAGE}}`, undefined]);
  }
  for (const { image, command } of [agents, run]) assertEquals([image, command], [IMAGE, undefined]);
  const all = [
    ["agent", agent!.command, Object.keys(agent!.environment)],
    ["agent", agents.args!, agents.env.map(({ name }) => name)],
    ["run", coordinator!.command, Object.keys(coordinator!.environment)],
    ["run", run.args!, run.env.map(({ name }) => name)],
    ["run", patched("/args") as string[], run.env.map(({ name }) => name)],
  ] as const;
  for (const [kind, args, names] of all) {
    const ours = locustVariables(names);
    for (const name of ours) assert(variables.has(name), `${name} is not a variable of locust`);
    const parsed = command(args, ours.filter((name) => name !== "LOCUST_HOST"));
    assertEquals(parsed.kind, kind);
    if (parsed.kind === "run") assertEquals([parsed.cluster.machines, parsed.cluster.agentSecret], [2, "2"]);
  }
});

Deno.test("deploy/ starts as many agents as the run waits for, and the run only once", () => {
  const machines = containerOf("Job", "run").env[0]!;
  assertEquals(machines, { name: "LOCUST_MACHINES", value: String(find("Deployment", "agents").replicas) });
  assertEquals(patched("/env/0"), { name: "LOCUST_MACHINES", value: String(overlay.replicas[0]!.count) });
  assertEquals(compose.services["coordinator"]!.environment["LOCUST_MACHINES"], "${AGENTS:-2}");
  const { backoffLimit, template } = find("Job", "run");
  assertEquals([backoffLimit, template.spec.restartPolicy], [0, "Never"]);
});

Deno.test("deploy/ has a NATS server that asks for a token and is not reached from outside", () => {
  for (const path of ["compose/nats.conf", "kubernetes/base/nats.conf"]) {
    assertMatch(read(`deploy/${path}`), /^authorization { token: \$NATS_TOKEN }$/m);
  }
  assert(!read("deploy/compose/compose.yaml").includes("ports:"));
  for (const kind of ["NodePort", "LoadBalancer", "Ingress\n"]) {
    assert(!read("deploy/kubernetes/base/nats.yaml").includes(kind));
  }
});
