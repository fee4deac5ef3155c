/** Job of a test thread with shared memory. */
export interface Job {
  readonly memory: SharedArrayBuffer;
  readonly task: "count" | "produce" | "consume" | "echo" | "chat" | "interrupted" | "rows";
  /** Repetitions, or concurrent waits. */
  readonly times: number;
  /** Number of this thread. */
  readonly index: number;
  /** Number of threads with this job. */
  readonly threads: number;
  /** URL of a file of test data. */
  readonly file: string;
}

/** Starts threads with the same job; returns their results. */
export function inThreads<T>(
  threads: number,
  memory: SharedArrayBuffer,
  task: Job["task"],
  times: number,
  file = "",
): Promise<T[]> {
  return Promise.all(Array.from({ length: threads }, async (_, index) => {
    const worker = new Worker(new URL("./shared_worker.ts", import.meta.url), { type: "module" });
    const result = await new Promise<T>((resolve, reject) => {
      worker.onmessage = (event: MessageEvent<T>) => resolve(event.data);
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(event.message));
      };
      worker.postMessage({ memory, task, times, index, threads, file } satisfies Job);
    });
    worker.terminate();
    return result;
  }));
}
