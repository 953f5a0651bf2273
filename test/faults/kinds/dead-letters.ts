import { waitUntil } from "../../../local/wait-until.ts";
import { STATUS_FILE } from "../../../protocol/objects.ts";
import type { FaultKind } from "../fault-kind.ts";

/** Events that Lambda gives up, and an administrator who has them done again. */
export const deadLetterKinds: readonly FaultKind[] = [
  {
    name: "dead letter: S3 refuses what dispatch reads until Lambda gives up, then redrive",
    shapes: ["tiny"],
    // The emulator's EventBridge lets an event go that its function fails on; Lambda itself repeats it and gives it up.
    ask: async (scene) => {
      const { functions } = scene.cloud;
      const allow = await scene.s3({
        side: "functions",
        operation: "read",
        key: `^${scene.prefix}/${STATUS_FILE}$`,
        fault: "denied",
        times: 1000,
      });
      await scene.askUnheard();
      await scene.deliver();
      const isThere = async () =>
        (await functions.deadLetters()).some((text) => text.includes(scene.prefix)) || undefined;
      await waitUntil("the event is a dead letter", isThere, { deadline: 60_000 });
      await allow();
      await functions.redrive();
    },
  },
];
