/**
 * IP addresses in text form.
 *
 * @module
 */

const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const V4 = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`);
const GROUP = /^[\da-f]{1,4}$/i;
/** A zone of an IPv6 address, such as `%eth0`. */
const ZONE = /%[\da-z.:-]+$/i;
/** 16-bit groups in an IPv6 address. */
const GROUPS = 8;

/**
 * Returns the version of an IP address, or 0 if the string is not one. Same results as `isIP` of `node:net`, which would
 * load all of Node's sockets.
 */
export function ipVersion(text: string): 0 | 4 | 6 {
  if (V4.test(text)) return 4;
  return text.includes(":") && isV6(text.replace(ZONE, "")) ? 6 : 0;
}

function isV6(text: string): boolean {
  const [head, tail, ...others] = text.split("::");
  if (others.length > 0) return false;
  if (tail === undefined) return groupsIn(head!, true) === GROUPS;
  return groupsIn(head!, false) + groupsIn(tail, true) < GROUPS;
}

/** Counts groups; `NaN` if one is malformed. The last two may be written as an IPv4 address if `isEnd`. */
function groupsIn(text: string, isEnd: boolean): number {
  if (text === "") return 0;
  const parts = text.split(":");
  const hasV4 = isEnd && V4.test(parts.at(-1)!);
  if (hasV4) parts.pop();
  return parts.every((part) => GROUP.test(part)) ? parts.length + (hasV4 ? 2 : 0) : NaN;
}
