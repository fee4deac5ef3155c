/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
// One of several threads that use the same shared memory: does a job and posts the result.

import { SharedBroadcast } from "../../../lib/script/shared/broadcast.ts";
import { SharedCounter } from "../../../lib/script/shared/counter.ts";
import { SharedQueue } from "../../../lib/script/shared/queue.ts";
import { RowFile } from "../../../lib/script/shared/rows/row_file.ts";
import { SharedRows } from "../../../lib/script/shared/rows/rows.ts";
import { SharedTable } from "../../../lib/script/shared/shared_table.ts";
import { interruptWaits } from "../../../lib/script/waits.ts";
import type { Job } from "./shared_workers.ts";

/** A test value: its producer, and its number among the producer's values. */
type Item = readonly [producer: number, index: number] | null;

async function run(job: Job): Promise<unknown> {
  const table = new SharedTable(job.memory);
  switch (job.task) {
    case "count": {
      const counter = new SharedCounter("c", table);
      return Array.from({ length: job.times }, () => counter.add());
    }
    case "produce": {
      const queue = new SharedQueue<Item>("q", table);
      for (let index = 0; index < job.times; index++) queue.push([job.index, index]);
      return null;
    }
    case "consume":
      return await consume(new SharedQueue<Item>("q", table), job.times);
    case "echo": {
      const [there, back] = [new SharedQueue("there", table), new SharedQueue("back", table)];
      for (let turn = 0; turn < job.times; turn++) back.push(await there.take());
      return null;
    }
    case "chat": {
      const broadcast = new SharedBroadcast<Item>("b", table);
      const heard: Item[] = [];
      const all = new Promise<void>((resolve) =>
        broadcast.listen((item) => heard.push(item) === job.times * job.threads && resolve())
      );
      await ready(table, job.threads);
      for (let index = 0; index < job.times; index++) broadcast.send([job.index, index]);
      await all;
      return heard;
    }
    case "rows": {
      const rows = new SharedRows<{ n: string }>("r", RowFile.open(table, new URL(job.file), {}, () => {}), table);
      return Array.from({ length: job.times }, () => Number(rows.next().n));
    }
    case "interrupted": {
      const queue = new SharedQueue("q", table);
      const waiting = Promise.allSettled([queue.take(), queue.take({ timeout: "1h" })]);
      interruptWaits();
      const errors = [...await waiting, ...await Promise.allSettled([queue.take()])];
      queue.push("there");
      return [...errors.map((one) => String((one as PromiseRejectedResult).reason)), await queue.take()];
    }
  }
}

/** Takes with several concurrent waits, some with timeouts, until each has received `null`. */
async function consume(queue: SharedQueue<Item>, takers: number): Promise<Item[]> {
  const taken: Item[] = [];
  await Promise.all(Array.from({ length: takers }, async (_, taker) => {
    while (true) {
      try {
        const item = await queue.take(taker === 0 ? { timeout: 0 } : {});
        if (item === null) return;
        taken.push(item);
      } catch (error) {
        if ((error as Error).name !== "TimeoutError") throw error;
      }
    }
  }));
  return taken;
}

/** Waits until all threads have arrived. */
async function ready(table: SharedTable, threads: number): Promise<void> {
  const counter = new SharedCounter("ready", table);
  counter.add();
  while (counter.value < threads) await new Promise((resolve) => setTimeout(resolve));
}

self.onmessage = async (event: MessageEvent<Job>) => self.postMessage(await run(event.data));
