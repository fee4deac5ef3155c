// A server on its own thread that reads every request in full, and closes the connection instead of answering every second
// one. It counts the requests it has read. A request of `/hang` that is not dropped gets no answer either.

/** The server. */
export interface DroppingServer extends AsyncDisposable {
  /** Base URL without a trailing slash. */
  readonly url: string;
  /** Waits until no connection is open; returns the counts of requests read and dropped so far. */
  counts(): Promise<DroppingCounts>;
}

/** Counts of requests. */
export interface DroppingCounts {
  readonly read: number;
  readonly dropped: number;
}

/** Starts the server on a free port of loopback. */
export async function startDroppingServer(): Promise<DroppingServer> {
  const worker = new Worker(new URL("dropping_worker.ts", import.meta.url), { type: "module" });
  const next = <T>() => new Promise<T>((resolve) => worker.onmessage = ({ data }) => resolve(data));
  const port = await next<number>();
  return {
    url: `http://127.0.0.1:${port}`,
    counts() {
      worker.postMessage("counts");
      return next<DroppingCounts>();
    },
    [Symbol.asyncDispose]() {
      worker.terminate();
      return Promise.resolve();
    },
  };
}
