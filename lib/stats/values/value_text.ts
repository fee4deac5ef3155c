/**
 * Measured numbers as text.
 *
 * @module
 */

import { formatMs } from "../../core/units.ts";
import type { MeasureUnit } from "./measures.ts";

/** Returns a plain number for a table: whole ones as they are, others with three decimals at most or three digits. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return "-";
  if (Number.isInteger(value) && value < 1e15) return String(value);
  return Math.abs(value) >= 0.01 && value < 1e15 ? String(Number(value.toFixed(3))) : value.toPrecision(3);
}

/** Returns a value in its unit. */
export function formatMeasured(value: number, unit: MeasureUnit): string {
  return unit === "ms" ? formatMs(value) : formatNumber(value);
}
