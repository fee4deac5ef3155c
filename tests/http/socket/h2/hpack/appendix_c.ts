// The examples of RFC 7541, appendix C.

import type { HeaderLine } from "../../../../../lib/http/socket/h2/hpack/static_table.ts";

/** Blocks of one connection in order. */
export interface Example {
  readonly name: string;
  /** Whether our encoder must give the same bytes. */
  readonly isEncoded?: boolean;
  readonly blocks: readonly {
    /** Hexadecimal digits. */
    readonly wire: string;
    readonly lines: readonly HeaderLine[];
    /** Size of the dynamic table afterwards, in bytes. */
    readonly tableBytes: number;
  }[];
}

/** A size update to 256 bytes, the table size of the examples of responses. */
const RESIZE = "3fe101";
const AUTHORITY: HeaderLine = [":authority", "www.example.com"];
const GET: HeaderLine = [":method", "GET"];
const HTTP: HeaderLine = [":scheme", "http"];
const REQUESTS: readonly (readonly HeaderLine[])[] = [
  [GET, HTTP, [":path", "/"], AUTHORITY],
  [GET, HTTP, [":path", "/"], AUTHORITY, ["cache-control", "no-cache"]],
  [GET, [":scheme", "https"], [":path", "/index.html"], AUTHORITY, ["custom-key", "custom-value"]],
];
const LOCATION: HeaderLine = ["location", "https://www.example.com"];
const PRIVATE: HeaderLine = ["cache-control", "private"];
const RESPONSES: readonly (readonly HeaderLine[])[] = [
  [[":status", "302"], PRIVATE, ["date", "Mon, 21 Oct 2013 20:13:21 GMT"], LOCATION],
  [[":status", "307"], PRIVATE, ["date", "Mon, 21 Oct 2013 20:13:21 GMT"], LOCATION],
  [
    [":status", "200"],
    PRIVATE,
    ["date", "Mon, 21 Oct 2013 20:13:22 GMT"],
    LOCATION,
    ["content-encoding", "gzip"],
    ["set-cookie", "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"],
  ],
];

function example(name: string, lines: readonly (readonly HeaderLine[])[], sizes: number[], wires: string[]): Example {
  return { name, blocks: wires.map((wire, at) => ({ wire, lines: lines[at]!, tableBytes: sizes[at]! })) };
}

/** All of them. */
export const EXAMPLES: readonly Example[] = [
  example("C.2.1 literal with indexing", [[["custom-key", "custom-header"]]], [55], [
    "400a637573746f6d2d6b65790d637573746f6d2d686561646572",
  ]),
  example("C.2.2 literal without indexing", [[[":path", "/sample/path"]]], [0], ["040c2f73616d706c652f70617468"]),
  example("C.2.3 literal never indexed", [[["password", "secret"]]], [0], ["100870617373776f726406736563726574"]),
  example("C.2.4 indexed", [[GET]], [0], ["82"]),
  example("C.3 requests without Huffman", REQUESTS, [57, 110, 164], [
    "828684410f7777772e6578616d706c652e636f6d",
    "828684be58086e6f2d6361636865",
    "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
  ]),
  {
    ...example("C.4 requests with Huffman", REQUESTS, [57, 110, 164], [
      "828684418cf1e3c2e5f23a6ba0ab90f4ff",
      "828684be5886a8eb10649cbf",
      "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
    ]),
    isEncoded: true,
  },
  example("C.5 responses without Huffman", RESPONSES, [222, 222, 215], [
    `${RESIZE}4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d54` +
    "6e1768747470733a2f2f7777772e6578616d706c652e636f6d",
    "4803333037c1c0bf",
    "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d4153444a4b48514b" +
    "425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31",
  ]),
  example("C.6 responses with Huffman", RESPONSES, [222, 222, 215], [
    `${RESIZE}488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9` +
    "ae82ae43d3",
    "4883640effc1c0bf",
    "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af2708" +
    "7f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
  ]),
];
