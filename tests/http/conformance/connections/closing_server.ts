// A server on a thread of its own that ends its first connection, after one answer, when the test's thread says so: that
// one can wait for it without looking at its own connections.

/** The server. */
export interface ClosingServer extends AsyncDisposable {
  readonly port: number;
  /** Has the first connection closed; returns when it is. Blocks this thread. */
  closeFirst(): void;
  /** Waits until the connections are closed; returns the requests read, each as the number of its connection. */
  requests(): Promise<readonly number[]>;
}

/** What the test's thread and the server's do to each other: 1 orders the first connection to be closed, 2 says it is. */
export type Orders = Int32Array<SharedArrayBuffer>;

/** How a connection ends: in good order, or not. */
export type Ending = "end" | "reset";

/** What the server's thread has to know. */
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
