/**
 * What shape a decoded value has.
 *
 * @module
 */

/** Returns whether a value has a shape. */
export type Shape = (value: unknown) => boolean;

/** Any value. */
export const anything: Shape = () => true;
/** Any string. */
export const text: Shape = (value) => typeof value === "string";
/** `true` or `false`. */
export const flag: Shape = (value) => typeof value === "boolean";
/** Any number, infinite ones included. */
export const number: Shape = (value) => typeof value === "number" && !Number.isNaN(value);
/** A finite number. */
export const finite: Shape = Number.isFinite;
/** A whole number. */
export const whole: Shape = Number.isSafeInteger;
/** A whole number, 0 or more. */
export const count: Shape = (value) => whole(value) && Number(value) >= 0;
/** Bytes. */
export const bytes: Shape = (value) => value instanceof Uint8Array;
/** An object that is not an array, whatever members it has. */
export const plain: Shape = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** A whole number from 1 to a limit. */
export function upTo(most: number): Shape {
  return (value) => count(value) && Number(value) >= 1 && Number(value) <= most;
}

/** A string that matches. */
export function matching(pattern: RegExp): Shape {
  return (value) => typeof value === "string" && pattern.test(value);
}

/** One of some values. */
export function one(...values: readonly unknown[]): Shape {
  return (value) => values.includes(value);
}

/** One of some shapes. */
export function either(...shapes: readonly Shape[]): Shape {
  return (value) => shapes.some((shape) => shape(value));
}

/** A shape, or `null`. */
export function orNull(shape: Shape): Shape {
  return (value) => value === null || shape(value);
}

/** A shape, or nothing at all. */
export function optional(shape: Shape): Shape {
  return (value) => value === undefined || shape(value);
}

/** An array of a shape. */
export function list(shape: Shape): Shape {
  return (value) => Array.isArray(value) && value.every(shape);
}

/** An object whose members all have a shape, whatever their names. */
export function record(shape: Shape): Shape {
  return (value) => plain(value) && Object.values(value as object).every(shape);
}

/** An object with members of some shapes; it may have others. */
export function members(shapes: Readonly<Record<string, Shape>>): Shape {
  const all = Object.entries(shapes);
  return (value) => plain(value) && all.every(([name, shape]) => shape((value as Record<string, unknown>)[name]));
}

/**
 * Returns what reads messages, each of the shape of its type.
 *
 * @param what What they are called
 * @returns A function that returns a message, and throws a `SyntaxError` if it is none
 */
export function readerOf<Message extends { readonly type: string }>(
  what: string,
  shapes: Readonly<Record<Message["type"], Shape>>,
): (value: unknown) => Message {
  const known = new Map(Object.entries<Shape>(shapes));
  return (value) => {
    const type = plain(value) ? (value as Partial<Message>).type : undefined;
    const shape = known.get(String(type));
    if (shape === undefined) throw new SyntaxError(`Cannot read ${what}: it has no known type`);
    if (!shape(value)) throw new SyntaxError(`Cannot read ${what}: "${type}" has another shape than expected`);
    return value as Message;
  };
}
