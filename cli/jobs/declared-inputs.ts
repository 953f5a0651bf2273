import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { readDataset } from "../../bucket/job-objects/dataset.ts";
import { readPresentManifest } from "../../bucket/job-objects/manifest.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import type { DataInput } from "../../protocol/dataset.ts";
import { FROM_MAX, type From, INPUTS_MAX, type Input } from "../../protocol/manifest.ts";
import { keyOf } from "../../protocol/objects.ts";
import { FINAL_STATES } from "../../protocol/state.ts";
import { readIgnoreRules } from "../../transfer/names/ignore-rules.ts";
import { CommandError } from "../errors/command-error.ts";
import { type DeclaredInput, foldersOf, parseInputFlags } from "./input-flag.ts";
import { jobStatus } from "./job-status.ts";

/** Inputs that a submission names instead of sending them. */
export interface DeclaredInputs {
  /** Objects of data sets. */
  inputs: Input[];
  /** Results of other jobs, which the agent looks for when it stages the job. */
  from: From[];
  /** Jobs among these that have not ended, as `--after` takes them. */
  after: string[];
}

interface DeclaringOptions {
  prefix: string;
  folder: string | undefined;
  after?: readonly string[] | undefined;
}

/**
 * Looks the declared inputs up: one request for each data set, two for each job.
 *
 * @param texts values of `--input`
 * @param options.prefix that of the job to be submitted
 * @param options.folder that is sent with it; undefined: none
 * @param options.after values of `--after`: jobs that it waits for already, in whatever way
 * @throws CloudSubmitError `usage` or `no-such-job` when one is not there, may not be named, or has no place
 */
export async function declaredInputs(
  store: ObjectStore,
  texts: readonly string[],
  { prefix, folder, after = [] }: DeclaringOptions,
): Promise<DeclaredInputs> {
  const found: DeclaredInputs = { inputs: [], from: [], after: [] };
  const declared = parseInputFlags(texts);
  if (folder !== undefined) await checkPlaces(declared, folder);
  const itself = declared.find((one) => one.prefix === prefix);
  if (itself)
    throw new CommandError("usage", (say) => say("input.itself", { input: quoted(itself) }));
  for (const [name, parts] of byPrefix(declared, "data")) {
    const inputs = await contentOf(store, name);
    for (const one of parts) for (const input of chosen(inputs, one)) found.inputs.push(input);
  }
  const named = new Set(
    after.flatMap((text) => text.split(",")).map((text) => text.replace(/[:@].*$/s, "")),
  );
  for (const [job, parts] of byPrefix(declared, "job")) {
    const { state } = await jobStatus(store, job);
    const readKey = (await readPresentManifest(store, job))?.readKey;
    if (readKey === undefined)
      throw new CommandError("usage", (say) => say("input.noReadKey", { job }));
    for (const { path, where } of parts) found.from.push({ prefix: job, path, where, readKey });
    const hasEnded = state !== undefined && FINAL_STATES.has(state);
    if (!hasEnded && !named.has(job)) found.after.push(`${job}:ok`);
  }
  if (found.inputs.length > INPUTS_MAX || found.from.length > FROM_MAX) throw tooManyInputs();
  return found;
}

/** The error for more inputs than a manifest can name: without one, the job would not get them. */
export function tooManyInputs(): CommandError {
  return new CommandError("usage", (say) =>
    say("input.tooMany", { inputs: INPUTS_MAX, jobs: FROM_MAX }),
  );
}

/** Refuses an input where the folder has a file of its own that is sent, or where one is in its way. */
async function checkPlaces(declared: readonly DeclaredInput[], folder: string): Promise<void> {
  if (declared.length === 0) return;
  const ignore = await readIgnoreRules(folder).catch(() => undefined);
  for (const one of declared) {
    for (const path of [...foldersOf(one.where), one.where]) {
      const stats = await lstat(join(folder, path)).catch(() => undefined);
      if (!stats || ignore?.(path, stats.isDirectory())) break;
      if (stats.isDirectory() && path !== one.where) continue;
      throw new CommandError("usage", (say) =>
        say("input.inTheWay", { input: quoted(one), path: JSON.stringify(path) }),
      );
    }
  }
}

/** The inputs of one kind, by the data set or job that they are of. */
function byPrefix(
  all: readonly DeclaredInput[],
  kind: DeclaredInput["kind"],
): Map<string, DeclaredInput[]> {
  const found = new Map<string, DeclaredInput[]>();
  for (const one of all)
    if (one.kind === kind) found.set(one.prefix, [...(found.get(one.prefix) ?? []), one]);
  return found;
}

/** Content of a data set, by its own word. Whoever may write there can forge it: the agent goes by the read keys. */
async function contentOf(
  store: ObjectStore,
  name: string,
): Promise<ReadonlyMap<string, DataInput>> {
  const found = await readDataset(store, name);
  if (!found) throw new CommandError("usage", (say) => say("data.none", { name }));
  if (typeof found.dataset === "string")
    throw new CommandError("usage", (say) => say("data.incomplete", { name }));
  if (!found.dataset) throw new CommandError("usage", (say) => say("input.unreadable", { name }));
  return found.dataset.inputs;
}

/** The objects of a data set that an input is, as a manifest names them; for the job they are read-only. */
function* chosen(
  inputs: ReadonlyMap<string, DataInput>,
  declared: DeclaredInput,
): Generator<Input> {
  const { prefix, path, where } = declared;
  const file = inputs.get(path);
  if (path !== "" && file) return void (yield asInput(file, prefix, where));
  const start = path === "" ? "" : `${path}/`;
  let isAny = false;
  for (const input of inputs.values()) {
    if (!input.path.startsWith(start)) continue;
    isAny = true;
    yield asInput(input, prefix, `${where}/${input.path.slice(start.length)}`);
  }
  if (!isAny)
    throw new CommandError("usage", (say) => say("input.noSuchPath", { input: quoted(declared) }));
}

function asInput({ readKey, ...input }: DataInput, prefix: string, path: string): Input {
  const { mode } = input;
  return {
    ...input,
    path,
    ...(input.symlink === undefined && { mode: isExecutable(mode) ? "0555" : "0444" }),
    // No request is made for an empty folder.
    ...(!path.endsWith("/") && { source: { key: keyOf(prefix, input.path), readKey } }),
  };
}

function isExecutable(mode: string | undefined): boolean {
  return mode !== undefined && /^0?[0-7]{3}$/.test(mode) && (Number.parseInt(mode, 8) & 0o111) > 0;
}

function quoted({ text }: DeclaredInput): string {
  return JSON.stringify(text);
}
