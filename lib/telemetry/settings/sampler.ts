/**
 * The share of iterations that have a trace, from the standard variables.
 *
 * @module
 */

import { UsageError } from "../../core/errors.ts";
import { given, type ReadVariable, VARIABLES } from "./variables.ts";

const SAMPLERS = "traceidratio, always_on, always_off, or one of them after parentbased_";

/**
 * Returns the share that the variables ask for, 0–1; `null` without one of the standard samplers. An iteration has no
 * parent, so that those with `parentbased_` mean the same.
 *
 * @param warn Receives a warning about another sampler, which is ignored: the variable may be meant for another program
 * @throws {UsageError} if the argument is not a share
 */
export function sampledShare(read: ReadVariable, warn: (text: string) => void): number | null {
  const variable = given(read, VARIABLES.sampler.name);
  const sampler = variable?.value.toLowerCase().replace(/^parentbased_/, "");
  if (sampler === "always_on") return 1;
  if (sampler === "always_off") return 0;
  if (sampler !== "traceidratio") {
    if (variable !== null) {
      warn(`Cannot use ${variable.label} "${variable.value}": unknown sampler, ignored, expected ${SAMPLERS}`);
    }
    return null;
  }
  const argument = given(read, VARIABLES.samplerArgument.name);
  const share = Number(argument?.value ?? 1);
  if (share >= 0 && share <= 1) return share;
  throw new UsageError([
    `Cannot use ${argument!.label} "${argument!.value}": not a share, expected 0 to 1, such as 0.01`,
  ]);
}
