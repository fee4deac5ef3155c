/**
 * Stand-in for `jsr:@std/assert`: the real code, repackaged for npm, with types added.
 *
 * @module
 */

import * as impl from "npm:deno-std@1.4.0/assert/mod.js";

/** A class that can be tested with `instanceof`. */
// deno-lint-ignore no-explicit-any -- as the real package has it
export type AnyConstructor = new (...args: any[]) => any;

/** The type of a class's instances. */
export type GetConstructorType<T extends AnyConstructor> = InstanceType<T>;

/** A list-like value. */
export type ArrayLikeArg<T> = ArrayLike<T> & object;

/** Error thrown when an assertion fails. */
export const AssertionError: new (message: string, options?: ErrorOptions) => Error = impl.AssertionError;
/** Error thrown when an assertion fails. */
export type AssertionError = Error;

/** Fails unless the value is truthy. */
export function assert(expr: unknown, msg?: string): asserts expr {
  impl.assert(expr, msg);
}

/** Fails unless the value is falsy. */
export function assertFalse(expr: unknown, msg?: string): asserts expr is false {
  impl.assertFalse(expr, msg);
}

/** Returns whether two values are deeply equal. */
export function equal(a: unknown, b: unknown): boolean {
  return impl.equal(a, b);
}

/** Fails unless the values are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  impl.assertEquals(actual, expected, msg);
}

/** Fails if the values are deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  impl.assertNotEquals(actual, expected, msg);
}

/** Fails unless the values are the same. */
export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T {
  impl.assertStrictEquals(actual, expected, msg);
}

/** Fails if the values are the same. */
export function assertNotStrictEquals<T>(actual: T, expected: T, msg?: string): void {
  impl.assertNotStrictEquals(actual, expected, msg);
}

/** Fails unless the numbers are within a tolerance of each other. */
export function assertAlmostEquals(actual: number, expected: number, tolerance?: number, msg?: string): void {
  impl.assertAlmostEquals(actual, expected, tolerance, msg);
}

/** Fails unless the list has every expected element. */
export function assertArrayIncludes<T>(actual: ArrayLikeArg<T>, expected: ArrayLikeArg<T>, msg?: string): void {
  impl.assertArrayIncludes(actual, expected, msg);
}

/** Fails if the value is `undefined` or `null`. */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  impl.assertExists(actual, msg);
}

/** Fails unless the value is an instance of the class. */
export function assertInstanceOf<T extends AnyConstructor>(
  actual: unknown,
  expectedType: T,
  msg?: string,
): asserts actual is GetConstructorType<T> {
  impl.assertInstanceOf(actual, expectedType, msg);
}

/** Fails if the value is an instance of the class. */
export function assertNotInstanceOf<A, T>(
  actual: A,
  // deno-lint-ignore no-explicit-any -- as the real package has it
  unexpectedType: abstract new (...args: any[]) => T,
  msg?: string,
): asserts actual is Exclude<A, T> {
  impl.assertNotInstanceOf(actual, unexpectedType, msg);
}

/** Fails unless the value is an error of that class and message. */
export function assertIsError<E extends Error = Error>(
  error: unknown,
  // deno-lint-ignore no-explicit-any -- as the real package has it
  ErrorClass?: abstract new (...args: any[]) => E,
  msgMatches?: string | RegExp,
  msg?: string,
): asserts error is E {
  impl.assertIsError(error, ErrorClass, msgMatches, msg);
}

/** Fails unless the string matches. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  impl.assertMatch(actual, expected, msg);
}

/** Fails if the string matches. */
export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void {
  impl.assertNotMatch(actual, expected, msg);
}

/** Fails unless the object has every expected property. */
export function assertObjectMatch(
  // deno-lint-ignore no-explicit-any -- as the real package has it
  actual: Record<PropertyKey, any>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  impl.assertObjectMatch(actual, expected, msg);
}

/** Fails unless the string contains the other. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  impl.assertStringIncludes(actual, expected, msg);
}

/** Fails always. */
export function fail(msg?: string): never {
  impl.fail(msg);
  throw new TypeError("unreachable");
}

/** Fails with "Unimplemented." */
export function unimplemented(msg?: string): never {
  impl.unimplemented(msg);
  throw new TypeError("unreachable");
}

/** Fails with "Unreachable." */
export function unreachable(msg?: string): never {
  impl.unreachable(msg);
  throw new TypeError("unreachable");
}

/** Fails unless the function throws; returns what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Fails unless the function throws an error of that class; returns it. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  // deno-lint-ignore no-explicit-any -- as the real package has it
  ErrorClass: abstract new (...args: any[]) => E,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(fn: () => unknown, ...rest: unknown[]): unknown {
  return impl.assertThrows(fn, ...rest);
}

/** Fails unless the promise rejects; returns the reason. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** Fails unless the promise rejects with an error of that class; returns it. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  // deno-lint-ignore no-explicit-any -- as the real package has it
  ErrorClass: abstract new (...args: any[]) => E,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export function assertRejects(fn: () => PromiseLike<unknown>, ...rest: unknown[]): Promise<unknown> {
  return impl.assertRejects(fn, ...rest);
}

/** Fails unless the first value is greater than the second. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  impl.assertGreater(actual, expected, msg);
}

/** Fails unless the first value is at least the second. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  impl.assertGreaterOrEqual(actual, expected, msg);
}

/** Fails unless the first value is less than the second. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  impl.assertLess(actual, expected, msg);
}

/** Fails unless the first value is at most the second. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  impl.assertLessOrEqual(actual, expected, msg);
}
