import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/core/errors.ts";
import { sampledShare } from "../../../lib/telemetry/settings/sampler.ts";

const UNKNOWN = 'Cannot use OTEL_TRACES_SAMPLER "jaeger_remote"';

Deno.test("sampledShare() knows the standard samplers", () => {
  const cases: readonly (readonly [sampler: string, argument: string, share: number | null])[] = [
    ["", "0.5", null],
    ["always_on", "", 1],
    ["parentbased_always_off", "", 0],
    ["traceidratio", "0.25", 0.25],
    ["parentbased_TraceIdRatio", "", 1],
    ["jaeger_remote", "endpoint=x", null],
  ];
  for (const [sampler, argument, share] of cases) {
    const variables: Record<string, string> = { OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: argument };
    const warnings: string[] = [];
    assertEquals(sampledShare((name) => variables[name], (text) => warnings.push(text)), share, sampler);
    const isUnknown = sampler === "jaeger_remote";
    assertEquals(warnings.map((text) => text.split(":")[0]), isUnknown ? [UNKNOWN] : [], "ignored, and said");
  }
});

Deno.test("sampledShare() refuses an argument that is no share", () => {
  for (const argument of ["2", "-1", "half"]) {
    const variables: Record<string, string> = {
      OTEL_TRACES_SAMPLER: "traceidratio",
      OTEL_TRACES_SAMPLER_ARG: argument,
    };
    assertThrows(
      () => sampledShare((name) => variables[name], () => {}),
      UsageError,
      `Cannot use OTEL_TRACES_SAMPLER_ARG "${argument}": not a share, expected 0 to 1, such as 0.01`,
    );
  }
});
