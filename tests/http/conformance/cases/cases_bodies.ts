import { answer, type AnswerCase, chunked } from "./case.ts";

const hello = { status: 200, body: "hello" };
const big = "0123456789abcdef".repeat(65_536);

/** Where bodies end. */
export const BODY_CASES: readonly AnswerCase[] = [
  { name: "an empty body", answer: answer(""), expected: { status: 200, body: "" } },
  { name: "a body of 1 MB", answer: answer(big), expected: { status: 200, body: big } },
  { name: "every byte value", answer: answer(bytes()), expected: { status: 200, body: bytes() } },
  {
    name: "a body that looks like an answer",
    answer: answer(answer("x")),
    expected: { status: 200, body: answer("x") },
  },
  { name: "equal content-lengths twice", answer: answer("hello", "content-length: 5"), expected: hello },
  {
    name: "equal content-lengths in one line",
    answer: answer("hello").replace(": 5", ": 5, 5"),
    expected: hello,
  },
  { name: "one chunk", answer: chunked("5\r\nhello\r\n0\r\n\r\n"), expected: hello },
  { name: "several chunks", answer: chunked("1\r\nh\r\n3\r\nell\r\n1\r\no\r\n0\r\n\r\n"), expected: hello },
  { name: "no chunk", answer: chunked("0\r\n\r\n"), expected: { status: 200, body: "" } },
  {
    name: "chunk sizes in upper case hex",
    answer: chunked(`A\r\n0123456789\r\n0\r\n\r\n`),
    expected: { body: "0123456789" },
  },
  {
    name: "chunk sizes in lower case hex",
    answer: chunked(`a\r\n0123456789\r\n0\r\n\r\n`),
    expected: { body: "0123456789" },
  },
  { name: "chunk sizes with leading zeros", answer: chunked("0005\r\nhello\r\n000\r\n\r\n"), expected: hello },
  { name: "blanks after a chunk size", answer: chunked("5 \t\r\nhello\r\n0 \r\n\r\n"), expected: hello },
  {
    name: "blanks before a chunk extension",
    answer: chunked("5 ;a=1\r\nhello\r\n0\t;b\r\n\r\n"),
    expected: hello,
  },
  { name: "chunk extensions", answer: chunked('5;a=1;b="x y"\r\nhello\r\n0;last\r\n\r\n'), expected: hello },
  { name: "trailers", answer: chunked("5\r\nhello\r\n0\r\nx-sum: 1\r\nx-more: 2\r\n\r\n"), expected: hello },
  {
    name: "a chunk of 1 MB",
    answer: chunked(`${big.length.toString(16)}\r\n${big}\r\n0\r\n\r\n`),
    expected: { body: big },
  },
  {
    name: "Transfer-Encoding: Chunked in any case",
    answer: chunked("5\r\nhello\r\n0\r\n\r\n").replace("chunked", "Chunked"),
    expected: hello,
  },
  {
    name: "chunked beside a content-length, which is ignored",
    answer: chunked("5\r\nhello\r\n0\r\n\r\n", "content-length: 3"),
    expected: hello,
  },
  {
    name: "a body that ends with the connection",
    answer: "HTTP/1.1 200 OK\r\n\r\nhello",
    closes: true,
    expected: hello,
  },
  {
    name: "1 MB that ends with the connection",
    answer: `HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${big}`,
    closes: true,
    expected: { body: big },
  },
  { name: "connection: close", answer: answer("hello", "connection: close"), closes: true, expected: hello },
  { name: "a body exactly at the limit", answer: answer("hello"), maxBodyBytes: 5, expected: hello },
  { name: "chunks exactly at the limit", answer: chunked("5\r\nhello\r\n0\r\n\r\n"), maxBodyBytes: 5, expected: hello },
];

function bytes(): string {
  return String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code));
}
