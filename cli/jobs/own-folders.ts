import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Folder that remembers uploads which were begun.
 * Source: XDG Base Directory Specification, XDG_STATE_HOME.
 */
export function uploadStates(env: NodeJS.ProcessEnv): string | undefined {
  return stateFolder(env, "uploads");
}

/** Folder that remembers what was sent from users' folders and fetched into them. */
export function copyStates(env: NodeJS.ProcessEnv): string | undefined {
  return stateFolder(env, "folders");
}

function stateFolder(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const home = ownHome(env);
  const base = env.XDG_STATE_HOME || (home && join(home, ".local", "state"));
  return base && join(base, "cloud-submit", name);
}

/** The user's home folder; undefined: there is none, as in some containers, and nothing is remembered. */
function ownHome(env: NodeJS.ProcessEnv): string | undefined {
  // An empty one would be the working folder.
  if (env.HOME === "") return undefined;
  try {
    return homedir() || undefined;
  } catch {
    return undefined;
  }
}

/**
 * File that remembers the hashes of large files. Sources: XDG Base Directory Specification, XDG_CACHE_HOME;
 * Apple's File System Programming Guide, "Library/Caches"; Microsoft, FOLDERID_LocalAppData.
 */
export function hashCache(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string | undefined {
  const base =
    env.XDG_CACHE_HOME || (platform === "win32" && env.LOCALAPPDATA) || ownCache(env, platform);
  return base && join(base, "cloud-submit", "hashes");
}

function ownCache(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string | undefined {
  const home = ownHome(env);
  if (home === undefined) return undefined;
  if (platform === "darwin") return join(home, "Library", "Caches");
  return platform === "win32" ? join(home, "AppData", "Local") : join(home, ".cache");
}
