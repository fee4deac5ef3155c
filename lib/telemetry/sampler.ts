/**
 * The share of iterations that have a trace, from the standard variables.
 *
 * @module
 */

import { UsageError } from "../core/errors.ts";
import { given, type ReadVariable, VARIABLES } from "./variables.ts";

/**
 * Returns the share that the variables ask for, 0–1; `null` without one of the standard samplers. An iteration has no
 * parent, so that those with `parentbased_` mean the same.
 *
 * @throws {UsageError} if the argument is not a share
 */
export function sampledShare(read: ReadVariable): number | null {
  const sampler = given(read, VARIABLES.sampler.name)?.value.toLowerCase().replace(/^parentbased_/, "");
  if (sampler === "always_on") return 1;
  if (sampler === "always_off") return 0;
  if (sampler !== "traceidratio") return null;
  const argument = given(read, VARIABLES.samplerArgument.name);
  const share = Number(argument?.value ?? 1);
  if (share >= 0 && share <= 1) return share;
  throw new UsageError([
    `Cannot use ${argument!.label} "${argument!.value}": not a share, expected 0 to 1, such as 0.01`,
  ]);
}
