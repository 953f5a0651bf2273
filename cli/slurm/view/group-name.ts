import { readFile } from "node:fs/promises";

/** The name of a group of this machine; its number where it has none, as of groups that a directory service knows. */
export async function groupName(gid: number): Promise<string> {
  const text = await readFile("/etc/group", "utf8").catch(() => "");
  for (const line of text.split("\n")) {
    const [name, , number] = line.split(":");
    if (name && number === String(gid)) return name;
  }
  return String(gid);
}
