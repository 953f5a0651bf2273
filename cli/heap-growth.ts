/**
 * Whether a version of V8 is known to have the settings of its heap that are used here: that of Node.js 20, 22 or 24. Of an
 * unknown setting the user would be told.
 */
export function knowsHeapSettings(v8Version: string): boolean {
  return /^1[1-3]\./.test(v8Version);
}

/**
 * Lets V8 collect all of its heap when that has grown by half since it last did. Its own bound is up to four times as much, and
 * most of that is garbage. To be called before anything is compiled: V8 takes code that was kept with the same settings only.
 */
export function collectSooner(v8Version: string, setFlag: (flag: string) => void): void {
  if (knowsHeapSettings(v8Version)) setFlag("--heap-growing-percent=50");
}
