import { assertEquals } from "@std/assert";
import type { AgentHandle } from "../../../lib/cluster/coordinator/agent_handle.ts";
import { MachineFigures } from "../../../lib/cluster/coordinator/machine_figures.ts";
import { heirsText } from "../../../lib/cluster/coordinator/machine_states.ts";
import { nowMs } from "../../../lib/core/clock.ts";

/** As much of an agent as figures ask for. */
function agentWith(mostUsers: number, heardMs = 0) {
  const agent = { state: { mostUsers }, isLost: false, heardMs };
  return agent as typeof agent & AgentHandle;
}

class Figures extends MachineFigures {
  lose(agent: AgentHandle & { isLost: boolean }): void {
    agent.isLost = true;
    this.noteLoss(agent);
  }
}

Deno.test("the most users of a run are not counted twice when all its agents are lost", () => {
  const agents = [agentWith(3), agentWith(2), agentWith(2)];
  const figures = new Figures(agents, [1, 1, 1]);
  for (const agent of agents) figures.lose(agent);
  assertEquals(figures.mostUsers, 7);
});

Deno.test("the most users of a run count those that others took over", () => {
  const agents = [agentWith(3), agentWith(2)];
  const figures = new Figures(agents, [1, 1]);
  figures.lose(agents[0]!);
  agents[1]!.state.mostUsers = 6;
  assertEquals(figures.mostUsers, 6);
});

Deno.test("the loss of one of several silent agents does not promise that the others take its users", () => {
  const [heard, silent] = [agentWith(1, nowMs()), agentWith(1, nowMs() - 9000)];
  assertEquals(heirsText([silent, heard]), "Its users go to the other 2 machines");
  assertEquals(heirsText([silent, silent]), "The other machines are silent, too");
  assertEquals(heirsText([silent]), "The other machine is silent, too");
});
