import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RenderedStep } from "./document.ts";
import { runScript, type StepEnd } from "./run-script.ts";

export interface StepPlace {
  /** The SSM agent's own folder of this machine's documents. */
  readonly folder: string;
  /** The environment of the SSM agent. */
  readonly env: Readonly<Record<string, string>>;
  readonly commandId: string;
  /** Ends the script, and all of its process group, as a cancel does. */
  readonly cancel?: AbortSignal | undefined;
}

/** Runs one step as the SSM agent does: `<folder of the command>/…/_script.sh` in /usr/bin, unless it names a folder. */
export async function runStep(step: RenderedStep, place: StepPlace): Promise<StepEnd> {
  const command = join(place.folder, "orchestration", place.commandId);
  const script = join(command, step.name, "_script.sh");
  await mkdir(join(command, step.name), { recursive: true });
  await writeFile(script, step.script, { mode: 0o700 });
  try {
    return await runScript(script, {
      cwd: step.workingDirectory ?? "/usr/bin",
      env: { ...place.env, SSM_COMMAND_ID: place.commandId, ...step.env },
      timeoutSeconds: step.timeoutSeconds,
      cancel: place.cancel,
    });
  } finally {
    await rm(command, { recursive: true, force: true });
  }
}
