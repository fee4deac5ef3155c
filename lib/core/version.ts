/**
 * The program's version.
 *
 * @module
 */

import config from "../../deno.json" with { type: "json" };

/** Version of this program, from its `deno.json`. */
export const VERSION: string = config.version;
