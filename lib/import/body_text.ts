/**
 * Bodies that are known as text and a content type, outside of HAR files.
 *
 * @module
 */

import { bodyOf, type DraftBody, multipartParts, textBody } from "./har/request_body.ts";
import type { RequestBody } from "./model.ts";
import type { Environment } from "./secrets.ts";

/** A body, and whether the client sets its content type by itself. */
export interface ReadBody {
  readonly body: RequestBody;
  readonly setsType: boolean;
}

/**
 * Returns a body in the form that says most: JSON, fields, parts, or else text.
 *
 * @param text The body; may have marked expressions in it
 * @param type Its content type, empty if there is none
 * @param environment Takes what looks like a secret
 */
export function readBody(text: string, type: string, environment: Environment): ReadBody {
  const boundary = /^multipart\/form-data;.*\bboundary="?([^";]+)/i.exec(type)?.[1];
  const parts = boundary === undefined ? null : multipartParts(text, boundary);
  const draft: DraftBody = parts === null ? textBody(text, type.toLowerCase()) : { kind: "multipart", parts };
  return { body: bodyOf(withoutSecrets(draft, environment)), setsType: isClients(draft.kind, type) };
}

function withoutSecrets(draft: DraftBody, environment: Environment): DraftBody {
  switch (draft.kind) {
    case "json":
      return { kind: "json", root: { value: environment.hideJson(draft.root.value) } };
    case "form":
      return { kind: "form", fields: draft.fields.map(([name, value]) => [name, environment.hide(name, value)]) };
    case "multipart":
      return {
        kind: "multipart",
        parts: draft.parts.map((part) => ({ ...part, value: environment.hide(part.name, part.value) })),
      };
    default:
      return draft;
  }
}

/** Content types that the client sets by itself, by the kind of body; UTF-8 is the default of both. */
const CLIENTS: Partial<Record<DraftBody["kind"], RegExp>> = {
  json: /^application\/json(?:;\s*charset="?utf-?8"?)?$/i,
  form: /^application\/x-www-form-urlencoded(?:;\s*charset="?utf-?8"?)?$/i,
  multipart: /^multipart\/form-data/i,
};

function isClients(kind: DraftBody["kind"], type: string): boolean {
  return CLIENTS[kind]?.test(type.trim()) ?? false;
}
