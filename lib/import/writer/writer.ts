/**
 * Writes a locustfile from a scenario. The layout is left to the formatter.
 *
 * @module
 */

import { fieldsCode, keyCode, objectCode, stringCode, textCode } from "../literals.ts";
import { type Action, Code, type Constant, type Scenario, type ScenarioClass, type Task } from "../model.ts";
import { Imports } from "./imports.ts";
import { commentCode, requestCode, Scope } from "./requests.ts";
import { sleepCode, socketCode } from "./sockets.ts";

/** Returns the source of a locustfile, not yet formatted. */
export function writeLocustfile(scenario: Scenario): string {
  const imports = new Imports();
  const classes = scenario.classes.map((one) => classCode(one, scenario, imports));
  const constants = (scenario.constants ?? []).map((one) => constantCode(one, imports));
  const declarations = (scenario.declarations ?? []).map((code) => imports.take(code));
  const helpers = (scenario.helpers ?? []).map((code) => imports.take(code));
  const parts = [
    commentCode([...scenario.notes, ...hostNote(scenario)]),
    imports.code(),
    constants.join("\n"),
    ...declarations,
    ...classes,
    ...helpers,
  ];
  return `${parts.filter((part) => part.trim() !== "").map((part) => part.trim()).join("\n\n")}\n`;
}

/** Says where the host is changed if the code uses it beside the base URL, which `--host` replaces. */
function hostNote({ baseUrl }: Scenario): string[] {
  if (!(baseUrl instanceof Code) || !/^\w+$/.test(baseUrl.text)) return [];
  return [`To test another host, change ${baseUrl.text} below: --host replaces only the base URL.`];
}

function constantCode({ name, value, comment }: Constant, imports: Imports): string {
  return `${commentCode(comment)}const ${name} = ${textCode(imports.text(value))};`;
}

function classCode(one: ScenarioClass, { baseUrl }: Scenario, imports: Imports): string {
  imports.add("HttpUser");
  const { weight, tags, waitTime, onStart, run, tasks } = one;
  const statics = [
    ...(baseUrl === undefined ? [] : [`static override host = ${textCode(imports.text(baseUrl))};`]),
    ...(weight === undefined ? [] : [`static override weight = ${weight};`]),
    ...(tags === undefined || tags.length === 0
      ? []
      : [`static override tags = [${tags.map(stringCode).join(", ")}];`]),
    ...(waitTime === undefined ? [] : [`static override waitTime = ${imports.take(waitTime)};`]),
    ...clientCode(one, imports),
    ...(tasks === undefined ? [] : [`static override tasks = ${tasksCode(tasks)};`]),
  ];
  const methods = [
    ...(onStart === undefined || onStart.length === 0
      ? []
      : [methodCode("override async onStart()", onStart, imports)]),
    ...(run === undefined ? [] : [methodCode("override async run()", run, imports)]),
    ...(tasks ?? []).map((task) =>
      commentCode(task.comment) + methodCode(`async ${keyCode(task.name)}()`, task.actions, imports)
    ),
  ];
  return `export class ${one.name} extends HttpUser {\n${[statics.join("\n"), ...methods].join("\n\n")}\n}`;
}

function clientCode({ headers = [], settings = [] }: ScenarioClass, imports: Imports): string[] {
  const entries = settings.map(([name, value]) => [name, textCode(imports.text(value))] as const);
  const lines = headers.length === 0 ? [] : [["headers", fieldsCode(imports.fields(headers))] as const];
  const all = [...lines, ...entries];
  return all.length === 0 ? [] : [`static override client = ${objectCode(all)};`];
}

function tasksCode(tasks: readonly Task[]): string {
  const entries = tasks.map(({ name, weight = 1, tags = [] }) => {
    if (tags.length === 0) return [name, String(weight)] as const;
    return [name, `{ weight: ${weight}, tags: [${tags.map(stringCode).join(", ")}] }`] as const;
  });
  return objectCode(entries).replace(/^\{ /, "{\n");
}

function methodCode(head: string, actions: readonly Action[], imports: Imports): string {
  return `${head} {\n${actionsCode(actions, imports)}\n}`;
}

function actionsCode(actions: readonly Action[], imports: Imports): string {
  const scope = new Scope();
  return actions.map((action) => {
    switch (action.kind) {
      case "sleep":
        return sleepCode(action.seconds, imports);
      case "comment":
        return `\n${commentCode(action.lines).trimEnd()}`;
      case "code":
        return imports.take(action.code);
      case "step":
        return stepCode(action.name, action.actions, imports);
      case "socket":
        return socketCode(action.socket, imports, scope);
      case "request":
        return requestCode(action.request, imports, scope);
    }
  }).join("\n");
}

function stepCode(name: string, actions: readonly Action[], imports: Imports): string {
  const options = actions.some(({ kind }) => kind === "sleep") ? ", { withoutSleep: true }" : "";
  return `\nawait this.step(${stringCode(name)}, async () => {\n${actionsCode(actions, imports)}\n}${options});`;
}
