import { join, sep } from "node:path";

/**
 * As posix.join, of a folder and a path below it in its plainest form: none of its parts is empty, `.` or `..`. Node.js looks at each
 * letter of both, which costs a small file as much as a call of the system.
 */
export function below(folder: string, path: string): string {
  if (folder === "" || folder === ".") return path;
  if (path === ".") return folder;
  return folder.endsWith("/") ? folder + path : `${folder}/${path}`;
}

/** The same of a folder of the system, as the system writes it. */
export function pathBelow(folder: string, path: string): string {
  return sep === "/" ? below(folder, path) : join(folder, path);
}
