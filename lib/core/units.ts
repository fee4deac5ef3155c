/**
 * Parses and formats durations, rates and sizes.
 *
 * @module
 */

const MS_OF: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const PER_SECOND_OF: Readonly<Record<string, number>> = { s: 1, m: 1 / 60, h: 1 / 3600 };
/** Units of sizes, each a thousand of the one before. */
export const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

const NUMBER = String.raw`(?:\d+\.?\d*|\.\d+)`;
const PLAIN_NUMBER = new RegExp(`^${NUMBER}$`);
const DURATION = new RegExp(`^(?:${NUMBER}(?:ms|s|m|h))+$`);
const DURATION_PART = new RegExp(`(${NUMBER})(ms|s|m|h)`, "g");
const RATE = new RegExp(`^(${NUMBER})(?:/(s|m|h))?$`);

/**
 * Parses a duration.
 *
 * @param value A number of seconds, or a string: a number of seconds, or one or more numbers with the units ms, s, m, h
 *   (`"1m30s"`)
 * @returns Milliseconds, 0 or more, finite
 * @throws {RangeError} for anything else
 */
export function parseDurationMs(value: number | string): number {
  const ms = typeof value === "number" ? value * 1000 : parseDurationText(value.trim());
  if (!Number.isFinite(ms) || ms < 0) {
    throw new RangeError("expected a number of seconds, or one followed by ms, s, m or h");
  }
  return ms;
}

function parseDurationText(text: string): number {
  if (PLAIN_NUMBER.test(text)) return Number(text) * 1000;
  if (!DURATION.test(text)) return NaN;
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(DURATION_PART)) ms += Number(amount) * MS_OF[unit!]!;
  return ms;
}

/**
 * Parses a rate.
 *
 * @param value A number per second, or a string such as `"500"`, `"500/s"`, `"30/m"`, `"3600/h"`
 * @returns Occurrences per second, 0 or more, finite
 * @throws {RangeError} for anything else
 */
export function parseRatePerSecond(value: number | string): number {
  const match = RATE.exec(typeof value === "number" ? "" : value.trim());
  const rate = typeof value === "number"
    ? value
    : match === null
    ? NaN
    : Number(match[1]) * PER_SECOND_OF[match[2] ?? "s"]!;
  if (!Number.isFinite(rate) || rate < 0) {
    throw new RangeError("expected a number per second, or one followed by /s, /m or /h");
  }
  return rate;
}

/** Formats a time for a table, in milliseconds with one decimal: `1.6ms`. */
export function formatMs(ms: number): string {
  return Number.isFinite(ms) ? `${ms.toFixed(1)}ms` : "-";
}

/** Formats a rate for a table, with two decimals: `60372.44/s`. */
export function formatRate(perSecond: number): string {
  return Number.isFinite(perSecond) ? `${perSecond.toFixed(2)}/s` : "-";
}

/** Formats a ratio as a percentage with one decimal: `12.3%`. */
export function formatPercent(ratio: number): string {
  return Number.isFinite(ratio) ? `${(ratio * 100).toFixed(1)}%` : "-";
}

/** Formats a duration as it would be typed, without zero parts: `250ms`, `10s`, `1m30s`, `1.5s`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return "-";
  if (ms < 1000) return `${trimmed(ms, 3)}ms`;
  const hours = Math.floor(ms / MS_OF["h"]!);
  const minutes = Math.floor((ms % MS_OF["h"]!) / MS_OF["m"]!);
  const seconds = trimmed((ms % MS_OF["m"]!) / 1000, 2);
  return [hours > 0 ? `${hours}h` : "", minutes > 0 ? `${minutes}m` : "", seconds !== "0" ? `${seconds}s` : ""].join(
    "",
  );
}

/** Formats an elapsed time like a clock: `0:42`, `1:02:03`. */
export function formatElapsed(ms: number): string {
  const seconds = Number.isFinite(ms) ? Math.max(0, Math.round(ms / 1000)) : 0;
  const pad = (part: number) => String(part).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

/** Formats a size in decimal units with three digits: `1.23 MB`. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return "-";
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), BYTE_UNITS.length - 1);
  const amount = bytes / 1000 ** power;
  return `${power === 0 ? amount : amount.toFixed(amount < 10 ? 2 : amount < 100 ? 1 : 0)} ${BYTE_UNITS[power]}`;
}

function trimmed(value: number, decimals: number): string {
  return String(Number(value.toFixed(decimals)));
}
