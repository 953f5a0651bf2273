import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { waitUntil } from "../../../local/wait-until.ts";
import { FINAL_STATES } from "../../../protocol/state.ts";
import type { SharedFault } from "../fault-kind.ts";
import { SmallDisk } from "../small-disk.ts";

/** Files that the agent keeps for its journal: it is ready for a full disk when they are there. */
const RESERVE = 256;

/** Faults of the disk that the journal is on. */
const onSmallDisk: readonly SharedFault[] = [
  {
    name: "disk: full to the last byte and inode, and the agent killed meanwhile",
    shapes: ["files", "exit", "array"],
    strike: async (scenes) => {
      const [first] = scenes;
      if (!first) return 0;
      const { keeper, config } = first.cloud;
      const journal = join(config.headNode, "journal");
      const placed = async () => SmallDisk.inPlaceOf(journal, config.baseEnv);
      const disk = await keeper.whileStopped(placed);
      try {
        const isReady = async () =>
          (await readdir(join(journal, "spare"))).length >= RESERVE || undefined;
        await waitUntil("the agent has its reserve", isReady, { deadline: 30_000 });
        await disk.fill();
        await Promise.all(scenes.map((scene) => scene.ask()));
        await first.untilState("JOB_SUBMIT", ...FINAL_STATES);
        first.kill();
        await Promise.all(scenes.map((scene) => scene.untilState(...FINAL_STATES)));
      } finally {
        await keeper.whileStopped(() => disk.remove(config.baseEnv));
      }
      return scenes.length;
    },
  },
];

/** Faults of the disk; to mount one takes root. */
export const diskFaults: readonly SharedFault[] = process.getuid?.() === 0 ? onSmallDisk : [];
