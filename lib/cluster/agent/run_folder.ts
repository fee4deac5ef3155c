/**
 * Where an agent keeps the files of a run.
 *
 * @module
 */

import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { UsageError } from "../../core/errors.ts";
import { type BundleHead, MAX_PACKED_BYTES, unpackBundle } from "../files/bundle.ts";
import { fetchFiles } from "../wire/file_transfer.ts";
import { folderPrefix, removeLeftFolders } from "./left_folders.ts";
import type { Network } from "../wire/link.ts";

/** A folder of temporary files of one run. */
export class RunFolder {
  readonly #network: Network;
  readonly #subject: string;
  readonly #log: (text: string) => void;
  #folder: string | null = null;
  #isRemoved = false;
  /** Whether the files were not those of the run. */
  isRefused = false;

  /**
   * @param subject Where the files are to be had
   * @param log Receives why they are refused
   */
  constructor(network: Network, subject: string, log: (text: string) => void) {
    this.#network = network;
    this.#subject = subject;
    this.#log = log;
  }

  /**
   * Gets the files and writes them.
   *
   * @returns The URL of the locustfile; `null` if the folder was removed meanwhile
   * @throws {UsageError} if they are not those of the run, or too large
   */
  async fill(head: BundleHead): Promise<string | null> {
    try {
      return await this.#fill(head);
    } catch (error) {
      if (error instanceof UsageError) {
        this.isRefused = true;
        this.#log(`Cannot take part in a run: ${error.message}`);
      }
      throw error;
    }
  }

  /** Removes it; nothing is written to it any more. */
  remove(): void {
    this.#isRemoved = true;
    try {
      if (this.#folder !== null) Deno.removeSync(this.#folder, { recursive: true });
    } catch {
      // A worker may still write there; the system clears its folder of temporary files.
    }
  }

  async #fill(head: BundleHead): Promise<string | null> {
    if (!(head.bytes <= MAX_PACKED_BYTES)) {
      throw new UsageError(["Cannot use the files of the run: they are too large"]);
    }
    const packed = await fetchFiles(this.#network, this.#subject, head, () => this.#isRemoved);
    if (packed === null) return null;
    const folder = this.#folder = Deno.makeTempDirSync({ prefix: folderPrefix() });
    removeLeftFolders(dirname(folder));
    try {
      return pathToFileURL(await unpackBundle(packed, head, folder)).href;
    } finally {
      if (this.#isRemoved) this.remove(); // what was written since
    }
  }
}
