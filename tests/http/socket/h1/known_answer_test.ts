// Answers recognised without parsing.

import { assert } from "@std/assert";
import { parseHead } from "../../../../lib/http/socket/h1/answer_head.ts";
import { KnownAnswer } from "../../../../lib/http/socket/h1/known_answer.ts";
import { READ_BUFFER } from "../../../../lib/http/socket/net/read_buffer.ts";

const HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";

for (const padding of ["", "a", "ab", "abc"]) {
  Deno.test(`an answer is known by every one of its bytes and by its length (${padding.length} more bytes)`, () => {
    const answer = new TextEncoder().encode(`${HEAD}hello${padding}`);
    READ_BUFFER.set(answer);
    const known = new KnownAnswer(parseHead(HEAD), answer.slice(HEAD.length), answer.length);
    assert(known.isRead(answer.length));
    assert(!known.isRead(answer.length - 1));
    assert(!known.isRead(answer.length + 1));
    for (let at = 0; at < answer.length; at++) {
      for (const bit of [1, 128]) {
        READ_BUFFER[at]! ^= bit;
        assert(!known.isRead(answer.length), `byte ${at}`);
        READ_BUFFER[at]! ^= bit;
      }
    }
    READ_BUFFER[answer.length]! ^= 255; // bytes behind it do not matter
    assert(known.isRead(answer.length));
  });
}
