import { ownFolders } from "../jobs/own-folders.ts";
import { CodeCache } from "./code-cache.ts";

/** Where the program's compiled code is kept; undefined: nowhere. Node.js's own variable for its own such cache holds for this one. */
export function codeCache(): CodeCache | undefined {
  const { env, version, arch, geteuid } = process;
  const { code } = ownFolders(env);
  if (code === undefined || env["NODE_DISABLE_COMPILE_CACHE"]) return undefined;
  return new CodeCache(code, { uid: geteuid?.(), engine: `${version}-${arch}` });
}
