import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./temporary-folder.ts";

/** A new folder with a job script of these lines. */
export function jobFolder(lines: string): string {
  return scriptFolder(`#!/bin/bash\n${lines}\n`);
}

/** A new folder with this job script, byte for byte. */
export function scriptFolder(text = "#!/bin/sh\n"): string {
  const folder = join(temporaryFolder(), "work");
  mkdirSync(folder);
  writeFileSync(join(folder, "job-aws-run.sh"), text);
  return folder;
}
