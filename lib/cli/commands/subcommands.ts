/**
 * Commands other than a run.
 *
 * @module
 */

/** Commands, recognised as the first argument; a locustfile with such a name is given as `./init`. */
export const SUBCOMMANDS = [
  "init",
  "import",
  "record",
  "check",
  "debug",
  "compare",
  "agent",
  "completions",
  "help",
] as const;
/** One of them. */
export type Subcommand = typeof SUBCOMMANDS[number];

/** The option of `init`. */
export const INIT_OPTION = "--deno";

/** Help of each command; every line fits 80 columns. */
export const SUBCOMMAND_HELP: Readonly<Record<Subcommand, string>> = {
  init: `Usage: locust init [--deno]

Writes a commented locustfile.ts to this folder. Existing files are kept.

  --deno   also write a deno.json, so that editors find the types
`,
  import: `Usage: locust import <file>|- [-o <file>] [--force] [--from <kind>]

Writes a locustfile from recorded traffic or a description of an API: a HAR
file, curl commands, an OpenAPI document, a Postman collection or an access log;
from stdin with -. Sends nothing. Without -o, the locustfile goes to stdout.

  -o, --output <file>   write there; an existing file is kept without --force
  --force               overwrite an existing file
  --from <kind>         kind of file, if it is not recognised: har, openapi,
                        postman, curl, access-log
  --think-times real|none|1s-5s
                        pauses: as recorded, none, or random (default: real)
  --include <glob>      only URLs that match, static files and other hosts too;
                        repeatable
  --exclude <glob>      leave out URLs that match; repeatable
  --only <tag|operation>
                        only these operations of an OpenAPI document; repeatable
  --environment <file>  variables of a Postman collection
  --replay              requests of an access log as they were, not as a mix
`,
  record: `Usage: locust record <url> [-o <file>] [options]
       locust record --proxy <host:port> [-o <file>] [options]

Opens the system's Chromium, Chrome, Edge or Brave and writes a locustfile of
what it requested when its window is closed, or at Ctrl-C. Each page is a step;
a name typed into the terminal begins a step that lasts until the next name.

  -o, --output <file>   write there, not to stdout; LOCUST_LOCUSTFILE
  --force, --think-times, --include, --exclude
                        as of locust import
  --browser <path>      which browser
  --headless            no window; a script drives the browser
  --remote-debugging-port <port>
                        port on loopback where scripts drive the browser
  --proxy <host:port>   no browser: listen there as a proxy, with mitmproxy

LOCUST_IGNORED_URLS (beginnings of URLs), LOCUST_IGNORED_HEADERS and
LOCUST_IGNORED_METHODS (OPTIONS if not set), and the same with LOCUST_EXTRA_,
leave out more; several are separated by commas.
`,
  check: `Usage: locust check [locustfile] [options]

Lists user classes with their share of the users, hooks and thresholds, without
sending anything. On Deno it also checks types. Exits with 1 if the locustfile
has errors. Takes the options of a run.
`,
  debug: `Usage: locust debug [locustfile] [options]

Runs one user for one iteration (-i changes that) and prints each request and
response as they went over the wire: heads, decoded bodies, times, redirects,
cookies and the verdict. Secrets are masked. Exits with 0 if no request failed
and the script threw nothing, else with 1. Takes the options of a run, and:

  --body size      most of each body to print, such as 10kB; 0 for none;
                   2kB if not given
  --show-secrets   print passwords, tokens and cookies, too
`,
  compare: `Usage: locust compare <old.json>... <new.json> [--tolerance 5%]

Compares the summaries that --json wrote: the last file with those before it,
runs of the same test. Exits with 98 if a row of it is slower or fails more
often, by more than the tolerance and more than chance explains.
`,
  agent: `Usage: locust agent --nats <url> [--once] [--name <name>]

Waits for runs with --machines and runs their users on this machine. The
locustfile comes with the run. An agent executes the code that it is sent: give
the NATS server a secret.

  --nats        NATS server, as in nats://token@host:4222 (LOCUST_NATS)
  --once        end after one run
  --name        name in messages and tables (default: host and process id)
  --nats-creds  NATS credentials file
  --nats-nkey   file with the seed of an nkey
  --nats-ca     PEM file of the CA of the NATS server
  --nats-cert, --nats-key
                PEM files of this machine's certificate and its key
  --agent-secret <secret>
                take only runs that have the same --agent-secret
`,
  completions: `Usage: locust completions bash|zsh|fish

Prints a script that completes options and commands:

  source <(locust completions bash)
  locust completions zsh > a folder of $fpath, as _locust
  locust completions fish > ~/.config/fish/completions/locust.fish
`,
  help: `Usage: locust help [command]

Shows the help of a command, or that of a run.
`,
};

/** Returns the command that arguments begin with, or `null`. */
export function subcommandOf(args: readonly string[]): Subcommand | null {
  return SUBCOMMANDS.find((name) => name === args[0]) ?? null;
}
