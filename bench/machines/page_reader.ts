/**
 * Reads a run's page as a browser does.
 *
 * @module
 */

/** A page that is open: it follows the run's events. */
export class PageReader {
  readonly #origin: string;
  readonly #headers: { readonly cookie: string };
  /** Bytes of events that have come. */
  eventBytes = 0;

  private constructor(origin: string, cookie: string) {
    this.#origin = origin;
    this.#headers = { cookie };
  }

  /**
   * Opens the page.
   *
   * @param url As the program prints it, with the token
   */
  static async open(url: string): Promise<PageReader> {
    const { origin, hash } = new URL(url);
    const token = new URLSearchParams(hash.slice(1)).get("token");
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${origin}/api/session`, { method: "POST", headers, body: JSON.stringify({ token }) });
    await answer.body?.cancel();
    const page = new PageReader(origin, answer.headers.get("set-cookie")!.split(";")[0]!);
    void page.#follow();
    return page;
  }

  /** Asks for the figures again and again; returns how long each answer took, in milliseconds. */
  async ask(untilMs: number): Promise<number[]> {
    const waits: number[] = [];
    while (performance.now() < untilMs) {
      const sentMs = performance.now();
      const answer = await fetch(`${this.#origin}/api/run?run=1`, { headers: this.#headers });
      await answer.bytes();
      if (!answer.ok) throw new Error(`The page answers with ${answer.status}`);
      waits.push(performance.now() - sentMs);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return waits;
  }

  async #follow(): Promise<void> {
    const { body } = await fetch(`${this.#origin}/api/events`, { headers: this.#headers });
    for await (const part of body!) this.eventBytes += part.length; // ends with the program
  }
}
