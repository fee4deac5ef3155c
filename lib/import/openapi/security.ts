/**
 * Security schemes of a document: one place to fill in.
 *
 * @module
 */

import type { Environment } from "../secrets.ts";
import { isNode, type Node, type OpenApiDocument } from "./document.ts";

/** What the schemes of an operation add to its request. */
export interface SecurityParts {
  readonly headers: readonly [string, string][];
  readonly query: readonly [string, string][];
  /** Schemes that are left to the reader. */
  readonly notes: readonly string[];
}

/** Fills in security schemes with constants from the environment. */
export class Security {
  readonly #document: OpenApiDocument;
  readonly #environment: Environment;
  readonly #schemes: Node;

  /** Creates it for one document. */
  constructor(document: OpenApiDocument, environment: Environment) {
    this.#document = document;
    this.#environment = environment;
    const { components, securityDefinitions } = document.root;
    this.#schemes = document.object(securityDefinitions ?? document.object(components).securitySchemes);
  }

  /** Returns what the first alternative needs; nothing if none is needed. */
  parts(alternatives: readonly Node[]): SecurityParts {
    const names = alternatives.some((one) => Object.keys(one).length === 0) ? [] : Object.keys(alternatives[0] ?? {});
    const parts = names.map((name) => this.#scheme(name));
    const cookies = parts.flatMap(({ cookie }) => cookie === undefined ? [] : [cookie]);
    return {
      headers: [
        ...parts.flatMap(({ header }) => header === undefined ? [] : [header]),
        ...(cookies.length === 0 ? [] : [["cookie", cookies.join("; ")] as [string, string]]),
      ],
      query: parts.flatMap(({ query }) => query === undefined ? [] : [query]),
      notes: parts.flatMap(({ note }) => note === undefined ? [] : [note]),
    };
  }

  #scheme(name: string): SchemePart {
    const scheme = this.#document.object(this.#schemes[name]);
    const kind = String(scheme.type).toLowerCase();
    if (kind === "apikey") return this.#apiKey(name, scheme);
    if (kind === "basic" || kind === "http" && /^basic$/i.test(String(scheme.scheme))) return this.#basic(name);
    if (kind === "http" && /^bearer$/i.test(String(scheme.scheme))) {
      return bearer(this.#environment.use(name, null, commentOf(scheme, "Bearer token")));
    }
    if (kind === "oauth2" || kind === "openidconnect") {
      return bearer(this.#environment.use(name, null, `OAuth 2 access token${tokenPlace(this.#document, scheme)}`));
    }
    return { note: `security scheme ${name} (${kind === "undefined" ? "not defined" : kind}) is left to you` };
  }

  #apiKey(name: string, scheme: Node): SchemePart {
    const key = String(scheme.name ?? name);
    const value = this.#environment.use(name, null, commentOf(scheme, `API key, sent in ${scheme.in} "${key}"`));
    if (scheme.in === "query") return { query: [key, value] };
    return scheme.in === "cookie" ? { cookie: `${key}=${value}` } : { header: [key, value] };
  }

  #basic(name: string): SchemePart {
    const user = this.#environment.use(`${name}_user`, null, "User and password of basic authorization");
    const password = this.#environment.use(`${name}_password`, null);
    return { header: ["authorization", this.#environment.basic(name, user, password)] };
  }
}

interface SchemePart {
  readonly header?: [string, string];
  readonly query?: [string, string];
  readonly cookie?: string;
  readonly note?: string;
}

function bearer(token: string): SchemePart {
  return { header: ["authorization", `Bearer ${token}`] };
}

function commentOf(scheme: Node, otherwise: string): string {
  const described = typeof scheme.description === "string" ? scheme.description.trim().split("\n")[0]! : "";
  return described === "" || described.length > 120 ? otherwise : `${otherwise}: ${described}`;
}

/** Says where a token comes from, if the document does. */
function tokenPlace(document: OpenApiDocument, scheme: Node): string {
  const flows = [scheme, ...Object.values(document.object(scheme.flows))].filter(isNode);
  const url = flows.map((flow) => flow.tokenUrl ?? flow.authorizationUrl).find((one) => typeof one === "string");
  const place = url ?? scheme.openIdConnectUrl;
  return typeof place === "string" ? `, from ${place}` : "";
}
