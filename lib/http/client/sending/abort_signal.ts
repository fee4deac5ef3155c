/**
 * The script's own signal to abort a request.
 *
 * @module
 */

import { TransportError } from "../../transport.ts";

/**
 * Aborts when the signal fires, or at once if it has fired.
 *
 * @returns Stops listening
 */
export function abortOn(signal: AbortSignal, abort: (reason: TransportError) => void): () => void {
  const onAbort = () => abort(new TransportError("aborted", "aborted by the script's signal"));
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort);
  return () => signal.removeEventListener("abort", onAbort);
}
