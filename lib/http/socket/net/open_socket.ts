/**
 * The way to open a socket on this machine.
 *
 * @module
 */

import { openEpollSocket } from "./epoll/epoll_socket.ts";
import { openNodeSocket } from "./node_socket.ts";
import type { SocketOpener } from "./wire_socket.ts";

/** Opens a socket the fastest way there is. */
export const openSocket: SocketOpener = (recipe, listener) => {
  const { security } = recipe;
  // The first encrypted connection of a name is Node's, which checks the server; those after it can be fast.
  const socket = security === null || security.isDecided ? openEpollSocket(recipe, listener) : null;
  return socket ?? openNodeSocket(recipe, listener);
};
