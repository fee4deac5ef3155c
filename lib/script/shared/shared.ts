/**
 * Data that users share over all workers.
 *
 * @module
 */

import { dirname, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { SharedBroadcast } from "./broadcast.ts";
import { SharedCounter } from "./counter.ts";
import { SharedQueue } from "./queue.ts";
import type { RemoteShare } from "./remote.ts";
import { RowFile } from "./rows/row_file.ts";
import { SharedRows } from "./rows/rows.ts";
import { checkRowsOptions, type RowsOptions } from "./rows/rows_options.ts";
import { createSharedMemory, SharedTable } from "./shared_table.ts";

/** Longest name that a place in the code gives, in characters. */
const MAX_PLACE = 80;

/** Where rows come from: a `file:` URL, a path relative to the locustfile's folder, or the rows themselves. */
export type RowSource<T> = string | URL | readonly T[];

/**
 * Data that all users share. Workers share no variables, since each imports the locustfile itself; but a name of `shared`
 * refers to the same thing in `setup`, `control`, `teardown` and the users of every worker, for one run. A name has up to
 * about 100 bytes. There are up to 256 names (rows of a file count twice) and up to 16 queues and broadcasts.
 *
 * All of it also works outside of a run, in a locustfile that is the main program.
 */
export interface Shared {
  /**
   * Returns rows that all users share: over all users and workers, each row is taken once before any is taken again.
   *
   * ```ts ignore
   * const accounts = shared.rows<{ name: string }>("accounts", "./accounts.csv");
   * // in run(): const { name } = accounts.next();
   * ```
   *
   * Call it at the top of the locustfile, so that a file is read before the load. One worker reads it, into memory that
   * all share: the size of the file and 4 bytes per row. A file has up to 4 GiB of text, all files together up to 8 GiB.
   *
   * @param name Name of the sequence, the same in all workers
   * @param source A file, or an array that is the same in every worker. Files end in `.csv` (a header row; rows are
   * objects of strings; empty lines are left out), `.tsv` (the same with tabs), `.json` (an array), `.jsonl` or `.ndjson`
   * (a value on each line), each also with `.gz` after it
   * @param options Order, and how the file is read
   * @throws {TypeError} if the file cannot be read (the message names the line), there are no rows, an option is wrong,
   * or another worker has other rows under this name
   */
  rows<T = Record<string, string>>(
    name: string,
    source: RowSource<T>,
    options?: RowsOptions & { readonly repeat?: true },
  ): SharedRows<T>;
  /**
   * Returns rows that are taken once:
   *
   * ```ts ignore
   * const vouchers = shared.rows<{ code: string }>("vouchers", "./vouchers.csv", { repeat: false });
   * // in run(): const voucher = vouchers.next(); if (voucher === undefined) return this.shutdown("no vouchers left");
   * ```
   *
   * @param name Name of the sequence, the same in all workers
   * @param source A file, or an array that is the same in every worker
   * @param options Order, and how the file is read
   * @throws {TypeError} as above
   */
  rows<T = Record<string, string>>(
    name: string,
    source: RowSource<T>,
    options: RowsOptions,
  ): SharedRows<T | undefined>;

  /**
   * Returns an integer that all users share, initially 0:
   *
   * ```ts ignore
   * const paid = shared.counter("paid");
   * // in run(): if (await paid.next() === 1000) this.shutdown("1000 orders are paid");
   * ```
   *
   * @param name Its name, the same in all workers
   * @throws {RangeError} if the name is too long, or there are too many
   */
  counter(name: string): SharedCounter;

  /**
   * Returns a queue that all users share; each value is taken exactly once:
   *
   * ```ts ignore
   * const orders = shared.queue<number>("orders");
   * // in one class's run(): await orders.push(id);
   * // in another's: const id = await orders.take();
   * ```
   *
   * @param name Its name, the same in all workers
   * @throws {RangeError} if the name is too long, or there are too many
   */
  queue<T = unknown>(name: string): SharedQueue<T>;

  /**
   * Returns a channel that sends messages to every worker:
   *
   * ```ts ignore
   * const prices = shared.broadcast<{ item: number; price: number }>("prices");
   * prices.listen(({ item, price }) => expected.set(item, price)); // at the top of the locustfile
   * // anywhere: prices.send({ item: 7, price: 9.5 });
   * ```
   *
   * @param name Its name, the same in all workers
   * @throws {RangeError} if the name is too long, or there are too many
   */
  broadcast<T = unknown>(name: string): SharedBroadcast<T>;
}

let table: SharedTable | null = null;
/** One object per name, as its takers and listeners on this thread must be together. */
const queues = new Map<string, SharedQueue<unknown>>();
const broadcasts = new Map<string, SharedBroadcast<unknown>>();
/** Base folder of relative paths; `null` for the working directory. */
let folder: string | null = null;
/** The folder of the file it leads to, if it is a link. */
let target: string | null = null;

/** Way to what all machines of the run share; `null` if it is on one machine. */
let remote: RemoteShare | null = null;

/** Shows that this thread is alive while it does not yield. */
let beat: () => void = () => {};

/**
 * Joins the memory of a run; called before the locustfile is imported.
 *
 * @param onBeat Called about every second while this thread reads test data, or waits for another that does
 * @param others Way to what all machines share, in a run on several. @default it is on one machine
 */
export function joinSharedMemory(
  memory: SharedArrayBuffer,
  locustfile: string | null,
  onBeat: () => void,
  others: RemoteShare | null = null,
): void {
  beat = onBeat;
  remote = others;
  table = new SharedTable(memory);
  queues.clear();
  broadcasts.clear();
  const path = locustfile === null ? null : fileURLToPath(locustfile);
  folder = path === null ? null : dirname(path);
  target = path === null ? null : targetFolder(path);
}

/** Data that all users on all workers share. */
export const shared: Shared = {
  rows<T>(name: string, source: RowSource<T>, options: RowsOptions = {}): SharedRows<T> {
    checkRowsOptions(options, `share rows "${name}"`);
    const table = sharedTable();
    const rows = Array.isArray(source) ? source : RowFile.open(table, sourceUrl(source as string | URL), options, beat);
    return new SharedRows<T>(name, rows, table, options, remote === null ? null : { share: remote, beat });
  },
  counter(name: string): SharedCounter {
    return new SharedCounter(name, sharedTable(), remote);
  },
  queue<T>(name: string): SharedQueue<T> {
    return known(queues, name, () => new SharedQueue(name, sharedTable(), remote)) as SharedQueue<T>;
  },
  broadcast<T>(name: string): SharedBroadcast<T> {
    return known(broadcasts, name, () => new SharedBroadcast(name, sharedTable(), remote)) as SharedBroadcast<T>;
  },
};

/** Outside of a run (a locustfile that is the main program) the memory is this program's own. */
function sharedTable(): SharedTable {
  return table ??= new SharedTable(createSharedMemory());
}

/** Returns what other kinds of shared things are made of. */
export function sharedParts(): {
  readonly table: SharedTable;
  readonly remote: RemoteShare | null;
  /** Makes a name of a place in the code, the same on all machines. */
  readonly place: (line: string) => string;
} {
  return { table: sharedTable(), remote, place: placeName };
}

/** Machines have the locustfile in different folders: paths count from there. The end of a name tells more. */
function placeName(line: string): string {
  const place = line.replace(/file:\S+?(?=:\d)/, (url) => {
    const path = fileURLToPath(url);
    return folder === null ? path : relative(folder, path);
  });
  return place.slice(-MAX_PLACE);
}

function known<T>(made: Map<string, T>, name: string, make: () => T): T {
  const one = made.get(name) ?? make();
  made.set(name, one);
  return one;
}

function sourceUrl(source: string | URL): URL {
  if (source instanceof URL) return source;
  if (source.startsWith("file:")) return new URL(source);
  return pathToFileURL(folder === null ? resolve(source) : besideLocustfile(folder, source));
}

/** Returns a path beside the locustfile, or, if it is a link and there is none, beside the file it leads to. */
function besideLocustfile(folder: string, source: string): string {
  const path = resolve(folder, source);
  if (target === null || exists(path)) return path;
  const other = resolve(target, source);
  return exists(other) ? other : path;
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false; // reading it will say why
  }
}

/** Returns the folder of the file that a locustfile leads to; `null` if it is not a link. */
function targetFolder(path: string): string | null {
  try {
    return Deno.lstatSync(path).isSymlink ? dirname(Deno.realPathSync(path)) : null;
  } catch {
    return null; // its import will say why
  }
}
