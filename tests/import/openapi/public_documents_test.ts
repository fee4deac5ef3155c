import { assertEquals } from "@std/assert";
import { imported, retargeted } from "../../helpers/runs/imported.ts";
import { runSource } from "../../helpers/runs/run.ts";
import { startOpenApiServer } from "../../helpers/servers/imports/openapi_server.ts";

/** Public documents; documents/README.md says under which licence. */
const DOCUMENTS = [
  "petstore.yaml", // OpenAPI 3.0, swagger-api/swagger-petstore, src/main/resources/openapi.yaml
  "realworld.yaml", // OpenAPI 3.0, gothinkster/realworld, api/openapi.yml
  "museum.yaml", // OpenAPI 3.1, Redocly/museum-openapi-example, openapi.yaml
  "tictactoe.yaml", // OpenAPI 3.1, OAI/learn.openapis.org, examples/v3.1/tictactoe.yaml
  "uber.json", // Swagger 2.0, OAI/learn.openapis.org, examples/v2.0/json/uber.json
];

const read = (name: string) => Deno.readTextFileSync(new URL(`documents/${name}`, import.meta.url));
for (const name of DOCUMENTS) {
  Deno.test(`locust import of ${name} calls every operation as documented, without a failure`, async () => {
    await using server = startOpenApiServer(read(name));
    const { result } = await runSource(retargeted(await imported(read(name)), server.url), {
      host: server.url,
      users: server.operations.length, // each class gets as many as it has operations
      iterations: 300,
      workers: 1,
    });
    assertEquals(server.faults, []);
    assertEquals([...server.called].sort(), server.operations.toSorted());
    const { count, failures } = result.summary.total;
    assertEquals([count, failures, result.summary.errors.length], [300, 0, 0]);
  });
}
