// Runs a program in a network of its own, in which it may make others. Nothing of it is left when the program ends, or is
// killed, or whoever has started it: networks, devices, processes and temporary files are in namespaces that go with it.
import { spawnSync } from "node:child_process";

/** Whoever is not root becomes it in a namespace of users, where the system allows that. */
const AS_ROOT = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
const UNSHARE = [
  "--pdeathsig",
  "KILL",
  "unshare",
  ...AS_ROOT,
  "--net",
  "--mount",
  "--pid",
  "--fork",
  "--kill-child",
  "--mount-proc",
];
const PREPARE = 'mount -t tmpfs tmpfs "$TMPDIR" && ip link set lo up && exec "$@"';

/** The command that runs a command in a network of its own; in its environment TMPDIR names an empty folder. */
export function inOwnNetwork(command, args) {
  return {
    command: "setpriv",
    args: [...UNSHARE, "sh", "-c", PREPARE, "sh", command, ...args],
  };
}

/**
 * @param folder an empty one
 * @returns why there can be no such network on this machine; undefined: there can
 */
export function whyNoOwnNetwork(folder) {
  // Both at once: another network below, and a device of the kind that lines are made of.
  const trial = ["-c", "unshare --net --mount true && ip tuntap add dev trial mode tun"];
  const { command, args } = inOwnNetwork("sh", trial);
  const { status, error, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    env: { ...process.env, TMPDIR: folder },
  });
  if (status === 0) return undefined;
  return error?.message ?? (stderr.trim().split("\n").at(-1) || `${command} ended with ${status}`);
}
