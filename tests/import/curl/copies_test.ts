import { assertEquals } from "@std/assert";
import { imported } from "../../helpers/runs/imported.ts";
import { runSource } from "../../helpers/runs/run.ts";
import { startRecordingServer } from "../../helpers/servers/imports/recording_server.ts";
import { skippableTest } from "../../helpers/skippable.ts";

/** Ten commands in the forms of Chrome (four of them), Edge, Firefox and Safari. */
const COPIES = Deno.readTextFileSync(new URL("copies.txt", import.meta.url));
/** The secrets in them, by the names that the import gives. */
const SECRETS = {
  SESSION: "1f2e3d4c5b6a",
  API_TOKEN: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJl",
  X_CSRF_TOKEN: "8c7d6e5f",
  PASSWORD: "s3cret&more",
  X_API_KEY: "0123456789",
  CSRFTOKEN: "zz",
};

async function missingCurl(): Promise<string | null> {
  try {
    await new Deno.Command("bash", { args: ["-c", "curl --version"], stdout: "null", stderr: "null" }).output();
    return (await new Deno.Command("curl", { args: ["--version"], stdout: "null" }).output()).success
      ? null
      : "no curl";
  } catch {
    return "no bash with curl";
  }
}

skippableTest(
  "locust import of ten copied curl commands sends what curl sends: method, path, query, body, headers",
  await missingCurl(),
  async () => {
    await using server = startRecordingServer();
    const commands = COPIES.replaceAll("https://shop.example", server.url);
    await new Deno.Command("bash", { args: ["-c", commands], stdout: "null", stderr: "null" }).output();
    const byCurl = server.seen.splice(0);
    assertEquals(byCurl.length, 10);
    for (const [name, value] of Object.entries(SECRETS)) Deno.env.set(name, value);
    const { result } = await runSource(await imported(commands), { iterations: 1 });
    for (const name of Object.keys(SECRETS)) Deno.env.delete(name);
    assertEquals([result.summary.total.count, result.summary.total.failures], [10, 0]);
    assertEquals(server.seen, byCurl);
  },
);
