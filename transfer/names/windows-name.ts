import { type Reason, reason } from "../../protocol/reason.ts";

/** Names of devices, with any ending. Source: Microsoft, "Naming Files, Paths, and Namespaces". */
const DEVICE =
  /^(con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3]|conin\$|conout\$)(\.|$)/i;

/** Besides control characters. */
const FORBIDDEN = '<>:"|?*\\';

/** Why Windows cannot hold a file at a relative path with `/`; undefined when it can. */
export function windowsNameProblem(path: string): Reason | undefined {
  for (const segment of path.split("/")) {
    if (segment === "") continue;
    const character = segment.split("").find((one) => one < " " || FORBIDDEN.includes(one));
    if (character !== undefined) return reason("windows-character", { character });
    if (/[. ]$/.test(segment)) return reason("windows-end");
    if (DEVICE.test(segment)) return reason("windows-device");
  }
  return undefined;
}

/** The same for the target of a symbolic link. */
export function windowsTargetProblem(target: string): Reason | undefined {
  const names = target.split("/").filter((segment) => !["", ".", ".."].includes(segment));
  return windowsNameProblem(names.join("/"));
}
