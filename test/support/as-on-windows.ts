import * as fs from "node:fs";
import * as promises from "node:fs/promises";
import { posix, win32 } from "node:path";
import { jest } from "@jest/globals";

/** Functions whose second argument is a path, too. */
const TWO_PATHS = new Set(["rename", "renameSync", "copyFile", "symlink"]);
/** Functions that return a path. */
const GIVES_PATH = new Set(["realpath", "realpathSync", "mkdtemp"]);

const there = (path: unknown) =>
  typeof path === "string" ? caseBlind(path.replaceAll("\\", "/")) : path;
const here = (path: unknown) => (typeof path === "string" ? path.replaceAll("/", "\\") : path);

/** The path of what has this name in whatever case; itself when there is nothing. */
function caseBlind(path: string): string {
  if (!path.startsWith("/") || path === "/" || fs.existsSync(path)) return path;
  const [folder, name] = [caseBlind(posix.dirname(path)), posix.basename(path).toLowerCase()];
  const names = fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()
    ? fs.readdirSync(folder)
    : [];
  return posix.join(
    folder,
    names.find((one) => one.toLowerCase() === name) ?? posix.basename(path),
  );
}

/** How the system behaves. */
export interface WindowsManners {
  /** So many renames fail, as over a file that a scanner has open. */
  busyRenames: number;
}

/** The functions of a module, which take paths as Windows has them. */
function translated(module: object, manners: WindowsManners): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(module).map(([name, value]) => {
      if (typeof value !== "function" || /^[A-Z]/.test(name)) return [name, value];
      const apply = (target: (...all: unknown[]) => unknown, self: unknown, args: unknown[]) => {
        const [first, second, ...rest] = args;
        if (name.startsWith("rename") && manners.busyRenames-- > 0) {
          const busy = Object.assign(new Error("EBUSY"), { code: "EBUSY" });
          if (name === "rename") return Promise.reject(busy);
          throw busy;
        }
        const call = [there(first), TWO_PATHS.has(name) ? there(second) : second, ...rest];
        const result = target.apply(self, call.slice(0, args.length));
        if (!GIVES_PATH.has(name)) return result;
        return result instanceof Promise ? result.then(here) : here(result);
      };
      return [name, new Proxy(value, { apply } as ProxyHandler<typeof value>)];
    }),
  );
}

/**
 * Has modules that are imported from now on (by `import()`) find Windows: its separator in every path that is put together,
 * its name, and a disk that takes two names for one that differ in case alone. What the disk allows stays this machine's.
 */
export function asOnWindows(): WindowsManners {
  const manners = { busyRenames: 0 };
  jest.unstable_mockModule("node:path", () => ({ ...win32, default: win32, posix }));
  jest.unstable_mockModule("node:fs", () => translated(fs, manners));
  jest.unstable_mockModule("node:fs/promises", () => translated(promises, manners));
  Object.defineProperty(process, "platform", { value: "win32" });
  return manners;
}
