import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { hasRoomForThread } from "../../../../../bucket/s3/lanes/address-space.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

/** A folder as /proc/self of a process below a limit, in bytes, that has so many KiB. */
function processOf(limit: string, usedKib: number): string {
  const folder = join(temporaryFolder(), "self");
  mkdirSync(folder);
  const value = limit.padEnd(21);
  writeFileSync(
    join(folder, "limits"),
    `Limit                     Soft Limit           Hard Limit           Units     \nMax address space         ${value}unlimited            bytes     \nMax file locks            unlimited            unlimited            locks     \n`,
  );
  writeFileSync(join(folder, "status"), `Name:\tnode\nVmPeak:\t  1 kB\nVmSize:\t  ${usedKib} kB\n`);
  return folder;
}

test.each([
  ["unlimited", 700 * 1024, true],
  [String(4 * 1024 ** 3), 2 * 1024 ** 2, true],
  [String(4 * 1024 ** 3 - 1), 2 * 1024 ** 2, false],
  [String(2_000_000 * 1024), 700 * 1024, false],
])(
  "below a limit of %s bytes, with %d KiB, there is room for a thread: %s",
  async (limit, used, has) => {
    expect(await hasRoomForThread(processOf(limit, used))).toBe(has);
  },
);

test("where the system tells nothing there is room", async () => {
  expect(await hasRoomForThread(join(temporaryFolder(), "none"))).toBe(true);
});
