/** Ends a command of Slurm: the lines as that command writes them to stderr, and its exit code. */
export class SlurmError extends Error {
  readonly lines: readonly string[];
  readonly exitCode: number;

  constructor(lines: readonly string[], exitCode = 1) {
    super(lines.join("\n"));
    this.lines = lines;
    this.exitCode = exitCode;
  }
}

/** The same for one line that follows `NAME: error: `. */
export function slurmError(name: string, why: string): SlurmError {
  return new SlurmError([`${name}: error: ${why}`]);
}
