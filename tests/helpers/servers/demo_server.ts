/** Starts the server of the examples in a worker; disposing of it terminates the worker. */
export async function demoServer(): Promise<Disposable & { readonly url: string }> {
  const worker = new Worker(new URL("../../../examples/demo_server.ts", import.meta.url), { type: "module" });
  const url = await new Promise<string>((resolve) => worker.onmessage = (event) => resolve(event.data));
  return { url, [Symbol.dispose]: () => worker.terminate() };
}
