/** Returns whether this machine can listen on an address. */
export function canListen(hostname: string): boolean {
  try {
    Deno.listen({ hostname, port: 0 }).close();
    return true;
  } catch {
    return false; // the address cannot be used
  }
}
