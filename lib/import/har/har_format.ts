/**
 * The parts of a HAR 1.2 file that are read. Producers leave out any of them.
 *
 * Source: HAR 1.2 specification, Jan Odvarko; fields with `_` are Chrome's.
 *
 * @module
 */

/** A name with a value. */
export interface HarPair {
  readonly name?: string;
  readonly value?: string;
}

/** A request as sent. */
export interface HarRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: readonly HarPair[];
  readonly postData?: {
    readonly mimeType?: string;
    readonly text?: string;
    /** `base64` in files of mitmproxy and Fiddler. */
    readonly encoding?: string;
    readonly params?: readonly (HarPair & { readonly fileName?: string; readonly contentType?: string })[];
  };
}

/** A response as received; status 0 or less stands for none. */
export interface HarResponse {
  readonly status: number;
  readonly headers?: readonly HarPair[];
  readonly redirectURL?: string;
  readonly content?: {
    readonly mimeType?: string;
    readonly text?: string;
    readonly encoding?: string;
  };
  readonly _error?: string | null;
}

/** A message of a WebSocket, as Chrome writes it. */
export interface HarWebSocketMessage {
  readonly type: string;
  /** Seconds since 1970. */
  readonly time?: number;
  /** 1 for a string, 2 for bytes in base64. */
  readonly opcode?: number;
  readonly data?: string;
}

/** One request with its response. */
export interface HarEntry {
  readonly pageref?: string;
  readonly startedDateTime?: string;
  /** Total time, in milliseconds. */
  readonly time?: number;
  readonly request: HarRequest;
  readonly response: HarResponse;
  readonly _fromCache?: string | null;
  readonly _resourceType?: string;
  readonly _webSocketMessages?: readonly HarWebSocketMessage[];
}

/** A page. */
export interface HarPage {
  readonly id?: string;
  readonly title?: string;
}

/** An entry that can be imported. */
export interface Entry {
  /** Its number in the file, from 1. */
  readonly number: number;
  readonly pageId: string | undefined;
  readonly url: URL;
  readonly request: HarRequest;
  readonly response: HarResponse;
  /** Start and end, in milliseconds since 1970; `NaN` if the file does not say. */
  readonly startMs: number;
  readonly endMs: number;
  readonly raw: ProducerFields;
}

/** What only some producers write. */
export interface ProducerFields {
  readonly _resourceType?: string;
  readonly _webSocketMessages?: readonly HarWebSocketMessage[];
  /** Whether no request was sent. */
  readonly isFromCache: boolean;
}

/** A file, read. */
export interface HarFile {
  readonly pages: readonly HarPage[];
  readonly entries: readonly Entry[];
  /** Program that wrote it, with its version; empty if unknown. */
  readonly creator: string;
  /** Numbers of entries that cannot be read, with the reasons. */
  readonly broken: readonly { readonly number: number; readonly reason: string }[];
}
