// What a case looks like that was made from a fixture of llhttp's.

import type { AnswerCase, Expected } from "../case.ts";

/** What a transport does instead, and why. */
type Differently = Expected & { readonly because: string };

/**
 * An answer of llhttp's tests, after which the server closes the connection. Fixtures that differ only in what llhttp is
 * told (to be lenient, to pause) are one case; some are cut down to what they are about.
 */
export interface LlhttpCase extends Pick<AnswerCase, "name" | "answer" | "method"> {
  /** What llhttp makes of it when it is strict: of the first final answer, where there are several. */
  readonly llhttp: Expected;
  readonly socket?: Differently;
  readonly fetch?: Differently;
}
