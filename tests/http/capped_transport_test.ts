import { assert, assertEquals } from "@std/assert";
import { CapQueue } from "../../lib/http/capped_transport.ts";
import type { Turn } from "../../lib/http/transport.ts";
import { createCapClock, RateCap } from "../../lib/load/rate_cap.ts";
import { Histogram } from "../../lib/stats/histogram.ts";
import { FakeTimers } from "../helpers/fake_timers.ts";
import { seededRandom } from "../helpers/random.ts";

/** Workers whose users all ask again as soon as they are served, on a clock of the test. */
class Workers implements Disposable {
  readonly #timers = new FakeTimers();
  readonly queues: CapQueue[];
  /** When something was sent, in order. */
  readonly sent: number[] = [];
  nowMs = 0;

  constructor(workers: number, perSecond: number) {
    const clock = createCapClock();
    this.queues = Array.from({ length: workers }, () => {
      return new CapQueue(new RateCap(clock, 0, perSecond), new Histogram(), () => this.nowMs);
    });
  }

  /** Advances the time; timers that are due meanwhile fire late, at its end. */
  advance(ms: number): void {
    this.nowMs += ms;
    this.#timers.advance(ms);
  }

  /** Starts users that send one request after the other, each answered at once. */
  start(users: number): void {
    for (let user = 0; user < users; user++) this.#ask(this.queues[user % this.queues.length]!);
  }

  #ask(queue: CapQueue): void {
    const send = () => {
      this.sent.push(this.nowMs);
      this.#ask(queue);
    };
    queue.enter({ askedMs: 0, isOver: false, send } satisfies Turn);
  }

  /** Returns the most that were sent in any such time, wherever it begins. */
  mostIn(windowMs: number): number {
    let [most, to] = [0, 0];
    this.sent.forEach((ms, from) => {
      while (to < this.sent.length && this.sent[to]! <= ms + windowMs) to++;
      most = Math.max(most, to - from);
    });
    return most;
  }

  [Symbol.dispose](): void {
    this.#timers[Symbol.dispose]();
  }
}

for (const workers of [1, 2, 4]) {
  Deno.test(`--max-rps sends no burst after a start that is 60 ms late, on ${workers} workers`, () => {
    using load = new Workers(workers, 200);
    load.advance(60);
    load.start(40);
    for (let ms = 0; ms < 6000; ms++) load.advance(1);
    assert(load.mostIn(2000) <= 404, `${load.mostIn(2000)} in 2 s`);
    const count = load.sent.filter((ms) => ms < 4000).length;
    assert(count >= 0.99 * 200 * 4 - 12, `${count} in the first 4 s`);
  });
}

Deno.test("--max-rps sends no burst after a stall, and is exact again right after it", () => {
  using load = new Workers(2, 200);
  load.start(40);
  for (let ms = 0; ms < 2000; ms++) load.advance(1);
  load.advance(150);
  const sent = load.sent.length;
  for (let ms = 0; ms < 4000; ms++) load.advance(1);
  assert(load.mostIn(2000) <= 404, `${load.mostIn(2000)} in 2 s`);
  assertEquals(Math.abs(load.sent.length - sent - 800) <= 2, true, `${load.sent.length - sent} in the next 4 s`);
});

Deno.test("--max-rps is within 1 % in any 2 s while timers are late by up to 10 ms", () => {
  const random = seededRandom(7);
  for (const perSecond of [100, 200, 333.3, 5000]) {
    using load = new Workers(4, perSecond);
    load.start(Math.ceil(perSecond / 5));
    while (load.nowMs < 8000) load.advance(1 + 9 * random());
    const most = load.mostIn(2000);
    assert(most <= Math.ceil(1.01 * perSecond * 2), `${most} of ${2 * perSecond} in 2 s`);
    const count = load.sent.filter((ms) => ms >= 4000 && ms < 6000).length;
    assert(count >= 0.99 * perSecond * 2, `${count} of ${2 * perSecond} in 2 s`);
  }
});

Deno.test("CapQueue sends in the order of asking, without what is over, and gives missed instants back at the end", () => {
  using load = new Workers(1, 100);
  const sent: string[] = [];
  const turn = (name: string) => ({ askedMs: 0, isOver: false, send: () => void sent.push(name) });
  const turns = ["a", "b", "c", "d", "e"].map(turn);
  for (const one of turns) load.queues[0]!.enter(one);
  turns[2]!.isOver = true;
  load.advance(15);
  assertEquals(sent, ["a", "b"]);
  load.advance(25); // the instant at 20 ms is missed; another one comes last
  assertEquals(sent, ["a", "b", "d"]);
  load.advance(10);
  assertEquals(sent, ["a", "b", "d", "e"]);
});
