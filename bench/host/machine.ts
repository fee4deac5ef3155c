// What the figures were measured on, and what with: nothing that says whose machine it is.

import type { InstalledTool } from "../tools/tools.ts";

/** Returns a list in Markdown. */
export function conditions(tools: readonly InstalledTool[], nginx: string, rounds: number, seconds: number): string {
  const memoryGib = Deno.systemMemoryInfo().total / 2 ** 30;
  const peers = tools.filter(({ program }) => program !== "deno").map(({ label, version }) => `${label} ${version}`);
  const ours = tools.find(({ program }) => program === "deno");
  return [
    `- Date: ${new Date().toISOString().slice(0, 10)}`,
    `- Machine: ${navigator.hardwareConcurrency} cores${processor()}, ${
      memoryGib.toFixed(0)
    } GiB, ${Deno.build.os} ${Deno.build.arch}`,
    `- Versions: ${
      [...(ours ? [`locust for Deno ${ours.version}`] : []), `Deno ${Deno.version.deno}`, ...peers, `nginx ${nginx}`]
        .join(", ")
    }`,
    `- ${rounds} rounds of ${seconds} s, longer where many TLS connections come first; each figure is a median`,
  ].join("\n");
}

/** Returns the model of the processor, if known. */
function processor(): string {
  const model = Deno.readTextFileSync("/proc/cpuinfo").match(/^model name\s*:\s*(.+)$/m)?.[1]?.trim();
  return model === undefined || model === "unknown" ? "" : ` (${model})`;
}
