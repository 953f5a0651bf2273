type Times = readonly (string | undefined)[];

/** The earliest of some times in ISO 8601; undefined when none is known. */
export function earliest(times: Times): string | undefined {
  return known(times)[0];
}

/** The latest of them. */
export function latest(times: Times): string | undefined {
  return known(times).at(-1);
}

function known(times: Times): string[] {
  return times.filter((time) => time !== undefined).toSorted();
}

/** A time in ISO 8601 of seconds since the epoch, as Slurm prints them; anything else says that there is no time yet. */
export function secondsTime(text: string): string | undefined {
  return /^\d{1,11}$/.test(text) ? new Date(Number(text) * 1000).toISOString() : undefined;
}
