import { execFile } from "node:child_process";

/**
 * Whether this machine knows a user, by name or number: id(1) also asks directory services. Where it cannot be asked,
 * every user counts as known.
 */
export function userExists(name: string): Promise<boolean> {
  return isFound("id", ["-u", "--", name], 1);
}

/** The same for a group, by getent(1). */
export function groupExists(name: string): Promise<boolean> {
  return isFound("getent", ["--", "group", name], 2);
}

/** @param none the exit code for a name that there is not */
function isFound(program: string, args: readonly string[], none: number): Promise<boolean> {
  return new Promise((done) => {
    execFile(program, args, (error) => done(error?.code !== none));
  });
}
