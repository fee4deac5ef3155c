/**
 * Connections to collectors that need certificates.
 *
 * @module
 */

import { UsageError } from "../core/errors.ts";
import { fileProblem } from "../core/file_problem.ts";
import type { SignalKind } from "./otlp/schemas.ts";
import { SIGNALS, type TelemetrySettings } from "./settings/settings.ts";
import type { TlsFiles } from "./settings/target.ts";
import type { Given } from "./settings/variables.ts";

/** Connections by signal; none for a signal without certificates. */
export type Clients = Readonly<Partial<Record<SignalKind, Deno.HttpClient>>>;

/**
 * Reads the certificates of the settings.
 *
 * @returns Clients that the caller closes
 * @throws {UsageError} if a file cannot be used; lists all of them
 */
export async function openClients(settings: TelemetrySettings): Promise<Clients> {
  const clients: Partial<Record<SignalKind, Deno.HttpClient>> = {};
  const problems = new Set<string>();
  for (const signal of SIGNALS) {
    const client = await clientOf(settings[signal]?.target?.tls ?? {}, problems);
    if (client !== null) clients[signal] = client;
  }
  if (problems.size === 0) return clients;
  Object.values(clients).forEach((client) => client.close());
  throw new UsageError([...problems]);
}

async function clientOf({ ca, certificate, key }: TlsFiles, problems: Set<string>): Promise<Deno.HttpClient | null> {
  if (ca === undefined && certificate === undefined) return null;
  const known = problems.size;
  const [caText, cert, keyText] = [
    await readPem(ca, problems),
    await readPem(certificate, problems),
    await readPem(key, problems),
  ];
  if (problems.size > known) return null;
  try {
    return Deno.createHttpClient({
      ...(ca === undefined ? {} : { caCerts: [caText] }),
      ...(certificate === undefined ? {} : { cert, key: keyText }),
    });
  } catch (error) {
    const labels = [ca, certificate, key].flatMap((file) => file === undefined ? [] : [file.label]);
    problems.add(`Cannot use ${labels.join(", ")}: ${(error as Error).message}, expected PEM files`);
    return null;
  }
}

async function readPem(file: Given | undefined, problems: Set<string>): Promise<string> {
  if (file === undefined) return "";
  try {
    return await Deno.readTextFile(file.value);
  } catch (error) {
    problems.add(`Cannot use ${file.label} "${file.value}": ${fileProblem(error)}, expected a PEM file`);
    return "";
  }
}
