/**
 * What an error is called where it is exported.
 *
 * @module
 */

/**
 * Returns the value of `error.type`, the same in metrics and spans: the status code of an HTTP error, otherwise the message
 * it is counted under.
 */
export function errorTypeOf(text: string): string {
  return /^([45]\d\d)(?: |$)/.exec(text)?.[1] ?? text;
}
