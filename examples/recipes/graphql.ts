// GraphQL: all operations go to one address, so each gets a row by its name; errors come with status 200.
//
//   locust graphql.ts --host http://localhost:8080 --users 5 --duration 30

import { between, HttpUser } from "@x/locust";

const ITEM = "query Item($id: ID!) { item(id: $id) { name price } }";
const BUY = "mutation Buy($id: ID!) { buy(id: $id) { order } }";

export class Shopper extends HttpUser {
  static override waitTime = between("100ms", "300ms");

  // deno-lint-ignore no-explicit-any -- the data's type depends on the query
  async graphql(query: string, variables: unknown): Promise<any> {
    const operation = /(?:query|mutation) (\w+)/.exec(query)![1]!;
    const response = await this.client.post("/graphql", { json: { query, variables }, name: `/graphql ${operation}` });
    const { data, errors } = await response.json();
    if (errors !== undefined) response.error = errors[0].message;
    return data;
  }

  override async run() {
    const data = await this.graphql(ITEM, { id: "7" });
    if (data?.item) await this.graphql(BUY, { id: "7" });
  }
}
