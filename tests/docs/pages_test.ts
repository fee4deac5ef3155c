// What must hold for the pages as texts: lengths, links, and tables that say the same as the code.

import { assert, assertEquals } from "@std/assert";
import { dirname, join, normalize } from "node:path";
import { SUBCOMMANDS } from "../../lib/cli/commands/subcommands.ts";
import { EXIT_CODES } from "../../lib/core/errors.ts";
import { filled } from "../../scripts/docs/fill.ts";
import { codeBlocks, headings, linkTargets, listPages, read, readerFiles, ROOT } from "../../scripts/docs/pages.ts";

const MAX_README_LINES = 150;
const MAX_PAGE_LINES = 250;
const LANGUAGES = ["promql", "ts", "js", "python", "sh", "json", "yaml", "text"];

const pages = readerFiles().filter((file) => file.startsWith("docs/"));

function lines(file: string): number {
  return read(file).trimEnd().split("\n").length;
}

Deno.test("the README has at most 150 lines, and no page more than 250", () => {
  assert(lines("README.md") <= MAX_README_LINES, `README.md has ${lines("README.md")} lines`);
  assertEquals(pages.filter((file) => lines(file) > MAX_PAGE_LINES), []);
});

Deno.test("docs/README.md lists every page once, by its title", () => {
  const listed = listPages();
  assertEquals(listed.map(({ file }) => `docs/${file}`).toSorted(), pages.filter((file) => file !== "docs/README.md"));
  for (const { file, title } of listed) {
    const [first] = headings(read(`docs/${file}`));
    const isExpected = first?.text === title || first?.text === `Coming from ${title}`;
    assert(first?.depth === 1 && isExpected, `${file} begins with "${first?.text}", expected "${title}"`);
  }
});

Deno.test("no link of the README, the changelog and the pages is dead, anchors included", () => {
  const dead = readerFiles().flatMap((file) =>
    linkTargets(read(file)).filter((target) => !/^https?:/.test(target) && !leadsSomewhere(file, target))
      .map((target) => `${file}: ${target}`)
  );
  assertEquals(dead, []);
});

function leadsSomewhere(from: string, target: string): boolean {
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? from : normalize(join(dirname(from), path));
  try {
    Deno.statSync(ROOT + file);
  } catch {
    return false;
  }
  return anchor === undefined || headings(read(file)).some(({ id }) => id === anchor);
}

Deno.test("each code block says its language", () => {
  for (const file of readerFiles()) {
    assertEquals(codeBlocks(read(file)).filter(({ language }) => !LANGUAGES.includes(language)), [], file);
  }
});

Deno.test("tables and files that pages take from the code are the code's (otherwise run: deno task docs:fill)", () => {
  const generated = pages.filter((file) => /<!-- (?:generated|file): /.test(read(file)));
  assert(generated.length >= 2);
  for (const file of generated) assertEquals(read(file), filled(read(file)), file);
});

Deno.test("docs/options.md lists the exit codes and commands that there are", () => {
  const page = read("docs/options.md");
  const codes = [...page.split("## Exit codes")[1]!.matchAll(/^\| (\d+) /gm)].map((match) => Number(match[1]));
  assertEquals(codes, Object.values(EXIT_CODES));
  const commands = [...page.split("```")[1]!.matchAll(/^locust (\w+)/gm)].map((match) => match[1]!);
  assertEquals(commands.toSorted(), [...SUBCOMMANDS].toSorted());
});

Deno.test("the recipes show every file of examples/recipes once", () => {
  const shown = [...pages.map(read).join("\n").matchAll(/<!-- file: (\S+) -->/g)].map((match) => match[1]!);
  const files = [...Deno.readDirSync(`${ROOT}examples/recipes`)].filter(({ name }) => name.endsWith(".ts"));
  assertEquals(shown.toSorted(), files.map(({ name }) => `examples/recipes/${name}`).toSorted());
});

const MARKED_TABLE = /<!-- members: (.+?)(?:; without (.+?))? -->\n\n((?:\|.*\n)+)/g;

interface DocNode {
  readonly name: string;
  readonly declarations?: readonly { readonly def?: { readonly properties?: readonly { readonly name: string }[] } }[];
}

/** Returns the members of exported interfaces. */
async function membersOf(names: readonly string[]): Promise<string[]> {
  const args = ["doc", "--json", `${ROOT}lib/mod.ts`];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args, stdin: "null", stderr: "null" }).output();
  const nodes = Object.values(JSON.parse(new TextDecoder().decode(stdout)).nodes).flatMap((module) =>
    (module as { symbols: DocNode[] }).symbols
  );
  return names.flatMap((name) => {
    const node = nodes.find((one) => one.name === name);
    assert(node !== undefined, `there is no ${name}`);
    return node.declarations!.flatMap(({ def }) => (def?.properties ?? []).map((property) => property.name));
  });
}

Deno.test("a table marked with interfaces has a row for each of their members", async () => {
  let tables = 0;
  for (const file of pages) {
    for (
      const [, names, without, table] of read(file).matchAll(MARKED_TABLE)
    ) {
      tables++;
      const rows = [...table!.matchAll(/^\| `(\w+)`/gm)].map((match) => match[1]!);
      const members = new Set(await membersOf(names!.split(", ")));
      without?.split(", ").forEach((name) => members.delete(name));
      assertEquals(rows.toSorted(), [...members].toSorted(), `${file}: ${names}`);
    }
  }
  assert(tables >= 4);
});
