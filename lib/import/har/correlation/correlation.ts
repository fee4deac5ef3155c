/**
 * Connects values that a response gave with later requests that send them.
 *
 * @module
 */

import { mark } from "../../markers.ts";
import type { Code } from "../../model.ts";
import { camelCase, Names } from "../../names.ts";
import { isId, rowName } from "../../row_name.ts";
import type { Draft } from "../draft.ts";
import { HELPERS, takeFromText, takeOffer, type Taking } from "./extraction.ts";
import { type Offer, offersOf, responseText } from "./offers.ts";
import { belongTogether, haveSameName, isToken, singular } from "./relevance.ts";
import { type Slot, slotsOf } from "./slots.ts";

/** Words that name something else in a locustfile. */
const TAKEN = new Set(
  `await break case catch class const continue debugger default delete do else enum export extends false finally for form
  function if implements import in instanceof interface let matched name new null package private protected public resp
  return sleep socket static stream super switch this throw true try typeof var void while with yield fieldValue
  assertEquals assertStringIncludes`.split(/\s+/),
);
/** How many responses before a request are searched as text, the latest first. */
const MAX_TEXTS = 500;
/** Shortest part of a longer string that is looked for. */
const MIN_PART = 16;

/** What a locustfile needs for the connections. */
export interface Correlation {
  /** Variables that more than one step uses. */
  readonly shared: readonly string[];
  readonly helpers: readonly Code[];
}

/**
 * Replaces values that responses gave by variables, in the drafts.
 *
 * @param steps Requests of each step, in the order in which they are sent
 */
export function correlate(steps: readonly (readonly Draft[])[]): Correlation {
  return new Correlator(steps.flatMap((drafts, step) => drafts.map((draft) => ({ draft, step })))).run();
}

interface Variable {
  readonly name: string;
  readonly source: Source;
  readonly taking: Taking;
  /** First request that sends it. */
  readonly comment: string;
  isShared: boolean;
  /** Where it comes from; `null` for any text. */
  readonly offer: Offer | null;
}

interface Placed {
  readonly draft: Draft;
  readonly step: number;
}

/** A request whose response may give values. */
interface Source extends Placed {
  readonly offers: ReadonlyMap<string, readonly Offer[]>;
  readonly text: string;
}

class Correlator {
  readonly #placed: readonly Placed[];
  readonly #sources: Source[] = [];
  readonly #variables: Variable[] = [];
  readonly #byValue = new Map<string, Variable[]>();
  readonly #names = new Names(TAKEN);
  /** What was sent before any response gave it: the user's own. */
  readonly #sent = new Set<string>();

  constructor(placed: readonly Placed[]) {
    this.#placed = placed;
  }

  run(): Correlation {
    for (const placed of this.#placed) {
      const slots = slotsOf(placed.draft);
      for (const slot of slots) this.#fill(slot, placed);
      for (const { value } of slots) for (const part of [value, ...partsOf(value)]) this.#sent.add(part);
      const text = responseText(placed.draft.last);
      this.#sources.push({ ...placed, text, offers: Map.groupBy(offersOf(placed.draft), ({ value }) => value) });
    }
    const variables = this.#variables;
    for (const { name, source, taking, comment, isShared } of variables) {
      source.draft.extract.push({ name, from: taking.from, isDeclared: isShared, comment });
    }
    const helpers = new Set(variables.flatMap(({ taking }) => taking.helper ?? []));
    return {
      shared: variables.filter(({ isShared }) => isShared).map(({ name }) => name),
      helpers: [...helpers].map((name) => HELPERS[name]),
    };
  }

  #fill(slot: Slot, placed: Placed): void {
    const whole = this.#variable(slot, placed);
    if (whole !== null) return slot.set(mark(expressionOf(whole, slot)));
    const parts = partsOf(slot.value).filter((part) => part !== slot.value);
    let marked = slot.value;
    for (const part of parts) {
      const found = this.#variable({ ...slot, value: part }, placed);
      if (found !== null) marked = marked.replaceAll(part, mark(found.name));
    }
    if (marked !== slot.value && !slot.isEncoded) slot.set(marked);
  }

  #variable(slot: Slot, placed: Placed): Variable | null {
    const ofValue = this.#byValue.get(slot.value) ?? [];
    const known = ofValue.find(({ offer }) => offer === null || belongTogether(slot, offer));
    if (known !== undefined) {
      if (known.source.step !== placed.step) known.isShared = true;
      return known;
    }
    if (this.#sent.has(slot.value)) return null;
    const found = this.#structured(slot) ?? this.#inText(slot);
    if (found === null) return null;
    const { source, taking, offer } = found;
    const { request, url } = placed.draft.entry;
    const variable: Variable = {
      name: this.#names.unique(variableName(slot, offer)),
      source,
      taking,
      comment: `${taking.where}, for ${request.method} ${rowName(url.pathname)}`,
      isShared: source.step !== placed.step,
      offer,
    };
    this.#variables.push(variable);
    this.#byValue.set(slot.value, [...ofValue, variable]);
    return variable;
  }

  #structured(slot: Slot): { source: Source; taking: Taking; offer: Offer } | null {
    for (const source of this.#sources.toReversed()) {
      const offers = source.offers.get(slot.value)?.filter((one) => belongTogether(slot, one)) ?? [];
      const offer = offers.find(({ name }) => haveSameName(slot.name, name)) ?? offers[0];
      if (offer !== undefined) return { source, taking: takeOffer(offer), offer };
    }
    return null;
  }

  #inText(slot: Slot): { source: Source; taking: Taking; offer: null } | null {
    if (!isToken(slot.value)) return null;
    for (const source of this.#sources.slice(-MAX_TEXTS).toReversed()) {
      const taking = takeFromText(source.text, slot.value);
      if (taking !== null) return { source, taking, offer: null };
    }
    return null;
  }
}

/** Returns the parts of a string that could be tokens, such as that of `Bearer …`. */
function partsOf(value: string): string[] {
  if (value.length <= MIN_PART) return [];
  return (value.match(/[\w~+/=.-]+/g) ?? []).filter((part) => part.length >= MIN_PART && isToken(part));
}

function expressionOf({ name, offer }: Variable, slot: Slot): string {
  if (slot.isNumber && offer?.place.kind !== "json") return `Number(${name})`;
  return slot.isEncoded && !/^[\w.~-]+$/.test(slot.value) ? `encodeURIComponent(${name})` : name;
}

function variableName(slot: Slot, offer: Offer | null): string {
  const own = offer?.name || (slot.place === "path" ? "" : slot.name);
  if (own !== "" && !/^id$/i.test(own)) return camelCase(own, "value");
  const owner = slot.place === "path" ? slot.name : offer?.parent ?? "";
  return camelCase(`${isId(owner) ? "" : singular(owner)} id`, "value");
}
