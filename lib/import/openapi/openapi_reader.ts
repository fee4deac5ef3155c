/**
 * OpenAPI documents: a task for each operation, a class for each tag.
 *
 * @module
 */

import { ScriptError, UsageError } from "../../core/errors.ts";
import { nearestName } from "../../core/suggestion.ts";
import { withCommonHeaders } from "../common_headers.ts";
import { unmark } from "../markers.ts";
import {
  Code,
  type ImportOptions,
  type ImportSource,
  type RequestCall,
  type Scenario,
  type ScenarioClass,
  type Task,
} from "../model.ts";
import { camelCase, classNames, methodNames, type Names, pascalCase } from "../names.ts";
import { Environment } from "../secrets.ts";
import { readDocument } from "./document.ts";
import { Examples, NoSampleError } from "./examples.ts";
import { type Operation, readOperations } from "./operations.ts";
import { parameterParts } from "./parameters.ts";
import { exampleBody } from "./request_body.ts";
import { Security } from "./security.ts";
import { readServers } from "./servers.ts";
import type { OpenApiDocument } from "./document.ts";

/** Names that a message lists. */
const MAX_LISTED = 10;

/**
 * Reads an OpenAPI document.
 *
 * @throws {ScriptError} if it cannot be read or has no operation
 * @throws {UsageError} if `only` names neither a tag nor an operation
 */
export async function readOpenApi(source: ImportSource, { only = [] }: ImportOptions): Promise<Scenario> {
  const document = await readDocument(source);
  const { operations: all, leftOut } = readOperations(document);
  const operations = selected(all, only);
  if (operations.length === 0) throw new ScriptError(`Cannot import "${source.name}": no operation could be read`);
  const environment = new Environment();
  const writer = new OperationWriter(document, await sampler(), environment);
  const { baseUrl, prefix, notes } = readServers(document);
  const title = String(document.object(document.root.info).title ?? source.name);
  const written = [...byTag(operations, title)].map(([name, members]): ScenarioClass & { readonly tasks: Task[] } => ({
    name,
    waitTime: new Code("between(1, 3)", ["between"]),
    tasks: writer.tasks(members, prefix),
  }));
  const classes = written.filter(({ tasks }) => tasks.length > 0);
  const broken = [...leftOut, ...writer.leftOut];
  if (classes.length === 0) throw new ScriptError(`Cannot import "${source.name}": ${broken[0]}`);
  const count = classes.reduce((sum, { tasks }) => sum + tasks.length, 0);
  return {
    notes: [
      `Imported from the OpenAPI document "${title}": ${count} of ${all.length} operations.`,
      "Each iteration calls one of them with example values; replace these with ones that the server knows.",
      ...environment.notes(),
      ...broken.map((one) => `Left out: ${one}.`),
      ...(document.root.webhooks === undefined ? [] : ["Left out: webhooks, which the server calls."]),
      ...notes,
      ...writer.notes,
    ],
    ...(baseUrl === null ? {} : { baseUrl }),
    constants: environment.constants(),
    declarations: environment.declarations(),
    // As many users as tasks, so that all operations are equally frequent.
    classes: classes.map((one) => {
      return withCommonHeaders({ ...one, ...(classes.length === 1 ? {} : { weight: one.tasks.length }) });
    }),
  };
}

async function sampler() {
  const module = await import("openapi-sampler");
  return module.sample as ConstructorParameters<typeof Examples>[1];
}

function selected(operations: readonly Operation[], only: readonly string[]): readonly Operation[] {
  if (only.length === 0) return operations;
  const known = new Set(operations.flatMap(({ id, tags }) => [...(id === null ? [] : [id]), ...tags]));
  const problems = only.filter((name) => !known.has(name)).map((name) => {
    const meant = known.size === 0 ? ", the document names none" : suggestion(name, [...known]);
    return `Cannot use --only "${name}": no tag or operation id of the document${meant}`;
  });
  if (problems.length > 0) throw new UsageError(problems);
  return operations.filter(({ id, tags }) => only.some((name) => name === id || tags.includes(name)));
}

