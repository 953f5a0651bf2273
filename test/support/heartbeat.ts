import { formatHeartbeat, type Heartbeat } from "../../protocol/heartbeat.ts";

/** The text of a heartbeat, 10 s before the clock of test-ui. */
export function heartbeatText(changes: Partial<Heartbeat> = {}): string {
  return formatHeartbeat({
    schema: 1,
    time: "2026-11-24T11:59:50.000Z",
    state: "running",
    everySeconds: 60,
    version: "1.2.3",
    startedAt: "2026-11-24T11:00:00.000Z",
    host: "head",
    slurm: { state: "ok" },
    jobs: { active: 0, waiting: 0 },
    ...changes,
  });
}
