/**
 * What a reader makes of a file, and the writer turns into a locustfile.
 *
 * @module
 */

/** TypeScript that is written as it is: an expression, or statements where the model says so. */
export class Code {
  /** The TypeScript. */
  readonly text: string;
  /** Names of `@x/locust` that it uses, to be imported. */
  readonly uses: readonly string[];

  /** Creates it from its source and the names that it needs from `@x/locust`. */
  constructor(text: string, uses: readonly string[] = []) {
    this.text = text;
    this.uses = uses;
  }
}

/** A string, or an expression that makes one; see `template` for strings with expressions in them. */
export type Text = string | Code;

/** A JSON value with expressions in it. */
export type JsonTemplate =
  | null
  | boolean
  | number
  | Text
  | readonly JsonTemplate[]
  | { readonly [key: string]: JsonTemplate };

/** A file that is imported. */
export interface ImportSource {
  /** Its name in messages: the path as typed, or `stdin`. */
  readonly name: string;
  /** Its contents. */
  readonly text: string;
  /** Whether "locust record" made it, just now. @default {false} */
  readonly isRecorded?: boolean;
}

/** Options of an import; each kind takes some of them. */
export interface ImportOptions {
  /** Pauses between requests: as recorded, none, or a random time in seconds. @default {"real"} */
  readonly thinkTimes?: "real" | "none" | readonly [fromSeconds: number, toSeconds: number];
  /** Globs on URLs; if there are any, only matching requests are imported. */
  readonly include?: readonly string[];
  /** Globs on URLs; matching requests are left out. */
  readonly exclude?: readonly string[];
  /** What a recording ignores. */
  readonly ignore?: Ignored;
  /** Operations or tags. */
  readonly only?: readonly string[];
  /** Contents of the environment file of a Postman collection. */
  readonly environment?: ImportSource;
  /** Name of the file of requests beside the locustfile, if a log is replayed as it is, instead of as a mix. */
  readonly replay?: string;
}

/** What a recording ignores. */
export interface Ignored {
  /** Beginnings of URLs. */
  readonly urls: readonly string[];
  /** Names of header lines, in lower case. */
  readonly headers: readonly string[];
  /** Methods, in capitals. */
  readonly methods: readonly string[];
}

/** A locustfile. */
export interface Scenario {
  /** Lines of the comment at the top: where it comes from, what was left out and why, with counts. */
  readonly notes: readonly string[];
  /** Origin of most requests, as `static host`; requests to it are paths. */
  readonly baseUrl?: Text;
  /** Constants below the imports, in this order. */
  readonly constants?: readonly Constant[];
  /** Declarations below the constants, such as functions. */
  readonly declarations?: readonly Code[];
  /** Classes of users, at least one. */
  readonly classes: readonly ScenarioClass[];
  /** Functions at the end of the file that the requests use; written once. */
  readonly helpers?: readonly Code[];
  /** Data beside the locustfile. @default none */
  readonly data?: DataFile;
}

/** A file that the locustfile reads. */
export interface DataFile {
  /** Its name, beside the locustfile. */
  readonly name: string;
  readonly text: string;
}

/** A constant of the file. */
export interface Constant {
  /** Its name. */
  readonly name: string;
  /** A string, or an expression. */
  readonly value: Text;
  /** Lines of the comment above it. @default none */
  readonly comment?: readonly string[];
}

/** A class of users: it has `run` or `tasks`. */
export interface ScenarioClass {
  /** Its name, in PascalCase. */
  readonly name: string;
  /** Its share of the users. @default {1} */
  readonly weight?: number;
  /** Its tags, for `--only`. @default none */
  readonly tags?: readonly string[];
  /** Pause between iterations, such as `between(1, 3)`. @default none */
  readonly waitTime?: Code;
  /** Header lines of all its requests. @default none */
  readonly headers?: readonly (readonly [string, Text])[];
  /** Further settings of its clients, such as `insecure`. @default none */
  readonly settings?: readonly (readonly [name: string, value: Text])[];
  /** What a user does first. @default nothing */
  readonly onStart?: readonly Action[];
  /** One iteration. */
  readonly run?: readonly Action[];
  /** Methods of which each iteration calls one. */
  readonly tasks?: readonly Task[];
}

