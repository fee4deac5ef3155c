/**
 * Records what a browser requests.
 *
 * @module
 */

import { ScriptError } from "../../core/errors.ts";
import type { HarPage } from "../har/har_format.ts";
import { Devtools, type Params } from "./devtools.ts";
import { HarLog } from "./har_log.ts";

/** Largest body that is kept, and all bodies together, in characters. */
const MAX_BODY_LENGTH = 8 * 1024 * 1024;
const MAX_BODIES_LENGTH = 256 * 1024 * 1024;
/** Longest wait for bodies at the end, in milliseconds. */
const BODIES_LIMIT_MS = 5_000;

/** A recording under way. */
export class Recorder {
  readonly #log = new HarLog();
  readonly #pages: HarPage[] = [];
  readonly #bodies = new Set<Promise<void>>();
  /** Main frame of each page by session. */
  readonly #frames = new Map<string, string>();
  readonly #attaching = new Set<Promise<void>>();
  readonly #lastPageClosed = Promise.withResolvers<void>();
  #bodiesLength = 0;
  #isNamed = false;
  #devtools!: Devtools;

  private constructor() {
    this.#beginPage("");
  }

  /** Attaches to all pages of a browser, those that are opened later among them. */
  static async attach(devtoolsUrl: string): Promise<Recorder> {
    const recorder = new Recorder();
    recorder.#devtools = await Devtools.connect(devtoolsUrl, (...event) => recorder.#onEvent(...event));
    await recorder.#autoAttach();
    return recorder;
  }

  /** Resolves when the browser or its last page is closed. */
  get closed(): Promise<void> {
    return Promise.race([this.#devtools.closed, this.#lastPageClosed.promise]);
  }

  /** Number of requests that were not kept, because there were too many. */
  get dropped(): number {
    return this.#log.dropped;
  }

  /**
   * Loads a URL in the first page.
   *
   * @throws {ScriptError} if nothing answers there
   */
  async open(url: string): Promise<void> {
    await Promise.all(this.#attaching);
    const [session] = this.#frames.keys();
    const { errorText = "" } = await this.#devtools.send("Page.navigate", { url }, session);
    // A download is "aborted" as a page.
    if (errorText === "" || errorText === "net::ERR_ABORTED") return;
    const reason = errorText.replace(/^net::ERR_/, "").replaceAll("_", " ").toLowerCase();
    throw new ScriptError(`Cannot record "${url}": ${reason}, expected a page that opens`);
  }

  /**
   * Begins a step. After the first name, only names begin steps; before, each page that is loaded does.
   *
   * @param name Its name; empty to let pages begin steps again
   */
  step(name: string): void {
    this.#isNamed = name !== "";
    this.#beginPage(name);
  }

  /** Ends the recording; returns it as a HAR file. */
  async end(): Promise<string> {
    await Promise.race([Promise.all(this.#bodies), new Promise((resolve) => setTimeout(resolve, BODIES_LIMIT_MS))]);
    await this.#devtools.send("Browser.close").catch(() => {}); // it is closed already
    await this.#devtools.close();
    const creator = { name: "locust record" };
    return JSON.stringify({ log: { version: "1.2", creator, pages: this.#pages, entries: this.#log.entries() } });
  }

  #beginPage(title: string): void {
    this.#pages.push({ id: `page_${this.#pages.length + 1}`, title });
  }

  async #autoAttach(session?: string): Promise<void> {
    const how = { autoAttach: true, waitForDebuggerOnStart: true, flatten: true };
    await this.#devtools.send("Target.setAutoAttach", how, session);
  }

  #onEvent(method: string, params: Params, session: string | undefined): void {
    if (method === "Target.attachedToTarget") this.#onAttached(params);
    else if (method === "Target.detachedFromTarget") this.#onDetached(params);
    else if (method.startsWith("Network.") && session !== undefined) this.#onNetwork(method, params, session);
  }

  #onAttached({ sessionId, targetInfo }: Params): void {
    if (targetInfo.type === "page") this.#frames.set(sessionId, targetInfo.targetId);
    const attached = this.#listen(sessionId)
      .catch(() => {}) // the target is gone again, or has no network of its own
      .finally(() => this.#attaching.delete(attached));
    this.#attaching.add(attached);
  }

  #onDetached({ sessionId }: Params): void {
    if (this.#frames.delete(sessionId) && this.#frames.size === 0) this.#lastPageClosed.resolve();
  }

  async #listen(session: string): Promise<void> {
    try {
      await this.#devtools.send("Network.enable", { maxPostDataSize: MAX_BODY_LENGTH }, session);
      await this.#autoAttach(session);
    } finally {
      await this.#devtools.send("Runtime.runIfWaitingForDebugger", {}, session);
    }
  }

  #onNetwork(method: string, params: Params, session: string): void {
    const isNavigation = method === "Network.requestWillBeSent" && params.type === "Document" &&
      params.redirectResponse === undefined && params.frameId === this.#frames.get(session);
    if (isNavigation && !this.#isNamed) this.#beginPage("");
    const id = `${session} ${params.requestId}`;
    this.#log.onEvent(method, params, id, this.#pages.at(-1)!.id!);
    const { hasPostData, postData } = params.request ?? {};
    if (method === "Network.requestWillBeSent" && hasPostData && postData === undefined) {
      this.#await(this.#fetchPostData(id, params.requestId, session));
    }
    if (method === "Network.loadingFinished" && this.#log.needsBody(id)) {
      this.#await(this.#fetchBody(id, params.requestId, session));
    }
  }

  /** Large bodies of requests, and those with files, do not come with the event. */
  async #fetchPostData(id: string, requestId: string, session: string): Promise<void> {
    const { postData } = await this.#devtools.send("Network.getRequestPostData", { requestId }, session);
    if (this.#mayKeep(postData)) this.#log.setPostData(id, postData);
  }

  async #fetchBody(id: string, requestId: string, session: string): Promise<void> {
    const { body, base64Encoded } = await this.#devtools.send("Network.getResponseBody", { requestId }, session);
    if (this.#mayKeep(body)) this.#log.setBody(id, body, base64Encoded);
  }

  #mayKeep(body: string): boolean {
    if (body.length > MAX_BODY_LENGTH || this.#bodiesLength + body.length > MAX_BODIES_LENGTH) return false;
    this.#bodiesLength += body.length;
    return true;
  }

  #await(fetched: Promise<void>): void {
    const settled = fetched.catch(() => {}) // the page is gone, and its bodies with it
      .finally(() => this.#bodies.delete(settled));
    this.#bodies.add(settled);
  }
}
