/** Returns whether this machine has an address to listen on. */
export function canListen(hostname: string): boolean {
  try {
    Deno.listen({ hostname, port: 0 }).close();
    return true;
  } catch {
    return false; // that is the question
  }
}
