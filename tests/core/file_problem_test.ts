import { assertEquals } from "@std/assert";
import { fileProblem } from "../../lib/core/file_problem.ts";

for (
  const [error, expected] of [
    [new Deno.errors.NotFound("No such file or directory (os error 2): stat '/a'"), "no such file"],
    [new Deno.errors.PermissionDenied("Permission denied (os error 13): open '/a (os error 1)'"), "permission denied"],
    [new Error("Is a directory (os error 21)"), "is a directory"],
    [
      new Deno.errors.NotCapable('Requires read access to "/a", run again with the --allow-read flag'),
      'Requires read access to "/a", run again with the --allow-read flag',
    ],
    ["thrown text", "thrown text"],
  ] as const
) {
  Deno.test(`fileProblem() says "${expected}"`, () => assertEquals(fileProblem(error), expected));
}

Deno.test("fileProblem() returns why the system refuses a file", async () => {
  const folder = await Deno.makeTempDir();
  const problem = await Deno.readTextFile(folder).catch(fileProblem);
  await Deno.remove(folder);
  assertEquals(problem, "is a directory");
});
