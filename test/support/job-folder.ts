import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./temporary-folder.ts";

/** A new folder with a job script of these lines. */
export function jobFolder(script: string): string {
  const folder = join(temporaryFolder(), "work");
  mkdirSync(folder);
  writeFileSync(join(folder, "job-aws-run.sh"), `#!/bin/bash\n${script}\n`);
  return folder;
}
