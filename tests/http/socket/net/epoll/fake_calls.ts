// System calls that a test answers.

import type { SystemCalls } from "../../../../../lib/http/socket/net/epoll/system_calls.ts";

/** What the poller was told about a file, and so what the system will say of it. */
type Event = Int32Array;

/** Stands in for the system: remembers what it is asked, and has happen what the test wants. */
export class FakeCalls {
  /** Calls that tests look at, in order. */
  readonly log: string[] = [];
  /** The last event the poller has asked for, by file; of a file that is gone, one may be kept. */
  readonly events = new Map<number, Event>();
  /** What the next looks find, one list each. */
  readonly found: (readonly (readonly [event: Event, bits: number])[])[] = [];
  /** How many bytes each of the next reads gets; 0 is the end, and what comes after them all would have to wait. */
  readonly reads: number[] = [];
  /** Whether the system watches no more files. */
  isFull = false;
  readonly #request = new Uint8Array(8);
  #endWait: ((found: number) => void) | null = null;

  /** Whether another thread waits. */
  get isWaiting(): boolean {
    return this.#endWait !== null;
  }

  /** Ends the wait on another thread, as an event does, or its time. */
  endWait(found: number): void {
    const end = this.#endWait;
    this.#endWait = null;
    end?.(found);
  }

  /** The same, as the poller takes it. */
  readonly calls = {
    epoll_create1: () => 100,
    eventfd: () => 101,
    eventfd_write: () => {
      this.log.push("wake");
      this.endWait(1);
      return 0;
    },
    malloc: () => Deno.UnsafePointer.of(this.#request),
    free: () => {},
    close: (file: number) => {
      this.log.push(`close ${file}`);
      return 0;
    },
    socket: () => 7,
    setsockopt: () => 0,
    connect: () => 0,
    getsockopt: () => 0,
    ioctl: () => 0,
    recv: () => this.reads.shift() ?? -1,
    epoll_ctl: (_poller: number, _operation: number, file: number, event: Event) => {
      if (this.isFull) return -1;
      this.events.set(file, event.slice());
      return 0;
    },
    epoll_wait: (_poller: number, events: Int32Array) => {
      this.log.push("look");
      const found = this.found.shift() ?? [];
      found.forEach(([event, bits], index) => {
        events.set(event, index * event.length);
        events[index * event.length] = bits;
      });
      return found.length;
    },
    poll: (_request: unknown, _count: bigint, ms: number) => {
      this.log.push(`wait ${ms}`);
      return new Promise<number>((resolve) => this.#endWait = resolve);
    },
  } as unknown as SystemCalls;
}
