import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { SLURM_NAMES } from "../../../../../cli/slurm/names.ts";
import { work } from "../../../../../cli/verbs/slurm/install.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";
import { testUi } from "../../../../support/test-ui.ts";

test("slurm install makes a link for each name, and tells how to call them", async () => {
  const folder = join(temporaryFolder(), "with space");
  const { ui, out } = testUi();
  await work.run({ ui } as never, { folder }, {});
  expect(new Set(readdirSync(folder))).toEqual(new Set(SLURM_NAMES));
  expect(out.join("\n")).toContain(`export PATH='${folder}':$PATH`);
});
