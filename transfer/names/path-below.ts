import { join, sep } from "node:path";

/**
 * As path.join, of a folder and a path below it in its plainest form, with `/`: none of its parts is empty, `.` or `..`. Node.js
 * looks at each letter of both, which costs a small file as much as a call of the system.
 */
export function pathBelow(folder: string, path: string): string {
  if (sep !== "/" || path === ".") return join(folder, path);
  if (folder === "" || folder === ".") return path;
  return folder.endsWith("/") ? folder + path : `${folder}/${path}`;
}
