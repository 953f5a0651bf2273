// Runs a program in a network of its own, in which it may make others. Nothing of it is left when the program ends, or is
// killed: networks, devices and processes are in namespaces that go with it.
import { spawnSync } from "node:child_process";

/** Whoever is not root becomes it in a namespace of users, where the system allows that. */
const AS_ROOT = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
const UNSHARE = [...AS_ROOT, "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
const WITH_LOOPBACK = 'ip link set lo up && exec "$@"';

/** The command that runs a command in a network of its own. */
export function inOwnNetwork(command, args) {
  return {
    command: "unshare",
    args: [...UNSHARE, "sh", "-c", WITH_LOOPBACK, "sh", command, ...args],
  };
}

/** @returns why there can be no such network on this machine; undefined: there can */
export function whyNoOwnNetwork() {
  // Both at once: another network below, and a device of the kind that lines are made of.
  const trial = ["-c", "unshare --net --mount true && ip tuntap add dev trial mode tun"];
  const { command, args } = inOwnNetwork("sh", trial);
  const { status, error, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status === 0) return undefined;
  return error?.message ?? (stderr.trim().split("\n").at(-1) || `${command} ended with ${status}`);
}
