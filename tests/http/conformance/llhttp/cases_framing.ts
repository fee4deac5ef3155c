// Where bodies and answers end.

import type { LlhttpCase } from "./llhttp_case.ts";

const UNASKED_SWITCH = "no request asks for another protocol, so this is not an answer";
const PADDED_SIZES = "some servers pad chunk sizes with blanks, which changes nothing";
const UNKNOWN_CODING = "a body that cannot be decoded is a failure";
const IDENTITY = "identity changes nothing, so chunked is the last coding";
const CHUNK = "hyper reports a broken chunk only as a body that cannot be read to its end";
const EXTENSIONS = "chunk extensions are skipped, not parsed: nothing depends on them";
const NO_FOLDING = "hyper refuses folded lines";

/** Where bodies and answers end. */
export const FRAMING: readonly LlhttpCase[] = [
  {
    name: "a proxy-connection header",
    answer:
      "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=UTF-8\r\nContent-Length: 11\r\nProxy-Connection: close\r\nDate: Thu, 31 Dec 2009 20:55:48 +0000\r\n\r\nhello world",
    llhttp: { status: 200, body: "hello world" },
  },
  {
    name: "HTTP/1.0 that keeps the connection, with a body up to the end",
    answer: "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nHTTP/1.0 200 OK",
    llhttp: { status: 200, body: "HTTP/1.0 200 OK" },
  },
  {
    name: "HTTP/1.0 that keeps the connection, 204, and an answer after it",
    answer: "HTTP/1.0 204 No content\r\nConnection: keep-alive\r\n\r\nHTTP/1.0 200 OK",
    llhttp: { status: 204, body: "" },
  },
  {
    name: "a body up to the end that looks like an answer",
    answer: "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK",
    llhttp: { status: 200, body: "HTTP/1.1 200 OK" },
  },
  {
    name: "204, and an answer after it",
    answer: "HTTP/1.1 204 No content\r\n\r\nHTTP/1.1 200 OK",
    llhttp: { status: 204, body: "" },
  },
  {
    name: "204 that closes, and an answer after it",
    answer: "HTTP/1.1 204 No content\r\nConnection: close\r\n\r\nHTTP/1.1 200 OK",
    llhttp: { status: 204, body: "" },
  },
  {
    name: "bytes after an answer that closes",
    answer:
      "HTTP/1.1 200 No content\r\nContent-Length: 5\r\nConnection: close\r\n\r\n2ad731e3-4dcd-4f70-b871-0ad284b29ffc",
    llhttp: { status: 200, body: "2ad73" },
  },
  {
    name: "101 with a content-length",
    answer:
      "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 4\r\n\r\nbodyproto",
    llhttp: { status: 101, body: "" },
    socket: { error: "protocol", because: UNASKED_SWITCH },
    fetch: { error: "protocol", because: UNASKED_SWITCH },
  },
  {
    name: "101 with chunks",
    answer:
      "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\nproto",
    llhttp: { status: 101, body: "" },
    socket: { error: "protocol", because: UNASKED_SWITCH },
    fetch: { error: "protocol", because: UNASKED_SWITCH },
  },
  {
    name: "200 with an upgrade header, and a body up to the end",
    answer: "HTTP/1.1 200 OK\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\nbody",
    llhttp: { status: 200, body: "body" },
  },
  {
    name: "200 with an upgrade header and a content-length",
    answer: "HTTP/1.1 200 OK\r\nConnection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 4\r\n\r\nbody",
    llhttp: { status: 200, body: "body" },
  },
  {
    name: "200 with an upgrade header and chunks",
    answer:
      "HTTP/1.1 200 OK\r\nConnection: upgrade\r\nUpgrade: h2c\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n",
    llhttp: { status: 200, body: "body" },
  },
  {
    name: "304 with a content-length, and an answer after an empty line",
    answer:
      "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    llhttp: { status: 304, body: "" },
  },
  {
    name: "304 with chunked coding, and an answer after it",
    answer:
      "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
    llhttp: { status: 304, body: "" },
  },
  {
    name: "100, an empty line, and 404",
    answer: "HTTP/1.1 100 Continue\r\n\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 14\r\n\r\n404: Not Found",
    llhttp: { status: 404, body: "404: Not Found" },
  },
  {
    name: "103, and 200 that ends a byte early",
    answer:
      "HTTP/1.1 103 Early Hints\r\nLink: </styles.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\nresponse content",
    llhttp: { error: "truncated" },
  },
  {
    name: "an answer that closes, with a body up to the end",
    answer: "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<?xml?>\n  <Body>\n</Body>",
    llhttp: { status: 200, body: "<?xml?>\n  <Body>\n</Body>" },
  },
  {
    name: "a header whose name begins with content-length",
    answer: "HTTP/1.1 200 OK\r\nContent-Length-X: 0\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nOK\r\n0\r\n\r\n",
    llhttp: { status: 200, body: "OK" },
  },
  {
    name: "the answer to a HEAD, and another one",
    answer: "HTTP/1.1 200 OK\r\nContent-Length: 123\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 456\r\n\r\n",
    method: "HEAD",
    llhttp: { status: 200, body: "" },
  },
  {
    name: "tabs around a content-length, and no body",
    answer: "HTTP/1.1 200 OK\r\nContent-Length:\t42\t\r\n\r\n",
    llhttp: { error: "truncated" },
  },
  {
    name: "blanks after chunk sizes",
    answer:
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n25  \r\nThis is the data in the first chunk\r\n\r\n1C\r\nand this is the second one\r\n\r\n0  \r\n\r\n",
    llhttp: { error: "protocol" },
    socket: {
      status: 200,
      body: "This is the data in the first chunk\r\nand this is the second one\r\n",
      because: PADDED_SIZES,
    },
    fetch: {
      status: 200,
      body: "This is the data in the first chunk\r\nand this is the second one\r\n",
      because: PADDED_SIZES,
    },
  },
  {
    name: "chunked before another coding",
    answer: "HTTP/1.1 200 OK\r\nAccept: */*\r\nTransfer-Encoding: chunked, deflate\r\n\r\nWorld",
    llhttp: { status: 200, body: "World" },
    socket: { error: "protocol", because: UNKNOWN_CODING },
  },
  {
    name: "chunked before identity, in two lines",
    answer: "HTTP/1.1 200 OK\r\nAccept: */*\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\nWorld",
    llhttp: { status: 200, body: "World" },
    socket: { error: "protocol", because: IDENTITY },
  },
  {
    name: "chunked twice without a comma",
    answer: "HTTP/1.1 200 OK\r\nAccept: */*\r\nTransfer-Encoding: chunkedchunked\r\n\r\n2\r\nOK\r\n0\r\n\r\n",
    llhttp: { status: 200, body: "2\r\nOK\r\n0\r\n\r\n" },
    socket: { error: "protocol", because: UNKNOWN_CODING },
  },
  {
    name: "chunk extensions with and without a value",
    answer:
      "HTTP/1.1 200 OK\r\nHost: localhost\r\nTransfer-encoding: chunked\r\n\r\n5;ilovew3;somuchlove=aretheseparametersfor\r\nhello\r\n6;blahblah;blah\r\n world\r\n0\r\n\r\n",
    llhttp: { status: 200, body: "hello world" },
  },
  {
    name: "junk after chunk sizes",
    answer:
      "HTTP/1.1 200 OK\r\nHost: localhost\r\nTransfer-encoding: chunked\r\n\r\n2 erfrferferf\r\naa\r\n0 rrrr\r\n\r\n",
    llhttp: { error: "protocol" },
    fetch: { error: "truncated", because: CHUNK },
  },
  {
    name: "a semicolon without an extension",
    answer: "HTTP/1.1 200 OK\r\nHost: localhost\r\nTransfer-encoding: chunked\r\n\r\n2;\r\naa\r\n0\r\n\r\n",
    llhttp: { error: "protocol" },
    socket: { status: 200, body: "aa", because: EXTENSIONS },
    fetch: { status: 200, body: "aa", because: EXTENSIONS },
  },
  {
    name: "quoted values of chunk extensions, and no blank line in the end",
    answer:
      'HTTP/1.1 200 OK\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5;ilovew3="I love; extensions";somuchlove="aretheseparametersfor";blah;foo=bar\r\nhello\r\n6;blahblah;blah\r\n world\r\n0\r\n',
    llhttp: { error: "truncated" },
  },
  {
    name: "a quote in a chunk extension that is never closed",
    answer:
      'HTTP/1.1 200 OK\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5;ilovew3="abc";somuchlove="def; ghi\r\nhello\r\n6;blahblah;blah\r\n world\r\n0\r\n',
    llhttp: { error: "protocol" },
    socket: { error: "truncated", because: EXTENSIONS },
    fetch: { error: "truncated", because: EXTENSIONS },
  },
  {
    name: "a folded line after chunked",
    answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n  abc\r\n\r\n5\r\nWorld\r\n0\r\n\r\n",
    llhttp: { status: 200, body: "5\r\nWorld\r\n0\r\n\r\n" },
    socket: { error: "protocol", because: UNKNOWN_CODING },
    fetch: { error: "protocol", because: NO_FOLDING },
  },
  {
    name: "a body of three bytes",
    answer: "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
    llhttp: { status: 200, body: "abc" },
  },
  {
    name: "a chunk of ten bytes",
    answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n0\r\n\r\n",
    llhttp: { status: 200, body: "0123456789" },
  },
  {
    name: "a chunk with an extension",
    answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na;foo=bar\r\n0123456789\r\n0\r\n\r\n",
    llhttp: { status: 200, body: "0123456789" },
  },
  {
    name: "three answers at once",
    answer:
      "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nAAA\r\nHTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\nBBBB\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 5\r\n\r\nCCCC",
    llhttp: { status: 200, body: "AAA" },
  },
];
