/**
 * Client contexts of one worker: what the clients of a class, or of one user, share.
 *
 * @module
 */

import { errorMessage } from "../../core/error_site.ts";
import { ScriptError, type UsageError } from "../../core/errors.ts";
import { CappedTransport, type CapQueue } from "../../http/capped_transport.ts";
import { ClientContext } from "../../http/client/client_context.ts";
import type { JudgedRequest } from "../../http/client/judge.ts";
import type { ClientSettings } from "../../http/client/request_options.ts";
import { settingsProblems } from "../../http/client/settings_check.ts";
import type { TransportObserver } from "../../http/transport.ts";
import type { ExchangeWatcher } from "../../http/trace/exchange_watcher.ts";
import { FailureKeeper } from "../../http/trace/failure_keeper.ts";
import { Tracer } from "../../http/trace/tracer.ts";
import { createTransport, estimatesBytes } from "../../http/transports.ts";
import { log } from "../../script/log.ts";
import type { UserClass } from "../../script/user.ts";
import type { Recorder } from "../../stats/recorder.ts";
import type { RunOptions } from "../options/options.ts";

/** What contexts need from their worker. */
export interface ContextParts {
  readonly options: RunOptions;
  /** What `setup` returned. */
  readonly data: unknown;
  readonly recorder: Recorder;
  /** Returns where requests wait for their turn, or `null`. */
  readonly capQueue: () => CapQueue | null;
  readonly onJudged: (userClass: UserClass, request: JudgedRequest) => void;
  /** Prints on the terminal of the run. */
  readonly onPrint: (text: string) => void;
  /** Receives the error of a request that no user can ever send. */
  readonly onUnusable: (error: UsageError) => void;
}

/** Client contexts: one per class, or one per user if a function of the user returns its settings. */
export class ClientContexts {
  readonly #parts: ContextParts;
  readonly #observer: TransportObserver;
  /** By user number; -1 stands for all users of the class. */
  readonly #contexts = new Map<UserClass, Map<number, ClientContext>>();

  readonly #watcher: ExchangeWatcher | null;
  readonly #authorities = new Map<string, readonly string[]>();

  /** Makes none yet. */
  constructor(parts: ContextParts) {
    this.#parts = parts;
    const { connections, keptFailures } = parts.recorder;
    const { trace } = parts.options;
    if (trace !== undefined) this.#watcher = new Tracer(trace, parts.onPrint);
    else this.#watcher = keptFailures.isOn ? new FailureKeeper(keptFailures) : null;
    this.#observer = {
      onConnected: ({ dnsMs, connectMs, tlsMs, handshake }) => connections.record(dnsMs, connectMs, tlsMs, handshake),
    };
  }

  /**
   * Creates the context of a class. If each user has its own, checks the settings of user 0.
   *
   * @throws {ScriptError} if the settings cannot be used
   */
  prepare(userClass: UserClass): void {
    if (typeof userClass.client === "function") this.#settings(userClass, 0);
    else this.of(userClass, 0);
  }

  /**
   * Returns the context of a user.
   *
   * @throws {ScriptError} if its settings cannot be used
   */
  of(userClass: UserClass, id: number): ClientContext {
    const key = typeof userClass.client === "function" ? id : -1;
    let ofClass = this.#contexts.get(userClass);
    if (ofClass === undefined) this.#contexts.set(userClass, ofClass = new Map());
    let context = ofClass.get(key);
    if (context === undefined) ofClass.set(key, context = this.#make(userClass, id));
    return context;
  }

  /** Returns all contexts created so far. */
  all(): IteratorObject<ClientContext> {
    return this.#contexts.values().flatMap((ofClass) => ofClass.values());
  }

  #make(userClass: UserClass, id: number): ClientContext {
    const { options, recorder } = this.#parts;
    const settings = this.#settings(userClass, id);
    const name = settings.transport ?? options.transport;
    const watcher = this.#watcher;
    return new ClientContext({
      recorder: options.groupByClass ? recorder.forClass(userClass.name) : recorder,
      baseUrl: options.host ?? userClass.host ?? null,
      settings,
      createTransport: (transportOptions) => {
        const created = createTransport(name, transportOptions, this.#observer);
        const transport = watcher?.wrap(created) ?? created;
        const queue = this.#parts.capQueue();
        return queue === null ? transport : new CappedTransport(transport, queue);
      },
      areBytesEstimated: estimatesBytes(name),
      isGroupedByStep: options.groupByStep,
      onJudged: (request) => {
        watcher?.see(request);
        this.#parts.onJudged(userClass, request);
      },
      wantsLine: watcher === null ? undefined : (request, isFailure) => watcher.wantsLine(request, isFailure),
      onUnusable: this.#parts.onUnusable,
      onDebug: (text) => log.debug(text),
    });
  }

  /** Returns the checked settings of a user, from options and class. */
  #settings({ name, client }: UserClass, id: number): ClientSettings {
    const { options, data } = this.#parts;
    const problem = (what: string, cause?: unknown) => new ScriptError(`Cannot run class ${name}: ${what}`, { cause });
    let own: ClientSettings = {};
    try {
      own = typeof client === "function" ? client({ id, data }) : client ?? {};
    } catch (error) {
      throw problem(`static client threw for user ${id}: ${errorMessage(error)}`, error);
    }
    if (typeof own !== "object" || own === null || own instanceof Promise) {
      throw problem(`static client returned ${Deno.inspect(own)} for user ${id}, expected an object with settings`);
    }
    const settings = { ...connectionSettings(options, own), ...own };
    const problems = settingsProblems(settings, options.transport);
    if (problems.length === 0) return this.#withKnownAuthorities(settings);
    throw problem(`static ${problems.join("; ")}${typeof client === "function" ? ` (for user ${id})` : ""}`);
  }

  /** Makes settings with equal authorities share one list, so that a server checked for one user is checked for all. */
  #withKnownAuthorities(settings: ClientSettings): ClientSettings {
    if (settings.caCerts === undefined) return settings;
    const key = settings.caCerts.join("\n");
    const known = this.#authorities.get(key);
    if (known === undefined) this.#authorities.set(key, settings.caCerts);
    return known === undefined ? settings : { ...settings, caCerts: known };
  }
}

/** Returns the settings that options give to a class, except those the class sets itself. */
function connectionSettings(options: RunOptions, own: ClientSettings): ClientSettings {
  const { http, insecure, connectTo, unixSocket, proxy } = options;
  const isWayGiven = [own.connectTo, own.unixSocket, own.proxy].some((way) => way !== undefined);
  return {
    ...((own.transport ?? options.transport) === "socket" ? { http } : {}), // fetch picks the version by itself
    ...(insecure ? { insecure } : {}),
    ...(connectTo === null || isWayGiven ? {} : { connectTo }),
    ...(unixSocket === null || isWayGiven ? {} : { unixSocket }),
    ...(proxy === null || isWayGiven ? {} : { proxy }),
  };
}
