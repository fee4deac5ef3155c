/**
 * The form that a run is started with.
 *
 * @module
 */

// deno-lint-ignore-file no-explicit-any -- a browser's objects have no types here

import { type ChartSpec, makeChart } from "../../report/html/chart_client.ts";
import { ask, byId, el, replaceChildren, setText } from "./dom_client.ts";
import type { PageState } from "./state_client.ts";

declare const page: PageState;
declare const document: any;

/** Draws the fields, with the values of the last run; what somebody has typed since then stays. */
export function drawForm(): void {
  const { fields, classes } = page.form!;
  const drawn = new Map((page.drawnForm?.fields ?? []).map(({ key, value }) => [key, value]));
  const valueOf = ({ key, value }: { key: string; value: string }) => {
    const typed = byId("field-" + key)?.value ?? value;
    return drawn.has(key) && typed !== drawn.get(key) ? typed : value;
  };
  const values = new Map(fields.map((field) => [field.key, valueOf(field)]));
  page.drawnForm = page.form;
  replaceChildren(
    byId("fields"),
    fields.map((field) => {
      const id = "field-" + field.key;
      const describedBy = "help-" + field.key + " problem-" + field.key;
      const common = {
        id,
        name: field.key,
        value: values.get(field.key),
        autocomplete: "off",
        "aria-describedby": describedBy,
      };
      const input = field.isList ? el("textarea", { ...common, rows: 2 }) : el("input", { ...common, type: "text" });
      input.addEventListener("input", () => void previewForm());
      return el("div", { className: "field" + (field.key === "config" || field.isList ? " wide" : "") }, [
        el("label", { htmlFor: id }, [field.label]),
        input,
        ...(field.key === "only" ? [classBoxes(input, classes)] : []),
        el("small", { id: "help-" + field.key }, [field.help]),
        el("small", { id: "problem-" + field.key, className: "bad", role: "alert" }),
      ]);
    }),
  );
  drawStages();
  void previewForm();
}

/** Returns boxes that put the names of classes into the field, in the order of the locustfile; none ticked runs all. */
export function classBoxes(field: any, classes: readonly string[]): any {
  const named = () => field.value.split(",").map((name: string) => name.trim());
  return el(
    "span",
    { className: "boxes" },
    classes.map((name) => {
      const box = el("input", { type: "checkbox", checked: named().includes(name) });
      box.addEventListener("change", () => {
        const chosen = classes.filter((one) => one === name ? box.checked : named().includes(one));
        field.value = chosen.join(",");
        void previewForm();
      });
      field.addEventListener("input", () => box.checked = named().includes(name));
      return el("label", {}, [box, name]);
    }),
  );
}

/** Returns the values of the form. */
export function formValues(): Record<string, string> {
  return Object.fromEntries(page.form!.fields.map(({ key }) => [key, byId("field-" + key).value]));
}

/** Says beside each field what is wrong with it. */
export function showProblems(problems: { key: string | null; text: string }[]): void {
  for (const { key } of page.form!.fields) {
    const own = problems.filter((problem) => problem.key === key).map(({ text }) => text);
    setText(byId("problem-" + key), own.join("; "));
    byId("field-" + key).setAttribute("aria-invalid", String(own.length > 0));
  }
  setText(byId("form-problem"), problems.filter(({ key }) => key === null).map(({ text }) => text).join("; "));
}

/** Draws the load that the form asks for. */
export async function previewForm(): Promise<void> {
  const { problems, preview } = await ask("/api/preview", formValues());
  showProblems(problems);
  page.preview?.destroy();
  page.preview = null;
  const box = byId("preview");
  box.hidden = preview === null || box.parentElement.clientWidth === 0;
  if (preview === null || box.clientWidth === 0) return;
  const spec: ChartSpec = {
    lines: [{ label: preview.unit === "users" ? "Users" : "Iterations/s", color: "#17a2a6" }],
    unit: "",
    isWhole: preview.unit === "users",
  };
  const columns = [0, 1].map((index) => preview.points.map((point: number[]) => point[index]));
  page.preview = makeChart(box, spec, columns, () => []);
  page.preview.setSize({ width: box.clientWidth, height: 130 });
}

/** Draws the editor of stages beside the field that holds them. */
export function drawStages(): void {
  const field = byId("field-config");
  if (field === null) return;
  const read = (): { duration: string; target: string }[] => {
    try {
      return JSON.parse(field.value).stages.map((stage: any) => ({ ...stage }));
    } catch {
      return [];
    }
  };
  const write = (stages: any[]) => {
    field.value = stages.length === 0 ? "" : JSON.stringify({ stages });
    draw();
    void previewForm();
  };
  const draw = () => {
    const stages = read();
    const cell = (stage: any, index: number, key: string, label: string) => {
      const input = el("input", {
        value: String(stage[key] ?? ""),
        "aria-label": "Stage " + (index + 1) + ", " + label,
      });
      input.addEventListener("change", () => {
        const number = Number(input.value);
        stage[key] = input.value.trim() !== "" && !Number.isNaN(number) ? number : input.value;
        write(stages);
      });
      return input;
    };
    const lines = stages.map((stage, index) => {
      const remove = el("button", { type: "button", "aria-label": "Remove stage " + (index + 1) }, ["×"]);
      remove.addEventListener("click", () => write(stages.filter((one) => one !== stage)));
      const key = "arrivalRate" in stage ? "arrivalRate" : "target";
      return el("div", { className: "stage" }, [
        cell(stage, index, "duration", "duration"),
        " to ",
        cell(stage, index, key, key === "target" ? "users" : "arrival rate"),
        remove,
      ]);
    });
    const add = el("button", { type: "button" }, ["Add a stage"]);
    add.addEventListener("click", () => write([...read(), { duration: "30s", target: 10 }]));
    replaceChildren(byId("stages"), [...lines, add]);
  };
  field.addEventListener("change", draw);
  if (byId("stages") === null) field.after(el("div", { id: "stages" }));
  draw();
}

/** Starts a run with the values of the form. */
export async function startRun(): Promise<void> {
  const answer = await ask("/api/start", formValues());
  showProblems(answer.problems ?? []);
  if (answer.problems === undefined) return;
  document.querySelector('[aria-invalid="true"]')?.focus();
}
