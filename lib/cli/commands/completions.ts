/**
 * `locust completions`: shell completions, generated from the flag table.
 *
 * @module
 */

import { LOG_LEVELS } from "../../core/log_level.ts";
import { HTTP_VERSIONS, TRANSPORT_NAMES } from "../../http/transport.ts";
import { type Flag, longNames, takesValue } from "../flags/flag.ts";
import { FLAGS } from "../flags/flags.ts";
import { IMPORT_FLAGS, RECORD_FLAGS } from "../flags/import_flags.ts";
import { INIT_OPTION, SUBCOMMANDS } from "./subcommands.ts";

/** Supported shells. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
/** One of them. */
export type Shell = typeof SHELLS[number];

/** Allowed values of flags with a fixed set of values. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  http: HTTP_VERSIONS,
  logLevel: LOG_LEVELS,
  transport: TRANSPORT_NAMES,
};
/** Flags whose value is a file. */
const FILES = new Set(["baseline", "config", "csv", "gitlab", "htmlReport", "json", "junit", "unixSocket"]);

/** Options, with help, of commands that do not take the options of a run. */
const OPTIONS_OF: Readonly<
  Record<"init" | "import" | "record" | "compare" | "completions" | "help", Readonly<Record<string, string>>>
> = {
  init: { [INIT_OPTION]: "add a deno.json for the editor", "--help": "show the help" },
  import: {
    ...Object.fromEntries(IMPORT_FLAGS.map(({ long, help }) => [`--${long}`, help])),
    "--help": "show the help",
  },
  record: {
    ...Object.fromEntries(RECORD_FLAGS.map(({ long, help }) => [`--${long}`, help])),
    "--help": "show the help",
  },
  compare: { "--tolerance": "least difference that counts", "--help": "show the help" },
  completions: { "--help": "show the help" },
  help: {},
};

/** Returns the completion script for a shell. */
export function completionScript(shell: Shell): string {
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell]();
}

function bashScript(): string {
  const flags = FLAGS.flatMap(typedNames).join(" ");
  const cases = FLAGS.filter(takesValue).map((flag) => `    ${typedNames(flag).join("|")}) ${bashValue(flag)} ;;`);
  return `# bash completion for locust:  source <(locust completions bash)
_locust() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  if [[ $COMP_CWORD -gt 1 ]]; then
    case \${COMP_WORDS[1]} in
      init) COMPREPLY=($(compgen -W "${Object.keys(OPTIONS_OF.init).join(" ")}" -- "$cur")); return ;;
      completions) COMPREPLY=($(compgen -W "${
    [...SHELLS, ...Object.keys(OPTIONS_OF.completions)].join(" ")
  }" -- "$cur")); return ;;
      compare) COMPREPLY=($(compgen -f -X '!*.json' -- "$cur") $(compgen -W "${
    Object.keys(OPTIONS_OF.compare).join(" ")
  }" -- "$cur")); return ;;
      import) COMPREPLY=($(compgen -f -- "$cur") $(compgen -W "${
    Object.keys(OPTIONS_OF.import).join(" ")
  }" -- "$cur")); return ;;
      record) COMPREPLY=($(compgen -f -- "$cur") $(compgen -W "${
    Object.keys(OPTIONS_OF.record).join(" ")
  }" -- "$cur")); return ;;
      help) COMPREPLY=($(compgen -W "${SUBCOMMANDS.join(" ")}" -- "$cur")); return ;;
    esac
  fi
  case $prev in
${cases.join("\n")}
  esac
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "${flags}" -- "$cur"))
  else
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -X '!*.@(ts|js|mts|mjs)' -- "$cur") $(compgen -d -- "$cur"))
    if [[ $COMP_CWORD -eq 1 ]]; then COMPREPLY+=($(compgen -W "${SUBCOMMANDS.join(" ")}" -- "$cur")); fi
  fi
}
shopt -s extglob
complete -F _locust locust
`;
}

function bashValue(flag: Flag): string {
  const words = WORDS[flag.key];
  if (words !== undefined) return `COMPREPLY=($(compgen -W "${words.join(" ")}" -- "$cur")); return`;
  return FILES.has(flag.key) ? 'COMPREPLY=($(compgen -f -- "$cur")); return' : "return";
}

