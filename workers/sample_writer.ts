/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/**
 * Entry of the worker that writes samples.
 *
 * @module
 */

import { SampleWriter, type ToSampleWriter } from "../lib/report/samples/sample_writer.ts";

const writer = new SampleWriter((message, transfer) => self.postMessage(message, transfer));

self.onmessage = (event: MessageEvent<ToSampleWriter>): void => writer.handle(event.data);
