/**
 * The greeting for a start without anything to run.
 *
 * @module
 */

const GREETING = `Welcome to locust, load tests in TypeScript.

There is no locustfile.ts in this folder. Two ways to begin:

1. Request one URL, without a script:

     locust http://localhost:8080/ --users 10 --duration 30

2. Write what a user does to locustfile.ts, or have "locust init" write one to
   start from, then start locust here:

     import type { LocustClientSession } from "@x/locust";

     export async function run(client: LocustClientSession) {
       await client.get("/");
     }

     locust --host http://localhost:8080 --users 10 --duration 30

"locust --help" shows all options.
`;

/** Returns the greeting; it fits 80 columns and 24 lines, including the shell's prompt. */
export function greetingText(): string {
  return GREETING;
}
