import { readdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { makeFolder } from "../../bucket/disk/make-folder.ts";
import { replaceFile } from "../../bucket/disk/replace-file.ts";
import { parseJson } from "../../protocol/parse-json.ts";
import { currentProcess, isProcessOver } from "./fetcher/session.ts";

/** The process that has written a note: it alone acts by it while it is there. */
export const ownerSchema = z.object({ host: z.string(), process: z.string() });

/** Every note has these. */
interface Owned {
  /** Names it among the others. */
  submission: string;
  owner: z.infer<typeof ownerSchema>;
  /** When it was written. */
  submittedAt: string;
}

/** A process on another machine is not seen: after so long it has ended. */
const ELSEWHERE_MS = 10 * 60_000;

/**
 * Notes of work that commands have begun and not ended yet, one file each. A command may be ended at any time, also by a
 * program that gives it only so long: somebody else goes on by its note.
 */
export class OwnedNotes<T extends Owned> {
  readonly #folder: string;
  readonly #schema: z.ZodType<T>;

  /** @param folder is made with the first note */
  constructor(folder: string, schema: z.ZodType<T>) {
    this.#folder = folder;
    this.#schema = schema;
  }

  /** Writes one, as this process's. */
  async write(note: Omit<T, "owner">): Promise<void> {
    await makeFolder(this.#folder, 0o700);
    const owner = { host: hostname(), process: currentProcess() };
    const text = `${JSON.stringify({ ...note, owner }, null, 1)}\n`;
    await replaceFile(this.#pathOf(note), text, { mode: 0o600 });
  }

  /** Its work has ended. */
  async remove(note: Pick<T, "submission">): Promise<void> {
    await rm(this.#pathOf(note), { force: true });
  }

  /** All; files that cannot be read are passed over. */
  async list(): Promise<T[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const texts = await Promise.all(
      names
        .filter((name) => name.endsWith(".json") && !name.startsWith("."))
        .map((name) => readFile(join(this.#folder, name), "utf8").catch(() => "")),
    );
    return texts.flatMap((text) => parseJson(this.#schema, text) ?? []);
  }

  #pathOf({ submission }: Pick<T, "submission">): string {
    return join(this.#folder, `${submission}.json`);
  }
}

/** Whether the command that has written a note is gone. */
export function isLeft({ owner, submittedAt }: Owned, now: Date): boolean {
  if (owner.host === hostname()) return isProcessOver(owner.process);
  return now.getTime() - Date.parse(submittedAt) > ELSEWHERE_MS;
}
