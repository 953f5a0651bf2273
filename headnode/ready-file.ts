/** In the agent's home: its pid and version, from when it is ready until it ends cleanly. install.sh waits for it. */
export const READY_FILE = "agent.json";
