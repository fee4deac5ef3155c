import { assertEquals } from "@std/assert";
import { rowName } from "../../lib/import/row_name.ts";

for (
  const [path, name] of [
    ["/", "/"],
    ["/item/7", "/item/:id"],
    ["/item/7/comments/9?sort=new", "/item/:id/comments/:id2"],
    ["/orders/0b6c1f2e-9d3a-4c55-8a77-1e2f3a4b5c6d", "/orders/:id"],
    ["/u/507f1f77bcf86cd799439011/edit", "/u/:id/edit"],
    ["/api/v2/search", "/api/v2/search"],
    ["/docs/getting-started-with-the-tool", "/docs/getting-started-with-the-tool"],
    ["/s/eW91IGZvdW5kIG1l1", "/s/:id"],
  ] as const
) {
  Deno.test(`rowName() of ${path} is ${name}`, () => assertEquals(rowName(path), name));
}
