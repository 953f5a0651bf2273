import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { renameOver } from "../../../../bucket/disk/rename-over.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

/** A system on which a rename fails so often, with this code. */
function failing(times: number, code: string, platform: NodeJS.Platform = "win32") {
  const pauses: number[] = [];
  let left = times;
  return {
    pauses,
    ports: {
      platform,
      rename: async () => {
        if (left-- > 0) throw Object.assign(new Error(code), { code });
      },
      sleep: async (ms: number) => void pauses.push(ms),
    },
  };
}

test.each(["EPERM", "EACCES", "EBUSY"])(
  "on Windows, %s is waited out, with longer and longer pauses",
  async (code) => {
    const { ports, pauses } = failing(4, code);
    await renameOver("a", "b", ports);
    expect(pauses).toEqual([10, 20, 40, 80]);
  },
);

test("what does not pass is an error in the end", async () => {
  const { ports, pauses } = failing(Number.POSITIVE_INFINITY, "EBUSY");
  await expect(renameOver("a", "b", ports)).rejects.toMatchObject({ code: "EBUSY" });
  expect(pauses.reduce((sum, ms) => sum + ms)).toBe(2550);
});

test.each([
  ["ENOENT", "win32"],
  ["ENOSPC", "win32"],
  ["EPERM", "linux"],
  ["EACCES", "darwin"],
] as const)("%s on %s is an error at once", async (code, platform) => {
  const { ports, pauses } = failing(1, code, platform);
  await expect(renameOver("a", "b", ports)).rejects.toMatchObject({ code });
  expect(pauses).toEqual([]);
});

test("by itself, it is the system's", async () => {
  const folder = temporaryFolder();
  const [from, to] = [join(folder, "from"), join(folder, "to")];
  writeFileSync(from, "new");
  writeFileSync(to, "old");
  await renameOver(from, to);
  expect(readFileSync(to, "utf8")).toBe("new");
});
