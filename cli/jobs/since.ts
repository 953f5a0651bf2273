import { CommandError } from "../errors/command-error.ts";

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/**
 * The instant that `--since` means: `30m`, `12h`, `7d` or `2w` ago, or a date or time in ISO 8601.
 *
 * @throws CloudSubmitError `usage`
 */
export function parseSince(text: string, now: Date): Date {
  const ago = /^(\d{1,6})([mhdw])$/.exec(text);
  if (ago)
    return new Date(now.getTime() - Number(ago[1]) * UNIT_MS[ago[2] as keyof typeof UNIT_MS]);
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? new Date(text) : new Date(Number.NaN);
  if (Number.isNaN(at.getTime()))
    throw new CommandError("usage", (say) => say("problem.since", { text: JSON.stringify(text) }));
  return at;
}
