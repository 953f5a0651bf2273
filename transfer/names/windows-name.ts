/** Names of devices, with any ending. Source: Microsoft, "Naming Files, Paths, and Namespaces". */
const DEVICE =
  /^(con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3]|conin\$|conout\$)(\.|$)/i;

/** Besides control characters. */
const FORBIDDEN = '<>:"|?*\\';

/** Why Windows cannot hold a file at a relative path with `/`; undefined when it can. */
export function windowsNameProblem(path: string): string | undefined {
  for (const segment of path.split("/")) {
    if (segment === "") continue;
    const found = segment.split("").find((one) => one < " " || FORBIDDEN.includes(one));
    if (found !== undefined) return `Windows takes no ${JSON.stringify(found)} in a name`;
    if (/[. ]$/.test(segment)) return "Windows takes no name with a dot or a space at its end";
    if (DEVICE.test(segment)) return "Windows keeps this name for a device";
  }
  return undefined;
}

/** The same for the target of a symbolic link. */
export function windowsTargetProblem(target: string): string | undefined {
  const names = target.split("/").filter((segment) => !["", ".", ".."].includes(segment));
  return windowsNameProblem(names.join("/"));
}
