import { CloudSubmitError } from "../../protocol/error.ts";
import { type SlurmCommand, slurmCommand } from "./command.ts";
import type { FromLauncher, LaunchRequest, ToLauncher } from "./launch-messages.ts";

let run: SlurmCommand | undefined;
const stops = new Map<number, AbortController>();

function send(message: FromLauncher): void {
  // An agent that is gone is told by the end of the channel.
  process.send?.(message, undefined, undefined, () => undefined);
}

async function launch({ id, name, args, options }: LaunchRequest): Promise<void> {
  if (!run) return;
  const stop = new AbortController();
  stops.set(id, stop);
  const answer = await run(name, args, { ...options, signal: stop.signal }).then(
    ({ output, ...rest }) => ({ result: output === rest.stdout ? rest : { ...rest, output } }),
    (error: unknown) => ({ error: CloudSubmitError.from(error).message }),
  );
  stops.delete(id);
  const { user, system } = process.cpuUsage();
  send({ id, cpuMs: (user + system) / 1000, ...answer });
}

process.on("message", (message: ToLauncher) => {
  if ("id" in message) void launch(message);
  else if ("abort" in message) stops.get(message.abort)?.abort();
  else {
    run = slurmCommand(message.settings);
    send({ ready: true });
  }
});

// It lives as long as the agent wants it to, also when a signal is sent to the agent's whole group. The commands go on.
process.on("disconnect", () => process.exit(0));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => undefined);
