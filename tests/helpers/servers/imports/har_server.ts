// A server that answers from a HAR file. Each session gets cookies and tokens of its own, and what the recording had is
// refused, so that only a script that takes them from the responses gets through.

import type { HarEntry } from "../../../../lib/import/har/har_format.ts";

type Parts = readonly (readonly [string, string])[];

/** What a server saw. */
export interface HarServer extends AsyncDisposable {
  readonly port: number;
  /** Sessions that were opened. */
  readonly sessions: number;
  /** Values that differ for each session. */
  readonly tokens: readonly string[];
  /** Why requests were refused. */
  readonly refusals: readonly string[];
}

/** Starts a server on loopback for the entries of a file, which may contain its port. */
export function harServer(entriesFor: (port: number) => readonly HarEntry[]): HarServer {
  const sessions = new Map<string, Session>();
  const refusals: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const id = /\bhar_session=(\w+)/.exec(request.headers.get("cookie") ?? "")?.[1];
    const session = sessions.get(id ?? "") ?? new Session(entries, tokens, sessions.size + 1);
    sessions.set(session.id, session);
    const response = await session.answer(request);
    if (response instanceof Response) return response;
    refusals.push(`${request.method} ${request.url}: ${response}`);
    return new Response(response, { status: 418 });
  });
  const entries = entriesFor(server.addr.port);
  const tokens = findTokens(entries);
  return {
    port: server.addr.port,
    get sessions() {
      return sessions.size;
    },
    tokens,
    refusals,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** One user. */
class Session {
  readonly id: string;
  readonly #entries: readonly HarEntry[];
  readonly #tokens: readonly string[];
  readonly #shift: number;
  readonly #answered = new Map<string, number>();
  readonly #cookies = new Map<string, string>();

  constructor(entries: readonly HarEntry[], tokens: readonly string[], number: number) {
    this.id = `s${number}`;
    this.#entries = entries;
    this.#tokens = tokens;
    this.#shift = 1 + number % 9;
  }

  /** Answers, or says why not. */
  async answer(request: Request): Promise<Response | string> {
    const [url, body] = [request.url, await request.text()];
    const head = `${url}\n${body}\n${[...request.headers].filter(([name]) => name !== "cookie").join("\n")}`;
    const stale = this.#tokens.find((token) => head.includes(token) || head.includes(encodeURIComponent(token)));
    if (stale !== undefined) return `the recorded value ${stale}`;
    const key = `${request.method} ${keyOf(this.#back(url))}`;
    const known = this.#entries.filter((entry) => `${entry.request.method} ${keyOf(entry.request.url)}` === key);
    if (known.length === 0) return "not in the recording";
    const count = this.#answered.get(key) ?? 0;
    this.#answered.set(key, count + 1);
    const entry = known[count % known.length]!;
    const difference = this.#difference(request, entry, this.#back(body));
    return difference ?? this.#response(request, entry);
  }

  #difference(request: Request, entry: HarEntry, body: string): string | null {
    const sent = bodyParts(body, request.headers.get("content-type") ?? "");
    const post = entry.request.postData;
    const recorded = bodyParts(post?.text ?? "", post?.mimeType ?? "");
    for (const [name, value] of post?.text ? recorded : []) {
      const got = sent.filter(([other]) => other === name).map(([, one]) => one);
      if (!got.includes(value) && !got.includes("")) return `${name} is ${got} instead of ${value}`;
    }
    const cookies = request.headers.get("cookie") ?? "";
    const lost = [...this.#cookies].find(([name, value]) => !cookies.includes(`${name}=${value}`));
    return lost === undefined ? null : `without the cookie ${lost.join("=")}`;
  }

  #response(request: Request, entry: HarEntry): Response {
    if (request.headers.get("upgrade") === "websocket") return playSocket(request, entry);
    const { status, headers = [], content } = entry.response;
    const result = new Headers({ "set-cookie": `har_session=${this.id}; Path=/` });
    for (const { name = "", value = "" } of headers) {
      if (/^set-cookie$/i.test(name)) this.#setCookies(value, result);
      else if (/^[\w-]+$/.test(name) && !DROPPED.test(name)) {
        result.append(name, this.#changed(value).replaceAll(/[^\x20-\x7e]/g, ""));
      }
    }
    if (content?.mimeType && !result.has("content-type")) result.set("content-type", content.mimeType);
    const isNull = [101, 204, 205, 304].includes(status);
    const isText = content?.encoding !== "base64";
    const text = content?.text ?? (/event-stream/.test(content?.mimeType ?? "") ? "data: x\n\n" : "");
    const body = isText ? this.#changed(text) : Uint8Array.fromBase64(text);
    return new Response(isNull || request.method === "HEAD" ? null : body, {
      status: isNull ? 204 : status,
      headers: result,
    });
  }

  #setCookies(value: string, headers: Headers): void {
    for (const line of value.split("\n")) {
      const [, name = "", rest = ""] = /^\s*([^=;]+)=([^;]*)/.exec(line) ?? [];
      const isKept = !/max-age=0|expires=thu, 01.jan.1970/i.test(line) && rest !== "";
      const changed = `${this.#changed(rest)}${this.#tokens.includes(rest) ? "" : this.id}`;
      if (isKept) this.#cookies.set(name, changed);
      headers.append("set-cookie", `${name}=${changed}; Path=/${isKept ? "" : "; Max-Age=0"}`);
      if (!isKept) this.#cookies.delete(name);
    }
  }

  #changed(text: string): string {
    return this.#tokens.reduce((result, token) => result.replaceAll(token, shifted(token, this.#shift)), text);
  }

  #back(text: string): string {
    return this.#tokens.reduce((result, token) => {
      const changed = shifted(token, this.#shift);
      return result.replaceAll(changed, token).replaceAll(encodeURIComponent(changed), encodeURIComponent(token));
    }, text);
  }
}

