/**
 * The operations of a document, with those parts of Swagger 2 and OpenAPI 3 that differ made the same.
 *
 * @module
 */

import { isNode, type Node, type OpenApiDocument } from "./document.ts";

/** Methods that a path may have. */
const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/** One operation. */
export interface Operation {
  /** Its number in the document, from 1. */
  readonly number: number;
  /** In capitals. */
  readonly method: string;
  /** The template, such as `/pets/{petId}`. */
  readonly path: string;
  readonly id: string | null;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly isDeprecated: boolean;
  /** Those of the path and of the operation, references followed; those of a Swagger 2 body are left out. */
  readonly parameters: readonly Node[];
  readonly body: OperationBody | null;
  /** Statuses of its responses, such as `200`, `4XX` or `default`. */
  readonly statuses: readonly string[];
  /** Alternatives of which one must hold; each names schemes. */
  readonly security: readonly Node[];
}

/** The body that an operation takes: a media type object, or what Swagger 2 says in parameters. */
export interface OperationBody {
  readonly type: string;
  /** Has `schema`, and perhaps `example` and `examples`. */
  readonly media: Node;
}

/** Operations, and those that could not be read. */
export interface FoundOperations {
  readonly operations: readonly Operation[];
  /** One line for each. */
  readonly leftOut: readonly string[];
}

/** Returns the operations in the order of the document. */
export function readOperations(document: OpenApiDocument): FoundOperations {
  const operations: Operation[] = [];
  const leftOut: string[] = [];
  let number = 0;
  for (const [path, item] of Object.entries(document.root.paths as Node)) {
    if (path.startsWith("x-")) continue;
    const pathItem = document.object(item);
    for (const method of METHODS.filter((one) => one in pathItem)) {
      number++;
      const problem = operationProblem(path, pathItem[method]);
      if (problem === null) operations.push({ ...readOperation(document, path, method, pathItem), number });
      else leftOut.push(`operation ${number}, ${method.toUpperCase()} ${path}: ${problem}`);
    }
  }
  return { operations, leftOut };
}

function operationProblem(path: string, operation: unknown): string | null {
  if (!isNode(operation)) return "it is not an object";
  if (!path.startsWith("/")) return "its path does not begin with a slash";
  if (operation.parameters !== undefined && !Array.isArray(operation.parameters)) {
    return "its parameters are not a list";
  }
  return null;
}

function readOperation(
  document: OpenApiDocument,
  path: string,
  method: string,
  pathItem: Node,
): Omit<Operation, "number"> {
  const operation = document.object(pathItem[method]);
  const parameters = mergedParameters(document.list(pathItem.parameters), document.list(operation.parameters));
  const security = operation.security ?? document.root.security;
  return {
    method: method.toUpperCase(),
    path,
    id: typeof operation.operationId === "string" ? operation.operationId : null,
    tags: Array.isArray(operation.tags) ? operation.tags.filter((tag) => typeof tag === "string" && tag !== "") : [],
    summary: String(operation.summary ?? "").trim(),
    isDeprecated: operation.deprecated === true,
    parameters: parameters.filter((one) => one.in !== "body" && one.in !== "formData"),
    body: document.generation === 2
      ? swaggerBody(document, operation, parameters)
      : mediaBody(document, document.object(operation.requestBody)),
    statuses: Object.keys(document.object(operation.responses)),
    security: Array.isArray(security) ? security.filter(isNode) : [],
  };
}

/** The operation's parameters replace those of the path with the same place and name. */
function mergedParameters(ofPath: readonly Node[], ofOperation: readonly Node[]): Node[] {
  const merged = new Map<string, Node>();
  for (const one of [...ofPath, ...ofOperation]) {
    if (typeof one.name === "string" && typeof one.in === "string") merged.set(`${one.in} ${one.name}`, one);
  }
  return [...merged.values()];
}

/** Content types in the order in which they are taken. */
const PREFERRED = [/^application\/json/i, /[/+]json/i, /x-www-form-urlencoded/i, /multipart\/form-data/i, /^text\//i];

function preferred(types: readonly string[]): string | undefined {
  return PREFERRED.flatMap((wanted) => types.filter((type) => wanted.test(type)))[0] ?? types[0];
}

function mediaBody(document: OpenApiDocument, body: Node): OperationBody | null {
  const content = document.object(body.content);
  const type = preferred(Object.keys(content));
  return type === undefined ? null : { type, media: document.object(content[type]) };
}

/** Swagger 2 has the body as a parameter, or its fields as parameters. */
function swaggerBody(document: OpenApiDocument, operation: Node, parameters: readonly Node[]): OperationBody | null {
  const types = (operation.consumes ?? document.root.consumes ?? []) as readonly string[];
  const body = parameters.find((one) => one.in === "body");
  if (body !== undefined) {
    const type = preferred(types.filter((one) => !/form/.test(one))) ?? "application/json";
    return { type, media: { ...body, examples: undefined } };
  }
  const fields = parameters.filter((one) => one.in === "formData");
  if (fields.length === 0) return null;
  const hasFile = fields.some((one) => one.type === "file");
  const type = hasFile ? "multipart/form-data" : preferred(types.filter((one) => /form/.test(one))) ??
    "application/x-www-form-urlencoded";
  return { type, media: { schema: formSchema(fields) } };
}

function formSchema(fields: readonly Node[]): Node {
  return {
    type: "object",
    required: fields.filter((one) => one.required === true).map((one) => one.name),
    properties: Object.fromEntries(fields.map((one) => {
      const property = one.type === "file" ? { type: "string", format: "binary" } : { ...one, required: undefined };
      return [one.name, property];
    })),
  };
}
