/** The command with a fake runner and a fake screen. */

import type { AppParts } from "../../../lib/cli/parts.ts";
import { runApp } from "../../../lib/cli/run_app.ts";
import type { RunOptions } from "../../../lib/engine/options/options.ts";
import type { ShownRunHooks } from "../../../lib/engine/run/runner_hooks.ts";
import type { SessionRunner } from "../../../lib/engine/run/run_session.ts";
import type { LiveScreen } from "../../../lib/report/reporter.ts";
import type { RunObserver, RunResult, RunState } from "../../../lib/stats/run_model.ts";
import { FakeProcess, type FakeProcessOptions } from "./fake_process.ts";
import { INFO, viewAt } from "./run_result.ts";

/** A runner that a test ends; it records calls. */
export class FakeRunner implements SessionRunner {
  readonly calls: string[] = [];
  observers: readonly RunObserver[] = [];
  isPaused = false;
  readonly started: Promise<void>;
  readonly finish: (result: { exitCode: number } | Error) => void;
  readonly #result: Promise<RunResult>;
  #start!: () => void;

  constructor() {
    const { promise, resolve, reject } = Promise.withResolvers<RunResult>();
    this.#result = promise;
    this.finish = (result) => result instanceof Error ? reject(result) : resolve(result as RunResult);
    this.started = new Promise((resolve) => this.#start = resolve);
  }

  run(): Promise<RunResult> {
    this.#start();
    return this.#result;
  }

  stop(reason: string): void {
    this.calls.push(`stop: ${reason}`);
  }

  interrupt(): void {
    this.calls.push("interrupt");
  }

  get state(): RunState {
    return { ...viewAt(0), isPaused: this.isPaused };
  }

  addUsers(users: number): void {
    this.calls.push(`users: ${users}`);
  }

  setUsers(count: number): void {
    this.calls.push(`users set: ${count}`);
  }

  setArrivalRate(perSecond: number): boolean {
    this.calls.push(`rate set: ${perSecond}`);
    return false;
  }

  setPaused(isPaused: boolean): void {
    this.isPaused = isPaused;
    this.calls.push(`paused: ${isPaused}`);
  }

  /** Starts the load. */
  load(): void {
    this.observers.forEach((observer) => observer.onStart?.(INFO));
  }
}

/** A live screen that records its output. */
export class FakeScreen implements LiveScreen {
  footer: LiveScreen["footer"] = null;
  readonly above: string[] = [];
  /** The line under the table each time it was drawn; `left` when the screen was left. */
  readonly drawn: string[] = [];

  writeAbove(text: string): void {
    this.above.push(text);
  }

  redraw(changes: Partial<RunState>): void {
    this.drawn.push(this.footer?.({ ...viewAt(0), ...changes }) ?? "no footer");
  }

  leave(): void {
    this.drawn.push("left");
  }
}

/** The command running on a fake process. */
export interface FakeApp {
  readonly process: FakeProcess;
  readonly runner: FakeRunner;
  readonly created: (ShownRunHooks & { options: RunOptions })[];
  readonly screen: FakeScreen;
  readonly code: Promise<number>;
}

/** Starts the command; the test ends its runner. */
export function startApp(process: FakeProcessOptions): FakeApp {
  const fake = new FakeProcess(process);
  const [runner, created, screen] = [new FakeRunner(), [] as FakeApp["created"], new FakeScreen()];
  const parts: AppParts = {
    createRunner(options, hooks) {
      runner.observers = hooks.observers;
      created.push({ options, ...hooks });
      return runner;
    },
    checkTypes: () => Promise.resolve({ kind: "passed" }),
    inspectScript: () =>
      Promise.resolve({
        classes: [{ name: "One", weight: 1, fixedCount: undefined, load: null, tasks: [] }],
        hooks: [],
        thresholds: [],
        notes: [],
      }),
    createReporters: (process) =>
      Promise.resolve({
        observers: [],
        ...(process.stdout.isTerminal && !process.args.includes("--quiet") ? { screen } : {}),
      }),
  };
  return { process: fake, runner, created, screen, code: runApp(fake, parts) };
}
