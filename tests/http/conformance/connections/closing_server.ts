// A server on its own thread that ends its first connection, after one answer, when the test orders it. The test's thread
// can wait for that without running its event loop.

/** The server. */
export interface ClosingServer extends AsyncDisposable {
  readonly port: number;
  /** Ends the first connection; returns once it has ended. Blocks this thread. */
  closeFirst(): void;
  /** Waits until all connections are closed; returns the connection number of each request read. */
  requests(): Promise<readonly number[]>;
}

/** Shared state of both threads: 1 orders the end of the first connection, 2 confirms it. */
export type Orders = Int32Array<SharedArrayBuffer>;

/** How a connection ends. */
export type Ending = "end" | "reset";

/** The server thread's task. */
export interface ClosingTask {
  readonly orders: Orders;
  readonly ending: Ending;
  /** Certificate and key, PEM; `null` for plain text. */
  readonly certified: { readonly cert: string; readonly key: string } | null;
}

/** Starts the server on a free port of loopback. */
export async function startClosingServer(
  ending: Ending,
  certified: ClosingTask["certified"] = null,
): Promise<ClosingServer> {
  const orders: Orders = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL("closing_worker.ts", import.meta.url), { type: "module" });
  const next = <T>() => new Promise<T>((resolve) => worker.onmessage = ({ data }) => resolve(data));
  const task: ClosingTask = { orders, ending, certified };
  worker.postMessage(task);
  const port = await next<number>();
  return {
    port,
    closeFirst() {
      Atomics.store(orders, 0, 1);
      Atomics.notify(orders, 0);
      Atomics.wait(orders, 0, 1);
    },
    requests() {
      worker.postMessage("requests");
      return next<readonly number[]>();
    },
    [Symbol.asyncDispose]() {
      worker.terminate();
      return Promise.resolve();
    },
  };
}