const DROPPED =
  /^(?:content-(?:length|encoding|security-policy.*)|transfer-encoding|connection|keep-alive|strict-transport-security|alt-svc|status|trailer|upgrade|sec-websocket.*)$/i;

function keyOf(url: string): string {
  const { pathname, searchParams, hostname } = new URL(url.replace(/^ws/, "http"));
  return `${hostname}${decodeURI(pathname)}?${[...searchParams].map((pair) => pair.join("=")).join("&")}`;
}

/** Returns another value of the same length with the same kinds of characters. */
function shifted(token: string, by: number): string {
  return token.replaceAll(/\d/g, (digit) => String((Number(digit) + by) % 10));
}

function bodyParts(body: string, type: string): Parts {
  if (/urlencoded/.test(type)) return [...new URLSearchParams(body)];
  if (/^\s*[[{]/.test(body)) return leaves(JSON.parse(body), "");
  return [];
}

function leaves(value: unknown, name: string): [string, string][] {
  if (value === null || typeof value !== "object") return [[name, String(value)]];
  return Object.entries(value).flatMap(([key, one]) => leaves(one, `${name}.${key}`));
}

/** Returns what requests send that an earlier response had, and no request before it. */
function findTokens(entries: readonly HarEntry[]): string[] {
  const tokens = new Set<string>();
  let [sent, received] = ["", ""];
  for (const { request, response } of entries) {
    const own = [
      request.url,
      request.postData?.text ?? "",
      ...(request.headers ?? []).filter(isScripts).map(({ value }) => value),
    ]
      .join("\n");
    for (const word of decodeSafe(own).match(/[\w-]{16,}/g) ?? []) {
      const isMade = /\d/.test(word) && /[a-z]/i.test(word) && !/^\d{4}-\d\d/.test(word);
      if (isMade && !sent.includes(word) && new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(received)) tokens.add(word);
    }
    sent += decodeSafe(own);
    received += `${response.content?.text ?? ""}\n${(response.headers ?? []).map(({ value }) => value).join("\n")}\n`;
  }
  return [...tokens];
}

function isScripts({ name = "" }: { readonly name?: string }): boolean {
  return !/^(?:cookie|user-agent|accept.*|referer|host|origin|if-.*|:.*|sec-.*|x-client-data|connection|alt-used)$/i
    .test(name);
}

function decodeSafe(text: string): string {
  return text.replaceAll(/(?:%[\da-f]{2})+/gi, (code) => {
    try {
      return decodeURIComponent(code);
    } catch {
      return code;
    }
  });
}

function playSocket(request: Request, entry: HarEntry): Response {
  const { socket, response } = Deno.upgradeWebSocket(request);
  const queue = [...(entry._webSocketMessages ?? [])];
  const push = () => {
    while (queue[0]?.type === "receive") socket.send(queue.shift()!.data ?? "");
  };
  socket.onopen = push;
  socket.onmessage = () => {
    queue.shift();
    push();
  };
  return response;
}