/** A document may have hundreds of names: only the first few are listed if none is similar. */
function suggestion(name: string, known: readonly string[]): string {
  const meant = nearestName(name, known);
  if (meant !== null) return `, did you mean "${meant}"?`;
  const more = known.length - MAX_LISTED;
  return `, expected one of ${known.slice(0, MAX_LISTED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Groups operations by their first tag; those without one get a class named after the document. */
function byTag(operations: readonly Operation[], title: string): Map<string, Operation[]> {
  const names = classNames();
  const classOf = new Map<string, string>();
  const groups = new Map<string, Operation[]>();
  for (const operation of operations) {
    const tag = operation.tags[0] ?? "";
    const name = classOf.get(tag) ?? names.unique(className(tag === "" ? title : tag));
    classOf.set(tag, name);
    groups.set(name, [...(groups.get(name) ?? []), operation]);
  }
  return groups;
}

/** `PetUser` for `pet`, but `UserApiUser` for `user`. */
function className(tag: string): string {
  const name = pascalCase(tag, "Api");
  return /users?$/i.test(name) ? `${name}ApiUser` : `${name}User`;
}

/** Turns operations into tasks. */
class OperationWriter {
  readonly #document: OpenApiDocument;
  readonly #examples: Examples;
  readonly #security: Security;
  readonly #notes = new Set<string>();
  /** One line for each operation that could not be written. */
  readonly leftOut: string[] = [];

  constructor(document: OpenApiDocument, sample: ConstructorParameters<typeof Examples>[1], environment: Environment) {
    this.#document = document;
    this.#examples = new Examples(document, sample);
    this.#security = new Security(document, environment);
  }

  /** What the reader has to do, for the whole file. */
  get notes(): string[] {
    return [...this.#notes];
  }

  tasks(operations: readonly Operation[], prefix: string): Task[] {
    const names = methodNames();
    return operations.flatMap((operation) => this.#task(operation, names, prefix) ?? []);
  }

  #task(operation: Operation, names: Names, prefix: string): Task | null {
    const { id, number, method, path, tags } = operation;
    try {
      const request = this.#request(operation, prefix);
      return {
        name: names.unique(camelCase(id ?? `${method} ${path}`, "call")),
        ...(tags.length < 2 ? {} : { tags: tags.slice(1) }),
        comment: this.#comment(operation),
        actions: [{ kind: "request", request }],
      };
    } catch (error) {
      if (!(error instanceof NoSampleError)) throw error;
      this.leftOut.push(`operation ${number}, ${method} ${path}: ${error.message}`);
      return null;
    }
  }

  #comment({ summary, isDeprecated, parameters }: Operation): string[] {
    const leftOut = parameterParts({ parameters, path: "" } as Operation, this.#examples).leftOut;
    return [
      ...(summary === "" ? [] : [summary]),
      ...(isDeprecated ? ["Deprecated."] : []),
      ...(leftOut.length === 0 ? [] : [`Optional: ${leftOut.join(", ")}`]),
    ];
  }

  #request(operation: Operation, prefix: string): RequestCall {
    const parts = parameterParts(operation, this.#examples);
    const security = this.#security.parts(operation.security);
    security.notes.forEach((note) => this.#notes.add(`To do: ${note}.`));
    const body = operation.body === null ? null : exampleBody(this.#document, operation.body, this.#examples);
    const type: [string, string][] = body === null || body.type === null ? [] : [["content-type", body.type]];
    const headers = joined([...security.headers, ...type, ...parts.headers]);
    const status = expectedStatus(operation.statuses);
    return {
      method: operation.method,
      url: prefix + parts.path,
      ...(parts.name === parts.path ? {} : { name: prefix + parts.name }),
      headers,
      query: [...security.query, ...parts.query].map(([name, value]) => [name, unmark(value)] as const),
      ...(body === null ? {} : { body: body.body }),
      ...(status === null ? {} : { expect: { status } }),
      ...(status !== null && status >= 300 ? { redirect: "manual" as const } : {}),
    };
  }
}

/** Several `cookie` lines become one. */
function joined(headers: readonly [string, string][]): (readonly [string, ReturnType<typeof unmark>])[] {
  const cookies = headers.filter(([name]) => name === "cookie").map(([, value]) => value);
  const others = headers.filter(([name]) => name !== "cookie");
  const all: readonly [string, string][] = cookies.length === 0 ? others : [...others, ["cookie", cookies.join("; ")]];
  return all.map(([name, value]) => [name, unmark(value)] as const);
}

/** Returns the status of success if the document has exactly one, so that it can be asserted. */
function expectedStatus(statuses: readonly string[]): number | null {
  const good = statuses.filter((status) => /^2\d\d$/.test(status));
  const found = good.length > 0 ? good : statuses.filter((status) => /^3\d\d$/.test(status));
  return found.length === 1 && !statuses.includes("2XX") ? Number(found[0]) : null;
}
