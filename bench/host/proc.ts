// What the kernel tells about processes, through /proc.

/** Processors as `taskset -c` takes them: `0`, or `0,1`. */
export type Cpus = string;

/** Clock ticks to a second in /proc: 100 on every Linux, regardless of the kernel's own frequency. */
const TICKS_PER_SECOND = 100;

/** Returns the processors this process may run on, in ascending order. */
export function allowedCpus(): number[] {
  const list = Deno.readTextFileSync("/proc/self/status").match(/^Cpus_allowed_list:\s*(\S+)/m)?.[1] ?? "0";
  return list.split(",").flatMap((range) => {
    const [first, last] = range.split("-").map(Number) as [number, number?];
    return Array.from({ length: (last ?? first) - first + 1 }, (_, index) => first + index);
  });
}

/** Returns all processes below one, itself left out. */
export function descendants(pid: number): number[] {
  // Each thread has children of its own.
  const children = threads(pid).flatMap((thread) => read(`/proc/${pid}/task/${thread}/children`).split(" "));
  return children.filter((word) => word !== "").map(Number).flatMap((child) => [child, ...descendants(child)]);
}

function threads(pid: number): string[] {
  try {
    return [...Deno.readDirSync(`/proc/${pid}/task`)].map(({ name }) => name);
  } catch {
    return []; // gone
  }
}

/** Returns the user and system time of a process so far, without its children; 0 when it is gone. */
export function cpuSeconds(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  // The name, in parentheses, may hold spaces: count from behind it. User and system time are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND;
}

/** Returns the memory of a process in bytes, now and at its peak; zeroes when it is gone. */
export function memory(pid: number): { readonly rssBytes: number; readonly peakBytes: number } {
  const status = read(`/proc/${pid}/status`);
  const kibibytes = (field: string) => Number(status.match(new RegExp(`^${field}:\\s*(\\d+) kB`, "m"))?.[1] ?? 0);
  return { rssBytes: kibibytes("VmRSS") * 1024, peakBytes: kibibytes("VmHWM") * 1024 };
}

/** Reads a file of /proc; empty when the process is gone, which may happen between any two reads. */
function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
