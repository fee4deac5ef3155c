/**
 * Selects how to open a socket on this machine.
 *
 * @module
 */

import { builtin } from "../../../core/builtin.ts";
import { canUseEpoll, openEpollSocket } from "./epoll/epoll_socket.ts";
import { openNodeSocket } from "./node_socket.ts";
import type { SocketOpener } from "./wire_socket.ts";

/** Opens a socket in the fastest available way. */
export const openSocket: SocketOpener = (recipe, listener) => {
  const { security } = recipe;
  // The first encrypted connection to a name uses Node, which checks the certificate; later ones can be faster.
  const socket = security === null || security.isDecided ? openEpollSocket(recipe, listener) : null;
  return socket ?? openNodeSocket(recipe, listener);
};

/** Loads what the first connection would otherwise wait for, where Node's sockets are the usual ones. */
export function prepareSockets(): void {
  if (!canUseEpoll()) builtin("node:net");
}
