import { homedir } from "node:os";
import { posix, win32 } from "node:path";

/** Where the command line keeps what it remembers; undefined: nowhere, and nothing is remembered. */
export interface OwnFolders {
  /** Folder of uploads that were begun. */
  uploads: string | undefined;
  /** Folder of what was sent from users' folders and fetched into them. */
  folders: string | undefined;
  /** Folder of what was sent to buckets. */
  sent: string | undefined;
  /** Folder of the Slurm front end: one for each bucket in it. */
  slurm: string | undefined;
  /** File of the hashes of large files. */
  hashes: string | undefined;
  /** Folder of this program's compiled code. */
  code: string | undefined;
}

type Kind = "state" | "cache";

const XDG = { state: "XDG_STATE_HOME", cache: "XDG_CACHE_HOME" } as const;
const ON_LINUX = { state: [".local", "state"], cache: [".cache"] } as const;
const ON_MAC = {
  state: ["Library", "Application Support"],
  cache: ["Library", "Caches"],
} as const;

/**
 * The folders of a user. Sources: XDG Base Directory Specification, by which a path that is not absolute counts as none;
 * Apple's File System Programming Guide, "The Library Directory"; Microsoft, FOLDERID_LocalAppData.
 *
 * @param home the user's home folder; may throw where there is none, as in some containers
 */
export function ownFolders(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
  home: () => string = homedir,
): OwnFolders {
  const paths = platform === "win32" ? win32 : posix;
  const absolute = (path: string | undefined) =>
    path && paths.isAbsolute(path) ? path : undefined;
  const below = (kind: Kind): string | undefined => {
    const set =
      absolute(env[XDG[kind]]) ?? (platform === "win32" ? absolute(env.LOCALAPPDATA) : undefined);
    if (set !== undefined) return set;
    const own = absolute(homeOf(env, platform, home));
    if (own === undefined) return undefined;
    if (platform === "win32") return paths.join(own, "AppData", "Local");
    return paths.join(own, ...(platform === "darwin" ? ON_MAC : ON_LINUX)[kind]);
  };
  const named = (base: string | undefined, name: string) =>
    base && paths.join(base, "cloud-submit", name);
  const state = below("state");
  return {
    uploads: named(state, "uploads"),
    folders: named(state, "folders"),
    sent: named(state, "sent"),
    slurm: named(state, "slurm"),
    hashes: named(below("cache"), "hashes"),
    code: named(below("cache"), "code"),
  };
}

function homeOf(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
  home: () => string,
): string | undefined {
  // Node.js would take the password file's. Windows has another variable, USERPROFILE, which it looks at itself.
  if (platform !== "win32" && env.HOME === "") return undefined;
  try {
    return home();
  } catch {
    return undefined;
  }
}
