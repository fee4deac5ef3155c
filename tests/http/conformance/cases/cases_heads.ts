import { answer, type AnswerCase } from "./case.ts";

const HYPER = "Deno's fetch uses hyper, which is strict here";
const PHRASE = "Deno's fetch shows the standard phrase";
const hello = { status: 200, body: "hello" };

/** Status lines and header lines. */
export const HEAD_CASES: readonly AnswerCase[] = [
  { name: "a plain answer", answer: answer("hello"), expected: { ...hello, statusText: "OK" } },
  {
    name: "no reason phrase",
    answer: answer("hello").replace(" OK", " "),
    expected: { ...hello, statusText: "" },
    fetch: { ...hello, statusText: "OK", because: PHRASE },
  },
  {
    name: "no blank after the status",
    answer: answer("hello").replace(" OK", ""),
    expected: { ...hello, statusText: "" },
    fetch: { ...hello, statusText: "OK", because: PHRASE },
  },
  {
    name: "an odd reason phrase",
    answer: answer("hello").replace("OK", "Fine, thanks: ok!"),
    expected: { ...hello, statusText: "Fine, thanks: ok!" },
    fetch: { ...hello, statusText: "OK", because: PHRASE },
  },
  {
    name: "a reason phrase in latin1",
    answer: answer("hello").replace("OK", "d\xe9j\xe0 vu"),
    expected: { ...hello, statusText: "d\xe9j\xe0 vu" },
    fetch: { ...hello, statusText: "OK", because: PHRASE },
  },
  { name: "status 599", answer: answer("hello").replace("200", "599"), expected: { status: 599, body: "hello" } },
  {
    name: "status 600 and above",
    answer: answer("hello").replace("200", "799"),
    expected: { status: 799, body: "hello" },
  },
  { name: "HTTP/1.0", answer: answer("hello").replace("1.1", "1.0"), closes: true, expected: hello },
  {
    name: "header names in any case",
    answer: answer("hello", "X-One: a", "x-TWO: b").replace("content-length", "CONTENT-Length"),
    expected: { ...hello, check: (response) => response.header("x-one") === "a" && response.header("x-two") === "b" },
  },
  {
    name: "header lines in any order, repeated ones apart and in order",
    answer: `HTTP/1.1 200 OK\r\ncontent-length: 5\r\nx-a: 1\r\nx-b: 2\r\nx-a: 3\r\n\r\nhello`,
    expected: {
      ...hello,
      check: (response) =>
        response.header("x-a") === "1" && response.headerLines().filter(([name]) => name === "x-a").length === 2,
    },
    fetch: {
      ...hello,
      check: (response) => response.header("x-a") === "1, 3",
      because: "Headers joins repeated lines",
    },
  },
  {
    name: "several set-cookie lines",
    answer: answer("hello", "set-cookie: a=1", "Set-Cookie: b=2; Path=/"),
    expected: { ...hello, check: (response) => response.setCookies.join("|") === "a=1|b=2; Path=/" },
  },
  {
    name: "an empty header value",
    answer: answer("hello", "x-empty:", "x-blank:   "),
    expected: { ...hello, check: (response) => response.header("x-empty") === "" && response.header("x-blank") === "" },
  },
  {
    name: "blanks and tabs around a value",
    answer: answer("hello", "x-a: \t a b \t "),
    expected: { ...hello, check: (response) => response.header("x-a") === "a b" },
  },
  {
    name: "a no-break space around a value, which is part of it",
    answer: answer("hello", "x-a: \xa0a b\xa0"),
    expected: { ...hello, check: (response) => response.header("x-a") === "\xa0a b\xa0" },
  },
  {
    name: "a value in latin1",
    answer: answer("hello", "x-a: d\xe9j\xe0"),
    expected: { ...hello, check: (response) => response.header("x-a") === "d\xe9j\xe0" },
  },
  {
    name: "a folded header line (obs-fold)",
    answer: answer("hello", "x-a: one\r\n  two\r\n\tthree"),
    expected: { ...hello, check: (response) => response.header("x-a") === "one two three" },
    fetch: { error: "protocol", because: `obs-fold is refused: ${HYPER}` },
  },
  {
    name: "a folded header line after 60 KB of blanks",
    answer: answer("hello", `x-a: one${" ".repeat(60_000)}two\r\n three`),
    expected: { ...hello, check: (response) => response.header("x-a")?.endsWith("two three") ?? false },
    fetch: { error: "protocol", because: `obs-fold is refused: ${HYPER}` },
  },
  {
    name: "lines that end with a line feed only",
    answer: answer("hello").replaceAll("\r\n", "\n"),
    expected: hello,
  },
  { name: "no header line at all", answer: "HTTP/1.1 200 OK\r\n\r\nhello", closes: true, expected: hello },
  {
    name: "a 100 before the answer",
    answer: `HTTP/1.1 100 Continue\r\n\r\n${answer("hello")}`,
    expected: hello,
  },
  {
    name: "several informational answers with headers",
    answer: `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n${answer("hello")}`,
    expected: { ...hello, check: (response) => response.header("link") === null },
  },
  {
    name: "HEAD with a content-length",
    method: "HEAD",
    answer: answer("").replace(": 0", ": 500"),
    expected: { body: "" },
  },
  {
    name: "HEAD with chunked coding",
    method: "HEAD",
    answer: "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
    expected: { body: "" },
  },
  { name: "204 without a body", answer: "HTTP/1.1 204 No Content\r\n\r\n", expected: { status: 204, body: "" } },
  {
    name: "304 with a content-length but no body",
    answer: "HTTP/1.1 304 Not Modified\r\ncontent-length: 99\r\n\r\n",
    expected: { status: 304, body: "" },
  },
  {
    name: "1,000 header lines",
    answer: answer("hello", ...Array.from({ length: 999 }, (_, index) => `x-${index}: ${index}`)),
    expected: hello,
    fetch: { error: "limit", because: "hyper takes at most 100 header lines" },
  },
  { name: "an empty line before the status line", answer: `\r\n${answer("hello")}`, expected: hello },
  { name: "several empty lines before the status line", answer: `\r\n\n\r\n${answer("hello")}`, expected: hello },
  {
    name: "an empty line before an informational answer, and one after it",
    answer: `\r\nHTTP/1.1 100 Continue\r\n\r\n\r\n${answer("hello")}`,
    expected: hello,
  },
  {
    name: "a header value of 30 KB",
    answer: answer("hello", `x-long: ${"v".repeat(30_000)}`),
    expected: { ...hello, check: (response) => response.header("x-long")?.length === 30_000 },
  },
];