function zshScript(): string {
  const specs = FLAGS.flatMap((flag) =>
    typedNames(flag).map((name) => {
      const many = flag.kind === "repeatable" ? "*" : "";
      return `    '${many}${name}[${quoted(flag.help)}]${takesValue(flag) ? zshValue(flag) : ""}'`;
    })
  );
  return `#compdef locust
# zsh completion for locust:  locust completions zsh > a folder of $fpath, as _locust
_locust() {
  if (( CURRENT > 2 )); then
    case $words[2] in
      init) _arguments '1:command:' ${zshOptions("init")}; return ;;
      completions) _arguments '1:command:' '2:shell:(${SHELLS.join(" ")})' ${zshOptions("completions")}; return ;;
      compare) _arguments '1:command:' '*:file:_files -g "*.json"' ${zshOptions("compare")}; return ;;
      import) _arguments '1:command:' '2:file:_files' ${zshOptions("import")}; return ;;
      record) _arguments '1:command:' '2:URL:' ${zshOptions("record")}; return ;;
      help) _arguments '1:command:' '2:command:(${SUBCOMMANDS.join(" ")})'; return ;;
    esac
  fi
  _arguments -s \\
${specs.map((spec) => `${spec} \\`).join("\n")}
    '1:locustfile, URL or command:{ _files -g "*.(ts|js|mts|mjs)"; compadd ${SUBCOMMANDS.join(" ")} }' \\
    '2:locustfile:_files'
}
if [ "$funcstack[1]" = "_locust" ]; then _locust "$@"; else compdef _locust locust; fi
`;
}

function zshOptions(command: keyof typeof OPTIONS_OF): string {
  return Object.entries(OPTIONS_OF[command]).map(([name, help]) => `'${name}[${quoted(help)}]'`).join(" ");
}

function zshValue(flag: Flag): string {
  const words = WORDS[flag.key];
  if (words !== undefined) return `:${flag.value}:(${words.join(" ")})`;
  return `:${quoted(flag.value ?? "value")}:${FILES.has(flag.key) ? "_files" : ""}`;
}

function fishScript(): string {
  const withOptions = Object.keys(OPTIONS_OF).join(" ");
  const others = Object.entries(OPTIONS_OF).flatMap(([command, options]) =>
    Object.entries(options).map(([name, help]) =>
      `complete -c locust -n "__fish_seen_subcommand_from ${command}" -f -l ${name.slice(2)} -d '${help}'`
    )
  );
  const lines = FLAGS.map((flag) => {
    const names = longNames(flag).map((name) => `-l ${name}`).join(" ");
    const short = flag.short === undefined ? "" : ` -s ${flag.short}`;
    const words = WORDS[flag.key];
    const value = !takesValue(flag)
      ? ""
      : words !== undefined
      ? ` -x -a "${words.join(" ")}"`
      : FILES.has(flag.key)
      ? " -r -F"
      : " -x";
    return `complete -c locust -n "not __fish_seen_subcommand_from ${withOptions}" ${names}${short}${value} -d '${
      flag.help.replaceAll("'", "\\'")
    }'`;
  });
  return `# fish completion for locust:  locust completions fish > ~/.config/fish/completions/locust.fish
${[...lines, ...others].join("\n")}
complete -c locust -n __fish_use_subcommand -a "${SUBCOMMANDS.join(" ")}"
complete -c locust -n "__fish_seen_subcommand_from completions" -x -a "${SHELLS.join(" ")}"
complete -c locust -n "__fish_seen_subcommand_from help" -x -a "${SUBCOMMANDS.join(" ")}"
`;
}

function typedNames(flag: Flag): string[] {
  return [...longNames(flag).map((name) => `--${name}`), ...(flag.short === undefined ? [] : [`-${flag.short}`])];
}

/** Escapes a string for single quotes and for the brackets of zsh's `_arguments`. */
function quoted(text: string): string {
  return text.replace(/[\\[\]:]/g, "\\$&").replaceAll("'", `'\\''`);
}
