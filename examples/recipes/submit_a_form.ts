// Submits a form of an HTML page as a browser does: with its hidden fields, such as a CSRF token, and to its action.
// npm:linkedom parses the page.
//
//   locust submit_a_form.ts --host http://localhost:8080 --users 10 --duration 30

import { assertEquals, HttpUser, type LocustResponse } from "@x/locust";
import { DOMParser } from "npm:linkedom@0.18.15";

interface Form {
  readonly action: string;
  /** Names and values of all fields that have one. */
  readonly fields: Record<string, string>;
}

/** Returns the page's first form. */
async function formOf(page: LocustResponse): Promise<Form> {
  const form = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("form");
  if (form === null) throw new Error(`No form in ${page.url}`);
  const fields: Record<string, string> = {};
  for (const field of form.querySelectorAll("input[name]")) {
    fields[field.getAttribute("name")!] = field.getAttribute("value") ?? "";
  }
  return { action: new URL(form.getAttribute("action") ?? "", page.url).href, fields };
}

export class Member extends HttpUser {
  override async run() {
    const { action, fields } = await formOf(await this.client.get("/login"));
    const resp = await this.client.post(action, { form: { ...fields, user: "ann", password: "secret" } });
    assertEquals(resp.status, 200);
  }
}
