import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Folder that remembers uploads which were begun.
 * Source: XDG Base Directory Specification, XDG_STATE_HOME.
 */
export function uploadStates(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_STATE_HOME || join(homedir(), ".local", "state");
  return join(base, "cloud-submit", "uploads");
}

/**
 * File that remembers the hashes of large files. Sources: XDG Base Directory Specification, XDG_CACHE_HOME;
 * Apple's File System Programming Guide, "Library/Caches"; Microsoft, FOLDERID_LocalAppData.
 */
export function hashCache(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  const own =
    platform === "darwin"
      ? join(homedir(), "Library", "Caches")
      : platform === "win32"
        ? env.LOCALAPPDATA || join(homedir(), "AppData", "Local")
        : join(homedir(), ".cache");
  return join(env.XDG_CACHE_HOME || own, "cloud-submit", "hashes");
}
