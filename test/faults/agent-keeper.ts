import type { Service } from "../../local/service.ts";
import { repeat } from "./repeat.ts";

/** Milliseconds from one look at the agent to the next. */
const LOOK_MS = 100;

/** Starts the agent again whenever it is gone, as systemd does. */
export class AgentKeeper {
  readonly #agent: Service;
  #away = 0;

  constructor(agent: Service) {
    this.#agent = agent;
  }

  /** Keeps the agent up from now on; what is returned stops that. */
  start(): () => Promise<void> {
    return repeat(LOOK_MS, async () => {
      if (this.#away > 0 || this.#agent.status().pid !== undefined) return;
      // It may be killed again before it is ready; then the next look finds out.
      await this.#agent.start().catch(() => undefined);
    });
  }

  /** Kills the agent; returns whether there was one. */
  kill(): boolean {
    const { pid } = this.#agent.status();
    if (pid === undefined) return false;
    process.kill(pid, "SIGKILL");
    return true;
  }

  /** Does something while the agent is stopped. */
  async whileStopped<T>(work: () => Promise<T>): Promise<T> {
    this.#away += 1;
    try {
      await this.#agent.stop();
      return await work();
    } finally {
      this.#away -= 1;
    }
  }
}
