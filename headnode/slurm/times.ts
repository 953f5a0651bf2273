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
