/**
 * Lets the standalone binary `require` CommonJS modules beside the locustfile.
 *
 * @module
 */

import { builtin } from "../core/builtin.ts";
import { errorMessage } from "../core/error_site.ts";

/** The part of Node's module loader that its types lack. */
interface ModuleLoader {
  readonly _extensions: Record<string, (module: LoadedModule, path: string) => void>;
}

interface LoadedModule {
  exports: unknown;
  _compile(source: string, path: string): void;
}

/** Thrown by `require` of a native addon in the standalone binary. */
export class NativeAddonError extends TypeError {
  /** @inheritDoc */
  override readonly name = "NativeAddonError";

  /** @param path The addon's file */
  constructor(path: string) {
    super(`Cannot load "${path}": the standalone binary loads no native addons, expected JavaScript`);
  }
}

/**
 * Makes `require` (of `createRequire`, and in the modules it loads) read files from disk. In a compiled program Deno
 * resolves them by Node's rules, but then reads embedded files only. Embedded files are still loaded by Deno.
 */
export function requireFromDisk(): void {
  const { _extensions: loaders } = builtin("node:module") as unknown as ModuleLoader;
  const ours: ModuleLoader["_extensions"] = {
    ".js": compile,
    ".cjs": compile,
    ".json": (module, path) => {
      try {
        module.exports = JSON.parse(readSource(path));
      } catch (cause) {
        throw new SyntaxError(`Cannot require "${path}": ${errorMessage(cause)}`, { cause });
      }
    },
  };
  for (const [extension, load] of Object.entries(ours)) {
    const embedded = loaders[extension]!;
    loaders[extension] = (module, path) => {
      try {
        embedded(module, path);
      } catch (error) {
        if (!isNotEmbedded(error)) throw error;
        load(module, path);
      }
    };
  }
  loaders[".node"] = (_, path) => {
    throw new NativeAddonError(path);
  };
}

function compile(module: LoadedModule, path: string): void {
  module._compile(readSource(path), path);
}

function readSource(path: string): string {
  return builtin("node:fs").readFileSync(path, "utf8").replace(/^\uFEFF/, "").replace(/^#!.*/, "");
}

/** Recognizes the error of Deno for a file that is not embedded. */
function isNotEmbedded(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound && error.message === "path not found";
}
