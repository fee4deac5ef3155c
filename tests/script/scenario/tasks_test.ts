import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/core/errors.ts";
import { scriptFrom } from "../../../lib/script/locustfile.ts";
import { select } from "../../../lib/script/scenario/selection.ts";
import { TaskPicker } from "../../../lib/script/scenario/task_picker.ts";
import { readTasks, type TaskWishes } from "../../../lib/script/scenario/tasks.ts";
import { HttpUser, User } from "../../../lib/script/user.ts";

class Shopper extends HttpUser {
  static override tags = ["shop"];
  static override tasks: TaskWishes = { browse: 3, buy: { tags: ["smoke"] }, rare: 0 };
  browse() {}
  buy() {}
  rare() {}
}

class Robot extends User {
  override run() {}
}

Deno.test("readTasks() returns the tasks of a class in order, with weight 1 and no tags by default", () => {
  assertEquals(readTasks(Shopper), [
    { name: "browse", weight: 3, tags: [] },
    { name: "buy", weight: 1, tags: ["smoke"] },
    { name: "rare", weight: 0, tags: [] },
  ]);
  assertEquals(readTasks(Robot), []);
});

Deno.test("readTasks() finds methods of base classes", () => {
  class Buyer extends Shopper {
    static override tasks: TaskWishes = { browse: 1 };
  }
  assertEquals(readTasks(Buyer).map(({ name }) => name), ["browse"]);
});

const WRONG: [tasks: unknown, message: string][] = [
  [{ browze: 1 }, 'tasks names "browze": no such method, did you mean "browse"?'],
  [{ onStart: 1 }, 'tasks names "onStart": no such method, expected one of browse, buy'],
  [{ shutdown: 1 }, 'tasks names "shutdown": no such method, expected one of browse, buy'],
  [{ browse: -1 }, "tasks.browse is -1, expected a number of 0 or more"],
  [{ browse: { weight: NaN } }, "tasks.browse.weight is NaN, expected a number of 0 or more"],
  [{ browse: "3" }, 'tasks.browse is "3", expected a weight, or { weight: 3, tags: ["smoke"] }'],
  [{ browse: { wieght: 3 } }, 'tasks.browse has an unknown option wieght, did you mean "weight"?'],
  [{ browse: { tags: "smoke" } }, 'tasks.browse.tags is "smoke", expected a list of names such as ["smoke"]'],
  [{ browse: 0, buy: 0 }, "tasks has no task with a weight above 0, expected at least one"],
  [{}, "tasks has no task with a weight above 0, expected at least one"],
  [{ browse: 1e308, buy: 1e308 }, "tasks has weights whose sum is too large for a number, expected smaller ones"],
  [["browse"], 'tasks is [ "browse" ], expected an object such as { browse: 3, buy: 1 }'],
];

for (const [tasks, message] of WRONG) {
  Deno.test(`a locustfile whose class has tasks ${Deno.inspect(tasks)} is refused`, () => {
    class Wrong extends User {
      static override tasks = tasks as TaskWishes;
      browse() {}
      buy() {}
    }
    const error = assertThrows(() => scriptFrom({ Wrong }, "locustfile.ts"));
    assertEquals((error as Error).message, `Cannot run class Wrong of "locustfile.ts": static ${message}`);
  });
}

Deno.test("a class with tasks and a method run is refused", () => {
  class Both extends User {
    static override tasks: TaskWishes = { browse: 1 };
    browse() {}
    override run() {}
  }
  assertThrows(() => scriptFrom({ Both }, "x.ts"), Error, "static tasks and a method run(): expected one of them");
});

const SELECTED: [only: string[] | null, wanted: [string, string[] | null][]][] = [
  [null, [["Shopper", null], ["Robot", null]]],
  [["Robot"], [["Robot", null]]],
  [["Shopper.buy", "Robot"], [["Shopper", ["buy"]], ["Robot", null]]],
  [["Shopper.buy", "Shopper.browse"], [["Shopper", ["buy", "browse"]]]],
  [["Shopper.buy", "Shopper"], [["Shopper", null]]],
  [["tag:smoke"], [["Shopper", ["buy"]]]],
  [["tag:shop"], [["Shopper", null]]],
];

for (const [only, wanted] of SELECTED) {
  Deno.test(`--only ${only ?? "(none)"} selects ${wanted.map(([name, tasks]) => [name, tasks].join(" "))}`, () => {
    const selection = select([Shopper, Robot], only);
    assertEquals([...selection].map(([{ name }, tasks]) => [name, tasks === null ? null : [...tasks]]), wanted);
  });
}

const UNKNOWN: [only: string[], problems: string[]][] = [
  [["Shoper"], ['Cannot run only Shoper: no such class, did you mean "Shopper"?']],
  [["Shopper.by"], ['Cannot run only Shopper.by: no such task, did you mean "buy"?']],
  [["Robot.buy"], ["Cannot run only Robot.buy: no such task, class Robot has no tasks"]],
  [["tag:smok", "Shoper.buy"], [
    'Cannot run only Shoper.buy: no such class, did you mean "Shopper"?',
    'Cannot run only tag:smok: no such tag, did you mean "smoke"?',
  ]],
];

for (const [only, problems] of UNKNOWN) {
  Deno.test(`--only ${only} is refused`, () => {
    assertEquals(assertThrows(() => select([Shopper, Robot], only), UsageError).problems, problems);
  });
}

Deno.test("scriptFrom() with --only keeps the chosen tasks, and runs a chosen one of weight 0", () => {
  const tasks = (only: string) => scriptFrom({ Shopper }, "x.ts", "socket", [only]).tasks.get(Shopper);
  assertEquals(tasks("Shopper.browse"), [{ name: "browse", weight: 3, tags: [] }]);
  assertEquals(tasks("Shopper.rare"), [{ name: "rare", weight: 1, tags: [] }]);
});

const TASKS = [{ name: "a", weight: 3, tags: [] }, { name: "b", weight: 1, tags: [] }, {
  name: "c",
  weight: 0,
  tags: [],
}];

function sequence(seed: number, id: number, length = 200): string[] {
  const picker = new TaskPicker(TASKS, seed, id);
  return Array.from({ length }, () => picker.next());
}

Deno.test("TaskPicker gives the same user the same sequence with the same seed, and others another", () => {
  assertEquals(sequence(7, 3), sequence(7, 3));
  const sequences = [sequence(7, 3), sequence(7, 4), sequence(8, 3), sequence(7, 0), sequence(0, 0)];
  assertEquals(new Set(sequences.map((one) => one.join())).size, sequences.length);
});

Deno.test("TaskPicker picks by weight: over the iterations of a user, and over the first iterations of all users", () => {
  const ofOne = sequence(1, 1, 20_000);
  const ofAll = Array.from({ length: 20_000 }, (_, id) => sequence(1, id, 1)[0]!);
  for (const picks of [ofOne, ofAll]) {
    const share = picks.filter((task) => task === "a").length / picks.length;
    assert(Math.abs(share - 0.75) < 0.015, `${share}`); // five standard deviations
    assert(!picks.includes("c"));
  }
});
