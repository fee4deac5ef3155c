// Wrong messages, made of right ones.

/** What no message has in the place of something else. */
const JUNK: readonly unknown[] = [null, "x", -1, 1.5, NaN, true, [], {}, [null], { type: "x" }, new Uint8Array(3)];

type Path = readonly (string | number)[];

/**
 * Returns a copy of plain data with one place of it left out, or replaced by junk.
 *
 * @param random From 0 to below 1
 */
export function mutated(value: unknown, random: () => number): unknown {
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
  const path = pick(pathsIn(value));
  return random() < 0.3 && path.length > 0 ? changed(value, path, undefined) : changed(value, path, pick(JUNK));
}

function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return [path];
  return [path, ...Object.entries(value).flatMap(([key, member]) => pathsIn(member, [...path, key]))];
}

function changed(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...(value as object) };
  const at = copy as Record<string, unknown>;
  at[key] = changed(at[key], rest, by);
  return copy;
}