/** A method with a weight. */
export interface Task {
  /** Its name, in camelCase. */
  readonly name: string;
  /** Its share of the iterations. @default {1} */
  readonly weight?: number;
  /** Its tags, for `--only`. @default none */
  readonly tags?: readonly string[];
  /** Lines of the comment above it. @default none */
  readonly comment?: readonly string[];
  readonly actions: readonly Action[];
}

/** One thing that a user does. */
export type Action =
  | { readonly kind: "request"; readonly request: RequestCall }
  | { readonly kind: "step"; readonly name: string; readonly actions: readonly Action[] }
  /** A pause of so many seconds, or of a random time between two. */
  | { readonly kind: "sleep"; readonly seconds: number | readonly [from: number, to: number] }
  | { readonly kind: "socket"; readonly socket: SocketCall }
  | { readonly kind: "comment"; readonly lines: readonly string[] }
  /** Statements. */
  | { readonly kind: "code"; readonly code: Code };

/** A WebSocket, from its opening to its end. */
export interface SocketCall {
  /** A path on the base URL, or a URL. */
  readonly url: Text;
  /** Name of the row. @default the path */
  readonly name?: string;
  readonly headers?: readonly (readonly [string, Text])[];
  readonly protocols?: readonly string[];
  readonly messages: readonly SocketMessage[];
  /** Lines of the comment above it. @default none */
  readonly comment?: readonly string[];
}

/** What happens on a WebSocket: a string or bytes in base64 are sent, messages are awaited, or time passes. */
export type SocketMessage =
  | { readonly kind: "send"; readonly data: Text }
  | { readonly kind: "sendBytes"; readonly data: string }
  | { readonly kind: "receive"; readonly count: number }
  | { readonly kind: "sleep"; readonly seconds: number | readonly [from: number, to: number] };

/** The body of a request. */
export type RequestBody =
  | { readonly kind: "json"; readonly value: JsonTemplate }
  | { readonly kind: "form"; readonly fields: readonly (readonly [string, Text])[] }
  | { readonly kind: "multipart"; readonly parts: readonly MultipartPart[] }
  | { readonly kind: "text"; readonly text: Text }
  | { readonly kind: "base64"; readonly data: string };

/** A field or a file of a form. */
export interface MultipartPart {
  readonly name: string;
  readonly value: Text;
  /** Set for a file. */
  readonly fileName?: string;
  /** Content type of a file. */
  readonly type?: string;
}

/** A request. */
export interface RequestCall {
  /** In capitals. */
  readonly method: string;
  /** A path on the base URL, or a URL. */
  readonly url: Text;
  /** Name of the row. @default the path */
  readonly name?: string;
  readonly headers?: readonly (readonly [string, Text])[];
  /** Added to the URL. @default none */
  readonly query?: readonly (readonly [string, Text])[];
  readonly body?: RequestBody;
  /** What to do with a redirect. @default follow it */
  readonly redirect?: "manual";
  /** Longest time until the response is complete, in seconds. @default {60} */
  readonly timeout?: number;
  /** Set if the response is a stream of server-sent events: how many are read. */
  readonly events?: number;
  /** What the response must have. @default nothing */
  readonly expect?: Expectation;
  /** Values taken from the response. @default none */
  readonly extract?: readonly Extraction[];
  /** Lines of the comment above it. @default none */
  readonly comment?: readonly string[];
}

/** What a response must have. */
export interface Expectation {
  /** The status, exactly. */
  readonly status?: number;
  /** A part of the body. */
  readonly includes?: Text;
}

/** A value taken from the response. */
export interface Extraction {
  /** The variable. */
  readonly name: string;
  /** Returns an expression of the response's variable, such as `(await resp.json()).id`. */
  readonly from: (response: string) => Code;
  /** Whether the variable exists already, declared further out. @default {false} */
  readonly isDeclared?: boolean;
  /** Where the value is used, for a comment. @default no comment */
  readonly comment?: string;
}
