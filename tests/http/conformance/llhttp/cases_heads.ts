// Status lines and header lines.

import type { LlhttpCase } from "./llhttp_case.ts";

const NOT_HTTP = "RTSP and ICE are other protocols than HTTP";
const ONLY_HTTP_1 = "only HTTP/1.x has this form";
const LINE_FEEDS = "a line feed alone may end a line (RFC 9112, 2.2), and some old servers send that";
const WHOLE_BLOCKS = "a header block is only parsed once it is complete";

/** Status lines and header lines. */
export const HEADS: readonly LlhttpCase[] = [
  {
    name: "an empty body and blanks around a value",
    answer: "HTTP/1.1 200 OK\r\nHeader1: Value1\r\nHeader2:\t Value2\r\nContent-Length: 0\r\n\r\n",
    llhttp: { status: 200, body: "" },
  },
  {
    name: "RTSP in the status line",
    answer: "RTSP/1.1 200 OK\r\n\r\n",
    llhttp: { status: 200, body: "" },
    socket: { error: "protocol", because: NOT_HTTP },
    fetch: { error: "protocol", because: NOT_HTTP },
  },
  {
    name: "ICE in the status line",
    answer: "ICE/1.1 200 OK\r\n\r\n",
    llhttp: { status: 200, body: "" },
    socket: { error: "protocol", because: NOT_HTTP },
    fetch: { error: "protocol", because: NOT_HTTP },
  },
  {
    name: "a protocol whose name begins with HTTP",
    answer: "HTTPER/1.1 200 OK\r\n\r\n",
    llhttp: { error: "protocol" },
  },
  {
    name: "no header line and an empty body",
    answer: "HTTP/1.1 200 OK\r\n\r\n",
    llhttp: { status: 200, body: "" },
  },
  {
    name: "a dollar sign in a header name, and blanks after a content-length that is not reached",
    answer:
      "HTTP/1.1 301 Moved Permanently\r\nX-$PrototypeBI-Version: 1.6.0.3\r\nContent-Length:  219  \r\n\r\n<HTML>moved</HTML>",
    llhttp: { error: "truncated" },
  },
  {
    name: "a chunk of one line feed",
    answer:
      'HTTP/1.1 301 MovedPermanently\r\np3p: a="b",CP="CAO DSP "\r\nLocation: http://127.0.0.1/?a=1&b=2\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n\n\r\n0\r\n\r\n',
    llhttp: { status: 301, body: "\n" },
  },
  {
    name: "404 without a header line",
    answer: "HTTP/1.1 404 Not Found\r\n\r\n",
    llhttp: { status: 404, body: "" },
  },
  {
    name: "no blank and no reason phrase",
    answer: "HTTP/1.1 301\r\n\r\n",
    llhttp: { status: 301, body: "" },
  },
  {
    name: "a blank and no reason phrase",
    answer: "HTTP/1.1 200 \r\n\r\n",
    llhttp: { status: 200, body: "" },
  },
  {
    name: "line feeds alone, and a body up to the end",
    answer: "HTTP/1.1 200 OK\nConnection: close\n\nthese lines",
    llhttp: { error: "protocol" },
    socket: { status: 200, body: "these lines", because: LINE_FEEDS },
    fetch: { status: 200, body: "these lines", because: LINE_FEEDS },
  },
  {
    name: "an underscore in a header name",
    answer: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nDCLK_imp: v7;x;0-0;0/0;~okv=;~cs=o\r\n\r\n",
    llhttp: { status: 200, body: "" },
  },
  {
    name: "an empty value, and HTTP/1.0 that keeps the connection",
    answer:
      "HTTP/1.0 301 Moved Permanently\r\nPragma: \r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n",
    llhttp: { status: 301, body: "" },
  },
  {
    name: "header names that begin with a dot or an underscore",
    answer:
      "HTTP/1.1 200 OK\r\n.et-Cookie: a=1; path=/\r\n_eep-Alive: timeout=45\r\n_onnection: Keep-Alive\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n",
    llhttp: { status: 200, body: "" },
  },
  {
    name: "a blank in a header name",
    answer: "HTTP/1.1 200 OK\r\nen-US Content-Type: text/xml\r\nContent-Length: 16\r\n\r\n<xml>hello</xml>",
    llhttp: { error: "protocol" },
  },
  {
    name: "a reason phrase that is not ASCII",
    answer:
      "HTTP/1.1 500 Ori\xc3\xabntatieprobleem\r\nDate: Fri, 5 Nov 2010 23:07:12 GMT+2\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    llhttp: { status: 500, body: "" },
  },
  {
    name: "HTTP/0.9 in the status line",
    answer: "HTTP/0.9 200 OK\r\n\r\n",
    llhttp: { status: 200, body: "" },
    socket: { error: "protocol", because: ONLY_HTTP_1 },
    fetch: { error: "protocol", because: ONLY_HTTP_1 },
  },
  {
    name: "a body up to the end",
    answer: "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nhello world",
    llhttp: { status: 200, body: "hello world" },
  },
  {
    name: "an empty line before the status line",
    answer: "\r\nHTTP/1.1 200 OK\r\nHeader1: Value1\r\nHeader2:\t Value2\r\nContent-Length: 0\r\n\r\n",
    llhttp: { status: 200, body: "" },
  },
  {
    name: "HTP in the status line",
    answer: "HTP/1.1 200 OK\r\n\r\n",
    llhttp: { error: "protocol" },
  },
  {
    name: "a zero before the major version",
    answer: "HTTP/01.1 200 OK\r\n\r\n",
    llhttp: { error: "protocol" },
  },
  {
    name: "a major version of two digits",
    answer: "HTTP/11.1 200 OK\r\n\r\n",
    llhttp: { error: "protocol" },
  },
  {
    name: "a minor version of two digits",
    answer: "HTTP/1.01 200 OK\r\n\r\n",
    llhttp: { error: "protocol" },
  },
  {
    name: "a tab after the version",
    answer: "HTTP/1.1\t200 OK\r\n\r\n",
    llhttp: { error: "protocol" },
  },
  {
    name: "a carriage return alone before the status line",
    answer: "\rHTTP/1.1\t200 OK\r\n\r\n",
    llhttp: { error: "protocol" },
  },
  {
    name: "a carriage return alone between header lines",
    answer: "HTTP/1.1 200 OK\r\nFoo: 1\rBar: 2\r\n\r\n",
    llhttp: { error: "protocol" },
  },
  {
    name: "a carriage return alone after the status line",
    answer: "HTTP/1.1 200 OK\rContent-Length: 0\r\n\r\n",
    llhttp: { error: "protocol" },
  },
  {
    name: "two carriage returns after the status line",
    answer: "HTTP/1.1 200 OK\r\rContent-Length: 4\r\n\r\nEvil",
    llhttp: { error: "protocol" },
  },
  {
    name: "HTTP/5.6 in the status line",
    answer: "HTTP/5.6 200 OK\r\n\r\n",
    llhttp: { error: "protocol" },
  },
  {
    name: "a blank before the first header line, and no blank line",
    answer: "HTTP/1.1 200 OK\r\n Host: foo",
    llhttp: { error: "protocol" },
    socket: { error: "truncated", because: WHOLE_BLOCKS },
  },
  {
    name: "two blanks before the status",
    answer: "HTTP/1.1  200 OK\r\n\r\n",
    llhttp: { error: "protocol" },
  },
  {
    name: "two blanks after the status",
    answer: "HTTP/1.1 200  OK\r\n\r\n",
    llhttp: { status: 200, body: "" },
  },
  {
    name: "a status of one digit",
    answer: "HTTP/1.1 2 OK\r\n\r\n",
    llhttp: { error: "protocol" },
  },
  {
    name: "line feeds alone, and an empty body",
    answer: "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
    llhttp: { error: "protocol" },
    socket: { status: 200, body: "", because: LINE_FEEDS },
    fetch: { status: 200, body: "", because: LINE_FEEDS },
  },
  {
    name: "line feeds alone, and a body up to the end of the connection",
    answer: "HTTP/1.1 200 OK\nFoo: abc\nBar: def\n\nBODY\n\\",
    llhttp: { error: "protocol" },
    socket: { status: 200, body: "BODY\n\\", because: LINE_FEEDS },
    fetch: { status: 200, body: "BODY\n\\", because: LINE_FEEDS },
  },
];
