/**
 * Collects the names that a locustfile imports.
 *
 * @module
 */

import { Code, type Text } from "../model.ts";

/** Names used from `@x/locust`. */
export class Imports {
  readonly #names = new Set<string>();

  /** Notes names. */
  add(...names: readonly string[]): void {
    for (const name of names) this.#names.add(name);
  }

  /** Notes the names that code uses; returns its text. */
  take(code: Code): string {
    this.add(...code.uses);
    return code.text;
  }

  /** Notes the names that an expression uses; returns it. */
  text(text: Text): Text {
    if (text instanceof Code) this.add(...text.uses);
    return text;
  }

  /** Notes the names that fields use; returns them. */
  fields(fields: readonly (readonly [string, Text])[]): readonly (readonly [string, Text])[] {
    for (const [, value] of fields) this.text(value);
    return fields;
  }

  /** Returns the import declaration. */
  code(): string {
    const names = [...this.#names].sort((a, b) => a.toLowerCase() < b.toLowerCase() ? -1 : 1);
    return `import { ${names.join(", ")} } from "@x/locust";`;
  }
}
