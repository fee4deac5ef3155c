import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../../main.ts", import.meta.url));
const THIS_PROGRAM: readonly string[] = [Deno.execPath(), "run", "-A", MAIN];

/** Result of a command. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Settings of a command. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  /** Whether the program gets only `env`, without the variables of this process. */
  readonly clearEnv?: boolean;
  /** The program. @default deno run main.ts */
  readonly program?: readonly string[];
  /** Called with the process once stderr or stdout contains the text. */
  readonly when?: readonly (readonly [text: string, act: (process: Deno.ChildProcess) => void])[];
}

/** Runs the real command, `deno run -A main.ts …`, to its end; the tests' own `LOCUST_…` variables are not passed on. */
export async function locust(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const [command, ...first] = options.program ?? THIS_PROGRAM;
  const child = new Deno.Command(command!, {
    args: [...first, ...args],
    clearEnv: options.clearEnv ?? false,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { NO_COLOR: "1", ...options.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const waiting = [...(options.when ?? [])];
  const onText = (text: string) => {
    while (waiting.length > 0 && text.includes(waiting[0]![0])) waiting.shift()![1](child);
  };
  const [stdout, stderr, status] = await Promise.all([
    readAll(child.stdout, onText),
    readAll(child.stderr, onText),
    child.status,
  ]);
  return { code: status.code, stdout, stderr };
}

/** Returns the command as a line for a shell; the default program is this one. */
export function commandLine(args: readonly string[], program = THIS_PROGRAM): string {
  return [...program, ...args].map((part) => `'${part}'`).join(" ");
}

async function readAll(stream: ReadableStream<Uint8Array>, onText: (text: string) => void): Promise<string> {
  let text = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    text += part;
    onText(text);
  }
  return text;
}

/** Result of a program. */
export interface ProgramResult {
  readonly success: boolean;
  readonly code: number;
  readonly signal: Deno.Signal | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs any command until it exits. */
export async function run(
  [command, ...args]: readonly string[],
  env: Record<string, string> = {},
): Promise<ProgramResult> {
  const output = await new Deno.Command(command!, { args, env, stdin: "null", stdout: "piped", stderr: "piped" })
    .output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const { success, code, signal } = output;
  return { success, code, signal, stdout: text(output.stdout), stderr: text(output.stderr) };
}
