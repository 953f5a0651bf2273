import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { Journal } from "../../../../headnode/journal/journal.ts";
import { startTidying } from "../../../../headnode/upkeep/tidy.ts";
import { MemoryStore } from "../../../support/memory-store.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

test("what cannot be removed at one place is reported, and is no reason to leave the other", async () => {
  const home = temporaryFolder();
  const live = new MemoryStore();
  const key = ".cloud-submit/live/job1/s1/stdout";
  await live.put(key, "x");
  const journal = await Journal.open(join(home, "journal"), () => undefined);
  journal.retireLeft = () => Promise.reject(new Error("no such disk"));
  const said: string[] = [];
  await new Promise<void>((onTidied) => {
    const tidying = startTidying({
      journal,
      home,
      workRoot: join(home, "work"),
      keepDays: 1,
      minFreeShare: 0,
      freeShare: async () => 1,
      now: () => new Date(),
      log: (level, _message, fields) => void said.push(`${level} ${JSON.stringify(fields)}`),
      afterMs: 0,
      live,
      onTidied: () => {
        tidying.stop();
        onTidied();
      },
    });
  });
  expect(said).toEqual([expect.stringMatching(/^warn .*no such disk/)]);
  expect(live.text(key)).toBeUndefined();
});
