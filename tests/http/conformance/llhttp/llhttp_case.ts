// The form of a case made from a fixture of llhttp.

import type { AnswerCase, Expected } from "../cases/case.ts";

/** A different result, and the reason. */
type Differently = Expected & { readonly because: string };

/**
 * An answer of llhttp's tests, after which the server closes the connection. Fixtures that differ only in llhttp's mode
 * (lenient, pausing) are one case; long ones are shortened.
 */
export interface LlhttpCase extends Pick<AnswerCase, "name" | "answer" | "method"> {
  /** The result of llhttp in strict mode: of the first final answer if there are several. */
  readonly llhttp: Expected;
  readonly socket?: Differently;
  readonly fetch?: Differently;
}
