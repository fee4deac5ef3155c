// A server on a thread of its own that reads every request whole, and answers every second one with the end of the
// connection. It knows how many requests it has read. A request of `/hang` that is not dropped has no answer either.

/** The server. */
export interface DroppingServer extends AsyncDisposable {
  /** Base URL without a trailing slash. */
  readonly url: string;
  /** Waits until no connection is open; returns how many requests were read so far, and how many of them were dropped. */
  counts(): Promise<DroppingCounts>;
}

/** What the server has seen. */
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
