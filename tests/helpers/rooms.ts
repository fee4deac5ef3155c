/** The rooms (folders of lib) and the other rooms that each may import. */

const CORE = "lib/core";
const MEASURING = [CORE, "lib/stats", "lib/stats/values", "lib/load"];
/** The client, without its transports. */
const CLIENT = ["lib/http", "lib/http/client"];
const SCRIPT = [...MEASURING, ...CLIENT, "lib/script", "lib/script/scenario", "lib/script/shared"];

/**
 * Rooms with the rooms that each may import besides itself, lower ranks first. A file directly in a folder connects the
 * rooms inside it: imports in both directions are allowed only between a folder and its own rooms.
 */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  "lib/core": [],
  "lib/stats": [CORE, "lib/stats/values"],
  "lib/stats/values": [CORE, "lib/stats"],
  "lib/load": [CORE],
  "lib/http": [
    ...MEASURING,
    "lib/http/client",
    "lib/http/websocket",
    "lib/http/stream",
    "lib/http/fetch",
    "lib/http/socket",
    "lib/http/socket/net",
    "lib/http/socket/net/epoll",
  ],
  "lib/http/client": [CORE, "lib/stats", "lib/stats/values", "lib/http"],
  "lib/http/fetch": [CORE, "lib/http"],
  "lib/http/socket": [CORE, "lib/http", "lib/http/socket/h1", "lib/http/socket/h2", "lib/http/socket/net"],
  "lib/http/socket/net": [CORE, "lib/http", "lib/http/socket", "lib/http/socket/net/epoll"],
  "lib/http/socket/net/epoll": [CORE, "lib/http", "lib/http/socket/net"],
  "lib/http/socket/h2/hpack": ["lib/http"],
  "lib/http/socket/h2": [
    CORE,
    "lib/http",
    "lib/http/socket",
    "lib/http/socket/h2/hpack",
    "lib/http/socket/net",
  ],
  "lib/http/socket/h1": [CORE, "lib/http", "lib/http/socket", "lib/http/socket/net"],
  "lib/http/websocket": [CORE, "lib/stats", ...CLIENT, "lib/http/fetch", "lib/http/socket"],
  "lib/http/stream": [CORE, "lib/stats", ...CLIENT],
  "lib/http/stream/llm": ["lib/http/client", "lib/http/stream"],
  "lib/script": [...MEASURING, ...CLIENT, "lib/script/scenario", "lib/script/shared"],
  "lib/script/scenario": [...MEASURING, ...CLIENT, "lib/script"],
  "lib/script/shared": [CORE, "lib/http/client", "lib/script", "lib/script/shared/rows"],
  "lib/script/shared/rows": [CORE, "lib/script", "lib/script/shared"],
  "lib/engine": [...SCRIPT, "lib/engine/options"],
  "lib/engine/options": [...MEASURING, ...CLIENT],
  "lib/engine/run": [...SCRIPT, "lib/engine", "lib/engine/options"],
  "lib/engine/worker": [...SCRIPT, "lib/engine", "lib/engine/options"],
  "lib/report": [CORE, "lib/stats", "lib/stats/values"],
  "lib/report/ci": [CORE, "lib/stats", "lib/stats/values", "lib/report"],
  "lib/report/csv": [CORE, "lib/stats", "lib/stats/values", "lib/report"],
  "lib/report/html": [CORE, "lib/stats", "lib/stats/values", "lib/report"],
  "lib/report/json": [CORE, "lib/stats", "lib/stats/values", "lib/report", "lib/report/html"],
  "lib/report/compare": [CORE, "lib/stats", "lib/report", "lib/report/html", "lib/report/json"],
  "lib/web": [
    ...SCRIPT,
    "lib/engine",
    "lib/engine/options",
    "lib/engine/run",
    "lib/report",
    "lib/report/csv",
    "lib/report/html",
    "lib/report/json",
    "lib/web/page",
  ],
  "lib/web/page": [CORE, "lib/report/html", "lib/web"],
  "lib/cluster": [...SCRIPT, "lib/engine", "lib/engine/options", "lib/engine/run"],
  "lib/cli": [
    ...SCRIPT,
    "lib/engine",
    "lib/engine/options",
    "lib/engine/run",
    "lib/report",
    "lib/report/ci",
    "lib/report/compare",
    "lib/report/csv",
    "lib/report/html",
    "lib/report/json",
    "lib/cli/commands",
    "lib/cli/terminal",
  ],
  "lib/cli/commands": [
    ...SCRIPT,
    "lib/web",
    "lib/cluster",
    "lib/engine",
    "lib/engine/options",
    "lib/engine/run",
    "lib/report",
    "lib/report/compare",
    "lib/cli",
    "lib/cli/terminal",
  ],
  "lib/cli/terminal": [...SCRIPT, "lib/report", "lib/cli"],
};
