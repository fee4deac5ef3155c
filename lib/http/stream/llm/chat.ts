/**
 * Streams of OpenAI-compatible chat completions, and their figures.
 *
 * @module
 */

import { RequestError } from "../../client/request_error.ts";
import type { LocustStream } from "../stream_response.ts";
import type { StreamOptions } from "../stream_opener.ts";

/** Tokens that the server has counted, in the API's own names. */
export interface ChatUsage {
  /** Tokens of the messages sent. */
  readonly prompt_tokens?: number;
  /** Tokens of the answer. */
  readonly completion_tokens?: number;
  /** Sum of both. */
  readonly total_tokens?: number;
}

/** The request as the API defines it; `stream` and `stream_options` are added. */
export interface ChatRequest {
  /** The conversation so far. */
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  /** Name of the model. */
  readonly model: string;
  /** Any further parameter, such as `max_tokens` or `temperature`. */
  readonly [parameter: string]: unknown;
}

/** The answer to one chat request. */
export interface ChatAnswer {
  /** The whole text. */
  readonly text: string;
  /** What the server says it cost; `null` if it does not. */
  readonly usage: ChatUsage | null;
  /** Time to the first chunk with content, in milliseconds; `null` without content. */
  readonly ttftMs: number | null;
  /** Time to the last chunk, in milliseconds. */
  readonly e2eMs: number;
  /** Tokens of the answer: by `usage`, or else the number of chunks with content. */
  readonly tokens: number;
  /** Whether `tokens` is the number of chunks, since the server sent no `usage`. */
  readonly areTokensCounted: boolean;
  /** `tokens` divided by `e2eMs`, per second. */
  readonly tokensPerSecond: number;
}

/** A client, as far as needed here. */
export interface StreamClient {
  /** Opens a stream. */
  stream(target: string | URL, options?: StreamOptions): Promise<LocustStream>;
}

/** Options of the request, besides its method and body. */
export type ChatOptions = Omit<StreamOptions, "method" | "body" | "json" | "form" | "raiseForStatus">;

/** What one chunk adds. */
interface ChatDelta {
  readonly content?: string | null;
  /** What a model that reasons says before its answer. */
  readonly reasoning_content?: string | null;
}

/** What one event of the stream says, as far as needed. */
interface ChatChunk {
  readonly choices?: readonly { readonly delta?: ChatDelta }[];
  readonly usage?: ChatUsage | null;
  readonly error?: { readonly message?: string } | string | null;
}

/** Reads the events of one answer. */
class ChatReader {
  text = "";
  usage: ChatUsage | null = null;
  firstMs: number | null = null;
  lastMs = 0;
  chunks = 0;
  #hasChoices = false;
  #lastContentMs = 0;
  readonly #resp: LocustStream;

  constructor(resp: LocustStream) {
    this.#resp = resp;
  }

  async read(): Promise<void> {
    for await (const { event, sinceStartMs } of this.#resp.timedEvents()) {
      if (event.data === "[DONE]") continue;
      this.#take(this.#parsed(event.data), sinceStartMs);
      this.lastMs = sinceStartMs;
    }
    if (this.#hasChoices) return;
    const type = this.#resp.headers.get("content-type") ?? "no content-type";
    throw this.#failure(`no chunk of an answer in the response (${type}), expected a stream of events with choices`);
  }

  #take({ choices, usage, error }: ChatChunk, atMs: number): void {
    if (error !== undefined && error !== null) {
      throw this.#failure(`error in the stream: ${typeof error === "string" ? error : error.message ?? "unknown"}`);
    }
    this.usage = usage ?? this.usage;
    this.#hasChoices ||= (choices?.length ?? 0) > 0;
    const delta = choices?.[0]?.delta;
    // As in vLLM's benchmark, tokens of reasoning are output like any other.
    if (!isText(delta?.content) && !isText(delta?.reasoning_content)) return;
    if (this.firstMs === null) this.firstMs = atMs;
    else this.#resp.measure("itl", "ms", atMs - this.#lastContentMs);
    this.#lastContentMs = atMs;
    this.text += delta?.content ?? "";
    this.chunks++;
  }

  #parsed(data: string): ChatChunk {
    try {
      const chunk = JSON.parse(data);
      if (typeof chunk === "object" && chunk !== null) return chunk;
    } catch {
      // the failure is below
    }
    throw this.#failure("an event of the stream is not a JSON object");
  }

  #failure(message: string): RequestError {
    this.#resp.error = message;
    return new RequestError("protocol", message, this.#resp.row);
  }
}

function isText(content: unknown): boolean {
  return typeof content === "string" && content !== "";
}

async function chat(
  client: StreamClient,
  target: string | URL,
  request: ChatRequest,
  options: ChatOptions = {},
): Promise<ChatAnswer> {
  checkRequest(request);
  const given = request.stream_options as object | undefined;
  const json = { ...request, stream: true, stream_options: { include_usage: true, ...given } };
  const resp = await client.stream(target, { ...options, method: "POST", json, raiseForStatus: true });
  const reader = new ChatReader(resp);
  await reader.read();
  const { text, usage, firstMs, lastMs: e2eMs } = reader;
  const areTokensCounted = typeof usage?.completion_tokens !== "number";
  const tokens = areTokensCounted ? reader.chunks : usage!.completion_tokens!;
  const tokensPerSecond = e2eMs > 0 ? tokens / (e2eMs / 1000) : 0;
  const mark = areTokensCounted ? " (counted from chunks)" : "";
  if (firstMs !== null) {
    resp.measure("ttft", "ms", firstMs);
    if (tokens > 1) resp.measure(`tpot${mark}`, "ms", (e2eMs - firstMs) / (tokens - 1));
    resp.measure(`tokens/s${mark}`, "", tokensPerSecond);
  }
  resp.measure("e2e", "ms", e2eMs);
  return { text, usage, ttftMs: firstMs, e2eMs, tokens, areTokensCounted, tokensPerSecond };
}

function checkRequest(request: unknown): void {
  if (Array.isArray((request as Partial<ChatRequest> | null | undefined)?.messages)) return;
  throw new TypeError(
    `Cannot chat with ${
      Deno.inspect(request, { depth: 1 })
    }: expected { model: "name", messages: [{ role: "user", content: "Hi" }] }`,
  );
}

/** Chats with language models. */
export interface Llm {
  /**
   * Sends a chat request to an OpenAI-compatible server and reads the streamed answer.
   *
   * Records measures named after the row, defined as in vLLM's `benchmark_serving`: `ttft`, `itl`, `tpot` and `e2e` in
   * milliseconds, and `tokens/s`. If the server sends no `usage`, tokens are the chunks with content, and the names of
   * `tpot` and `tokens/s` end with `(counted from chunks)`.
   *
   * @param client The user's client
   * @param target A path under the base URL, or a full URL, such as `/v1/chat/completions`
   * @param request The request, without `stream`
   * @param options Options of the request, such as `headers`, `name` and `timeout`
   * @throws {RequestError} if the status is 400 or above, the stream fails, it has an error or an event that is not JSON, or
   *   the response is not a stream of chat chunks
   * @throws {TypeError} if the request has no `messages`
   */
  chat(
    client: StreamClient,
    target: string | URL,
    request: ChatRequest,
    options?: ChatOptions,
  ): Promise<ChatAnswer>;
}

/** Chats with language models. */
export const llm: Llm = { chat };
