import { SlurmError, slurmError } from "../slurm-error.ts";
import { nodeNames } from "./node-names.ts";
import { lastValue, listOf, type ParsedOptions } from "./options.ts";
import type { ViewWorld } from "./view-world.ts";

// Real Slurm complains of users, groups and nodes that there are not. Accounts, partitions, QOS, licenses, reservations and
// names of jobs that there are not choose nothing, without a word. Source: src/squeue/opts.c, src/sacct/options.c, 24.05.

/**
 * Complains of users and nodes that squeue's options name and that there are not: of users on stderr, and goes on.
 *
 * @throws SlurmError for a node that the cluster does not have; where it does not tell of its nodes, any may be one
 */
export async function checkSqueueNames(options: ParsedOptions, world: ViewWorld): Promise<void> {
  const byOption = lastValue(options, "user") ?? world.env["SQUEUE_USERS"];
  const users = options.values.has("me") ? undefined : byOption;
  for (const name of await unknownUsers(listOf(users), world))
    world.err(`squeue: error: Invalid user: ${name}\n\n`);
  const wanted = nodeNames(lastValue(options, "nodelist") ?? "") ?? [];
  if (wanted.length === 0) return;
  const partitions = (await world.source.heartbeat())?.partitions;
  if (!partitions) return;
  const known = new Set(
    partitions.flatMap(({ nodes }) => nodes.flatMap(({ names }) => nodeNames(names) ?? [names])),
  );
  const unknown = wanted.find((name) => !known.has(name));
  if (unknown !== undefined) throw slurmError("squeue", `Invalid node name ${unknown}`);
}

/**
 * Complains of a user or a group that sacct's options name and that there is not.
 *
 * @throws SlurmError
 */
export async function checkSacctNames({ values }: ParsedOptions, world: ViewWorld): Promise<void> {
  const all = (name: string) =>
    listOf(values.get(name)?.join(","))?.filter((word) => word !== "-1") ?? [];
  const [user] = await unknownUsers(all("user"), world);
  if (user !== undefined) throw new SlurmError([`sacct: error: Invalid user id: ${user}`]);
  const { group, gid } = world.user;
  for (const name of all("gid"))
    if (name !== group && name !== String(gid) && !(await world.groupExists(name)))
      throw new SlurmError([`sacct: error: Invalid group id: ${name}`]);
}

async function unknownUsers(
  names: readonly string[] | undefined,
  { user, userExists }: Pick<ViewWorld, "user" | "userExists">,
): Promise<string[]> {
  const unknown: string[] = [];
  for (const name of names ?? []) {
    const isOwn = name === user.name || name === String(user.uid);
    if (!isOwn && !(await userExists(name))) unknown.push(name);
  }
  return unknown;
}
