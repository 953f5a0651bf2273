import { Random } from "../../local/random.ts";
import { type Command } from "../../local/ssm/command.ts";
import { Delivery } from "../../local/ssm/delivery.ts";
import type { SsmFault, SsmRule } from "../../local/ssm/faults.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A fault that the next command meets, once. */
export const ssmRule = (fault: SsmFault, delayMs = 0): SsmRule => ({
  id: "r",
  skip: 0,
  times: 1,
  prefix: "",
  fault,
  delayMs,
});

/** A delivery to an SSM agent; what it has told of which command, in order. */
export function ssmDelivery(seed = 1) {
  const folder = temporaryFolder();
  const told: { command: Command; status: string }[] = [];
  const log: string[] = [];
  const waiting: (() => void)[] = [];
  const delivery = new Delivery({
    folder,
    env: { PATH: "/usr/bin:/bin" },
    // The cost is measured in cpu-load.test.ts.
    cpu: { burn: async () => undefined },
    rebootMs: 10,
    random: new Random(seed),
    log: (line) => void log.push(line),
    changed(each, status) {
      told.push({ command: each, status });
      for (const look of waiting) look();
    },
  });
  const until = (is: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (is()) resolve();
      };
      waiting.push(look);
      look();
    });
  const ended = (commands: readonly Command[]) =>
    until(() => commands.every(({ endedAt }) => endedAt !== undefined));
  return {
    folder,
    log,
    told,
    delivery,
    statuses: (of: Command) => told.filter((one) => one.command === of).map((one) => one.status),
    /** Sends the commands together; answers when all have ended. */
    async run(...commands: Command[]): Promise<void> {
      for (const each of commands) delivery.submit(each);
      await ended(commands);
    },
    ended,
    until,
  };
}
