/**
 * Example values of parameters and bodies.
 *
 * @module
 */

import { isNode, type Node, type OpenApiDocument } from "./document.ts";

/** Levels of a sample, so that schemas that contain themselves end. */
const MAX_DEPTH = 8;

/** The part of `openapi-sampler` that is used; it has no types. */
type Sample = (schema: Node, options: Readonly<Record<string, unknown>>, spec: Node) => unknown;

/** No value can be made of a schema: it is broken. */
export class NoSampleError extends Error {}

/** Gives example values: the document's own, else made from the schema. */
export class Examples {
  readonly #document: OpenApiDocument;
  readonly #sample: Sample;

  /** @param sample `sample` of `openapi-sampler` */
  constructor(document: OpenApiDocument, sample: Sample) {
    this.#document = document;
    this.#sample = sample;
  }

  /** Returns the value that a parameter, media type or Swagger 2 body gives itself; `undefined` if it gives none. */
  given(holder: Node): unknown {
    if (holder.example !== undefined) return holder.example;
    if (holder["x-example"] !== undefined) return holder["x-example"];
    const examples = holder.examples;
    if (isNode(examples)) {
      const first = this.#document.object(Object.values(examples)[0]);
      if (first.value !== undefined) return first.value;
    }
    const schema = this.schemaOf(holder);
    return schema.example ?? (Array.isArray(schema.examples) ? schema.examples[0] : undefined) ?? schema.default;
  }

  /** Returns the schema of a parameter or media type; in Swagger 2, a parameter is its own schema. */
  schemaOf(holder: Node): Node {
    if (holder.schema !== undefined) return this.#document.object(holder.schema);
    const media = Object.values(this.#document.object(holder.content))[0];
    return media === undefined ? holder : this.#document.object(this.#document.object(media).schema);
  }

  /** Returns a value for a request. */
  value(holder: Node): unknown {
    return this.given(holder) ?? this.sample(this.schemaOf(holder));
  }

  /** Makes a value from a schema, without what only responses have. */
  sample(schema: Node, options: Readonly<Record<string, unknown>> = {}): unknown {
    const settings = { skipReadOnly: true, quiet: true, maxSampleDepth: MAX_DEPTH, ...options };
    const value = this.#trySample(schema, settings);
    // The sampler's 0 is no id that a server has.
    return value === 0 && schema.minimum === undefined && schema.enum === undefined ? 1 : value;
  }

  #trySample(schema: Node, settings: Node): unknown {
    const { console: output } = globalThis;
    const { warn } = output;
    output.warn = () => {}; // some of the sampler's warnings come although it is told to be quiet
    try {
      return this.#sample(schema, settings, this.#document.root);
    } catch (cause) {
      throw new NoSampleError("no example can be made of its schema", { cause });
    } finally {
      output.warn = warn;
    }
  }
}
