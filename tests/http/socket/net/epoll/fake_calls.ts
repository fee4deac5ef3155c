// System calls controlled by a test.

import type { SystemCalls } from "../../../../../lib/http/socket/net/epoll/system_calls.ts";

/** The event that the poller has registered for a file, and that the system returns. */
type Event = Int32Array;

/** Replaces the system: logs the calls and returns what the test specifies. */
export class FakeCalls {
  /** Logged calls, in order. */
  readonly log: string[] = [];
  /** The last event registered for each file; tests may keep one of a closed file. */
  readonly events = new Map<number, Event>();
  /** Events found by the next polls, one list each. */
  readonly found: (readonly (readonly [event: Event, bits: number])[])[] = [];
  /** Bytes of each of the next reads; 0 is the end. Later reads would have to wait. */
  readonly reads: number[] = [];
  /** Whether the system refuses to watch more files. */
  isFull = false;
  readonly #request = new Uint8Array(8);
  #endWait: ((found: number) => void) | null = null;

  /** Whether another thread is waiting. */
  get isWaiting(): boolean {
    return this.#endWait !== null;
  }

  /** Ends the wait on another thread, as an event or its timeout does. */
  endWait(found: number): void {
    const end = this.#endWait;
    this.#endWait = null;
    end?.(found);
  }

  /** The calls, in the poller's form. */
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
