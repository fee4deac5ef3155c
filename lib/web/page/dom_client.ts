/**
 * Small things that the page's script is made of. The functions of all `*_client.ts` files run in a browser, from their
 * source: each uses nothing but its arguments, and functions and constants of these files.
 *
 * @module
 */

// deno-lint-ignore-file no-explicit-any -- a browser's objects have no types here

declare const document: any;

/** Returns the element of an id. */
export function byId(id: string): any {
  return document.getElementById(id);
}

/** Returns a new element with properties and children. */
export function el(tag: string, properties: Record<string, any> = {}, children: any[] = []): any {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** Sets an element's text, if it is another one: a screen reader says what changes. */
export function setText(element: any, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Puts other children into an element. */
export function replaceChildren(element: any, children: any[]): void {
  element.replaceChildren(...children);
}

/** Returns a table of plain cells, with a caption for those who do not see it. */
export function plainTable(caption: string, header: string[], rows: any[][], numbersFrom: number): any {
  const kind = (index: number) => index >= numbersFrom ? "n" : index === numbersFrom - 1 ? "t" : "";
  const cell = (tag: string) => (value: any, index: number) =>
    el(tag, { className: kind(index), ...(tag === "th" ? { scope: "col" } : {}) }, [value]);
  return el("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": caption }, [
    el("table", {}, [
      el("caption", { className: "hidden" }, [caption]),
      el("thead", {}, [el("tr", {}, header.map(cell("th")))]),
      el("tbody", {}, rows.map((row) => el("tr", {}, row.map(cell("td"))))),
    ]),
  ]);
}

/** Asks the server for something; rejects with what it says. */
export async function ask(path: string, body?: unknown): Promise<any> {
  const response = await fetch(
    path,
    body === undefined ? {} : {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    },
  );
  const answer = await response.json();
  if (response.ok || answer.problems !== undefined) return answer;
  throw new Error(answer.error ?? "The server answered " + response.status);
}
