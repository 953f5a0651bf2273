import { cp, mkdtemp, open, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runTool } from "../../local/process/run-tool.ts";

const BYTES = 24 << 20;
/** Files that fit beside those that are there when it is put in place. */
const MORE_FILES = 400;

/** A disk of a few megabytes in place of a folder, with what the folder held. It takes root to mount one. */
export class SmallDisk {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** No process may have its files open. */
  static async inPlaceOf(folder: string, env: Readonly<Record<string, string>>) {
    const disk = new SmallDisk(folder);
    const kept = await disk.#copyOf();
    const files = (await readdir(folder, { recursive: true })).length;
    const options = `size=${BYTES},nr_inodes=${files + MORE_FILES},mode=700`;
    await command("mount", ["-t", "tmpfs", "-o", options, "cloud-submit", folder], env);
    await disk.#takeBack(kept);
    return disk;
  }

  /** Takes every byte and every inode that is left, as a job does. */
  async fill(): Promise<void> {
    const filler = await open(join(this.#folder, ".filler"), "w");
    const piece = Buffer.alloc(4096, 1);
    await untilFull(() => filler.write(piece));
    await filler.close();
    let number = 0;
    await untilFull(() => writeFile(join(this.#folder, `.filler${number++}`), ""));
  }

  /** Makes room again. */
  async empty(): Promise<void> {
    for (const name of await readdir(this.#folder))
      if (name.startsWith(".filler")) await rm(join(this.#folder, name));
  }

  /** Puts the folder back, with what the disk holds. */
  async remove(env: Readonly<Record<string, string>>): Promise<void> {
    await this.empty();
    const kept = await this.#copyOf();
    await command("umount", [this.#folder], env);
    for (const entry of await readdir(this.#folder, {
      recursive: true,
      withFileTypes: true,
    }))
      if (entry.isFile()) await rm(join(entry.parentPath, entry.name));
    await this.#takeBack(kept);
  }

  async #copyOf(): Promise<string> {
    const kept = await mkdtemp(`${this.#folder}-kept-`);
    await cp(this.#folder, kept, { recursive: true, preserveTimestamps: true });
    return kept;
  }

  async #takeBack(kept: string): Promise<void> {
    await cp(kept, this.#folder, { recursive: true, preserveTimestamps: true });
    await rm(kept, { recursive: true });
  }
}

async function untilFull(more: () => Promise<unknown>): Promise<void> {
  for (;;)
    try {
      await more();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOSPC") return;
      throw error;
    }
}

async function command(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const done = await runTool(name, args, env);
  if (done.code !== 0) throw new Error(`${name}: ${done.stderr || done.stdout}`);
}
