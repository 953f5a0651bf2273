/** A clock on which only the waits of the code under test pass. */
export function testClock(waits: number[] = []) {
  let passed = 0;
  return {
    now: Date.now,
    elapsed: () => passed,
    sleep: async (ms: number) => {
      waits.push(ms);
      passed += ms;
      // As a real one, it lets others go on.
      await new Promise(setImmediate);
    },
    random: Math.random,
  };
}
