import * as fs from "node:fs";
import * as promises from "node:fs/promises";
import { jest } from "@jest/globals";

/** Calls of the file system's functions, and what they do. */
export class CountedFiles {
  /** Calls, and names that listings have given, by function. */
  #counts = new Map<string, number>();
  /** Called before each call; what it throws, the call throws. */
  onCall: (name: string, args: unknown[]) => void = () => undefined;

  /** The cost of some work: calls by function, and names listed. */
  async during(work: () => unknown): Promise<Record<string, number>> {
    this.#counts = new Map();
    await work();
    return Object.fromEntries([...this.#counts].toSorted(([a], [b]) => a.localeCompare(b)));
  }

  add(name: string, calls: number): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + calls);
  }
}

/** Has the modules that are imported from now on call a file system that counts. */
export function countFiles(): CountedFiles {
  const counted = new CountedFiles();
  const wrapped = (module: object, isAsync: boolean) =>
    Object.fromEntries(
      Object.entries(module).map(([name, value]) => {
        if (typeof value !== "function" || /^[A-Z]/.test(name)) return [name, value];
        const call = (...args: unknown[]) => {
          counted.add(name, 1);
          counted.onCall(name, args);
          const result: unknown = (value as (...all: unknown[]) => unknown)(...args);
          return isAsync ? listed(result, counted) : result;
        };
        const caller = isAsync ? async (...args: unknown[]) => call(...args) : call;
        // By symbols a function says what promisify makes of it.
        for (const symbol of Object.getOwnPropertySymbols(value))
          Object.defineProperty(caller, symbol, { value: Reflect.get(value, symbol) });
        // Such as realpathSync.native.
        return [name, Object.assign(caller, value)];
      }),
    );
  const asyncOnes = wrapped(promises, true);
  const syncOnes = wrapped(fs, false);
  jest.unstable_mockModule("node:fs/promises", () => ({ ...asyncOnes, default: asyncOnes }));
  jest.unstable_mockModule("node:fs", () => ({ ...syncOnes, default: syncOnes }));
  return counted;
}

/** Counts the names of a listing, also of one that is read on and on. */
async function listed(result: unknown, counted: CountedFiles): Promise<unknown> {
  const done = await result;
  if (Array.isArray(done)) counted.add("names", done.length);
  if (!(done instanceof fs.Dir)) return done;
  return (async function* () {
    for await (const entry of done) {
      counted.add("names", 1);
      yield entry;
    }
  })();
}
