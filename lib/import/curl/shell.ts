/**
 * Shell text to commands and words, as far as "Copy as cURL" and pasted commands need it.
 *
 * @module
 */

import { ScriptError } from "../../core/errors.ts";

/** One word of a command: text, and the names of variables that the shell would fill in. */
export type Word = readonly (string | { readonly variable: string })[];

/** A command with the line, from 1, on which it begins. */
export interface ShellCommand {
  readonly line: number;
  readonly words: readonly Word[];
}

/** Escapes of `$'…'` with one letter, by bash's manual, "ANSI-C Quoting". */
const ANSI_ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  E: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

const ANSI_CODES = /\\(?:x[\da-f]{1,2}|u[\da-f]{1,4}|U[\da-f]{1,8}|[0-7]{1,3}|[^])/gi;

/**
 * Splits a text into commands, by the rules of a POSIX shell and bash's `$'…'`: they end at a line end, `;`, `&` or `|`.
 * Redirections and comments are left out. Nothing is expanded.
 *
 * @param name Name of the source, for messages
 * @throws {ScriptError} if a quote is never closed
 */
export function shellCommands(text: string, name: string): ShellCommand[] {
  return new ShellReader(text, name).read();
}

/** Reads a text from its start to its end, once. */
class ShellReader {
  readonly #text: string;
  readonly #name: string;
  readonly #commands: ShellCommand[] = [];
  #at = 0;
  #line = 1;
  #words: Word[] = [];
  #wordsLine = 1;
  /** The word being read; `null` between words. */
  #word: (string | { variable: string })[] | null = null;
  /** Whether the next word is the file of a redirection. */
  #isRedirection = false;

  constructor(text: string, name: string) {
    this.#text = text.replace(/\r\n?/g, "\n");
    this.#name = name;
  }

  read(): ShellCommand[] {
    while (this.#at < this.#text.length) this.#readNext();
    this.#endCommand();
    return this.#commands;
  }

  #readNext(): void {
    const character = this.#take();
    switch (character) {
      case "'":
        return this.#add(this.#until("'"));
      case '"':
        return this.#readDoubleQuoted();
      case "\\":
        return this.#readEscape();
      case "$":
        return this.#readDollar();
      case " ":
      case "\t":
        return this.#endWord();
      case "\n":
      case ";":
      case "|":
        return this.#endCommand();
      case "&":
        // `&>file` is a redirection, `2>&1` was taken with its `>`.
        return this.#text[this.#at] === ">" ? this.#endWord() : this.#endCommand();
      case "<":
      case ">":
        return this.#readRedirection();
      case "#":
        if (this.#word === null) return this.#skipComment();
    }
    this.#add(character);
  }

  #take(): string {
    const character = this.#text[this.#at++]!;
    if (character === "\n") this.#line++;
    return character;
  }

  #add(part: string | { variable: string }): void {
    if (this.#word === null) {
      this.#word = [];
      if (this.#words.length === 0) this.#wordsLine = this.#line;
    }
    const last = this.#word.at(-1);
    if (typeof part === "string" && typeof last === "string") this.#word[this.#word.length - 1] = last + part;
    else this.#word.push(part);
  }

  /** Returns the text up to a quote, which it takes, too. */
  #until(quote: string): string {
    const line = this.#line;
    const end = this.#text.indexOf(quote, this.#at);
    if (end < 0) throw this.#unclosed(quote, line);
    const text = this.#text.slice(this.#at, end);
    this.#line += text.split("\n").length - 1;
    this.#at = end + 1;
    return text;
  }

  #unclosed(quote: string, line: number): ScriptError {
    return new ScriptError(`Cannot import "${this.#name}": line ${line} has a ${quote} that is never closed`);
  }

  #readDoubleQuoted(): void {
    const line = this.#line;
    this.#add("");
    while (this.#at < this.#text.length) {
      const character = this.#take();
      if (character === '"') return;
      if (character === "$") this.#readVariable();
      else if (character !== "\\") this.#add(character);
      else if (/[$`"\\\n]/.test(this.#text[this.#at] ?? "")) this.#readEscape();
      else this.#add(character);
    }
    throw this.#unclosed('"', line);
  }

  #readEscape(): void {
    if (this.#at >= this.#text.length) return;
    const character = this.#take();
    if (character !== "\n") this.#add(character);
  }

  #readDollar(): void {
    if (this.#text[this.#at] === "'") {
      this.#at++;
      this.#readAnsiQuoted();
    } else if (this.#text[this.#at] !== '"') this.#readVariable(); // $"…" is a plain "…" but for translations
  }

  #readAnsiQuoted(): void {
    const start = this.#line;
    let raw = "";
    while (this.#at < this.#text.length) {
      const character = this.#take();
      if (character === "'") return this.#add(ansiText(raw));
      raw += character;
      if (character === "\\" && this.#at < this.#text.length) raw += this.#take();
    }
    throw this.#unclosed("$'", start);
  }

  /** Reads `$NAME` or `${NAME}`; everything else after a `$` stays as it is. */
  #readVariable(): void {
    const match = /^(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/.exec(this.#text.slice(this.#at, this.#at + 200));
    if (match === null) return this.#add("$");
    this.#at += match[0].length;
    this.#add({ variable: (match[1] ?? match[2])! });
  }

  #readRedirection(): void {
    if (this.#word !== null && /^\d$/.test(String(this.#word[0]))) this.#word = null; // the 2 of 2>file
    this.#endWord();
    while (/[<>&]/.test(this.#text[this.#at] ?? "")) this.#at++;
    this.#isRedirection = true;
  }

  #skipComment(): void {
    while (this.#at < this.#text.length && this.#text[this.#at] !== "\n") this.#at++;
  }

  #endWord(): void {
    if (this.#word === null) return;
    if (this.#isRedirection) this.#isRedirection = false;
    else this.#words.push(this.#word);
    this.#word = null;
  }

  #endCommand(): void {
    this.#endWord();
    this.#isRedirection = false;
    if (this.#words.length > 0) this.#commands.push({ line: this.#wordsLine, words: this.#words });
    this.#words = [];
  }
}

function ansiText(raw: string): string {
  return raw.replace(ANSI_CODES, (escape) => {
    const letter = escape[1]!;
    if (/^\\[xuU]./.test(escape)) return codePoint(Number.parseInt(escape.slice(2), 16));
    if (/[0-7]/.test(letter)) return String.fromCodePoint(Number.parseInt(escape.slice(1), 8) & 0xff);
    return ANSI_ESCAPES[letter] ?? letter;
  });
}

function codePoint(code: number): string {
  return code > 0x10ffff ? "\ufffd" : String.fromCodePoint(code);
}
