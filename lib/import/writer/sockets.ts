/**
 * Writes pauses and WebSockets.
 *
 * @module
 */

import { fieldsCode, objectCode, stringCode, textCode } from "../literals.ts";
import type { SocketCall, SocketMessage } from "../model.ts";
import type { Imports } from "./imports.ts";
import { commentCode, type Scope } from "./requests.ts";

/** Returns a pause of so many seconds, or of a random time. */
export function sleepCode(seconds: number | readonly [number, number], imports: Imports): string {
  imports.add("sleep");
  if (typeof seconds === "number") return `await sleep(${seconds});`;
  const [from, to] = seconds;
  return `await sleep(${from} + Math.random() * ${Number((to - from).toFixed(3))});`;
}

/** Returns the statements of a WebSocket. */
export function socketCode(socket: SocketCall, imports: Imports, scope: Scope): string {
  const { url, name, headers = [], protocols = [], messages, comment } = socket;
  const variable = scope.next("socket");
  const options = objectCode([
    ...(name === undefined ? [] : [["name", stringCode(name)] as const]),
    ...(headers.length === 0 ? [] : [["headers", fieldsCode(imports.fields(headers))] as const]),
    ...(protocols.length === 0 ? [] : [["protocols", `[${protocols.map(stringCode).join(", ")}]`] as const]),
  ]);
  const args = [textCode(imports.text(url)), ...(options === "{}" ? [] : [options])].join(", ");
  return commentCode(comment) + [
    `const ${variable} = await this.client.ws(${args});`,
    ...messages.map((message) => messageCode(message, variable, imports)),
    `await ${variable}.close();`,
  ].join("\n");
}

function messageCode(message: SocketMessage, socket: string, imports: Imports): string {
  switch (message.kind) {
    case "send":
      return `${socket}.send(${textCode(imports.text(message.data))}, { name: "message" });`;
    case "sendBytes":
      return `${socket}.send(Uint8Array.fromBase64(${stringCode(message.data)}), { name: "message" });`;
    case "receive":
      if (message.count === 1) return `await ${socket}.receive();`;
      return `for (let i = 0; i < ${message.count}; i++) {\nawait ${socket}.receive();\n}`;
    case "sleep":
      return sleepCode(message.seconds, imports);
  }
}
