import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { openResultsFolder } from "../../../../cli/jobs/results-folder.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const context = { bucket: "b", copyStates: undefined, now: () => new Date(0) };

test("a folder that cannot be there is refused with one line that says to give another one", async () => {
  const root = temporaryFolder();
  const [file, link, loop] = [join(root, "file"), join(root, "link"), join(root, "loop")];
  writeFileSync(file, "");
  symlinkSync("nowhere", link);
  symlinkSync("loop", loop);
  const paths = [
    file,
    join(file, "below"),
    link,
    loop,
    join(loop, "below"),
    "",
    join(root, "n".repeat(300)),
  ];
  for (const path of [...paths, "/proc/none", "/dev/null", "/dev/null/x"]) {
    const opening = openResultsFolder(context, { path, named: true });
    await expect(opening).rejects.toMatchObject({ code: "usage" });
    await expect(opening).rejects.toThrow(
      /^"[^\n]*(?:is not a folder|cannot be made or read)[^\n]*--to$/,
    );
  }
  await openResultsFolder(context, { path: join(root, "a", "b"), named: true });
});
