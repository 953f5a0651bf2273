import { mapBounded } from "../../bucket/flow/each-bounded.ts";
import { listPrefixes } from "../../bucket/job-objects/list-prefixes.ts";
import { readStatus, type StatusObject } from "../../bucket/job-objects/status.ts";
import { whyStaysAtAll } from "../../bucket/tidy/may-go.ts";
import { namedPrefixes } from "../../bucket/tidy/named-prefixes.ts";
import { isPrefix } from "../../protocol/prefix.ts";
import type { Context } from "../context.ts";
import { isDenied } from "../errors/aws-error.ts";

/** Objects read at a time. */
const AT_ONCE = 32;

/** Manifests, which may be long, read at a time. */
const MANIFESTS_AT_ONCE = 4;

/** A job, and its status object as it was read. */
export interface SeenJob {
  prefix: string;
  status: StatusObject;
}

/** Jobs that were read. */
export interface SeenJobs {
  jobs: SeenJob[];
  /** false: not all jobs of the bucket may be listed. */
  isSure: boolean;
}

/**
 * Every job that may be listed, with its status object: a request for each.
 *
 * @param start of the names that are wanted: users with prefixes of their own may list those only
 */
export async function readAllJobs({ store }: Context, start: string): Promise<SeenJobs> {
  const names: string[] = [];
  let isSure = true;
  try {
    for await (const prefix of listPrefixes(store)) names.push(prefix);
  } catch (error) {
    if (!isDenied(error) || start === "") throw error;
    isSure = false;
    for await (const prefix of listPrefixes(store, start)) names.push(prefix);
  }
  const statuses = await mapBounded(names.filter(isPrefix), AT_ONCE, async (prefix) => ({
    prefix,
    status: await readStatus(store, prefix),
  }));
  const jobs = statuses.flatMap(({ prefix, status }) => (status ? [{ prefix, status }] : []));
  return { jobs, isSure };
}

/**
 * The prefixes that jobs which have not ended name as an input or wait for, each with one such job: a request for each
 * active job.
 */
export async function neededPrefixes(
  { store }: Context,
  seen: readonly SeenJob[],
): Promise<Map<string, string>> {
  const active = seen.filter(({ prefix, status }) => whyStaysAtAll(prefix, status) === "active");
  const needed = new Map<string, string>();
  await mapBounded(active, MANIFESTS_AT_ONCE, async ({ prefix, status: { metadata } }) => {
    for (const name of await namedPrefixes(store, { prefix, metadata })) needed.set(name, prefix);
  });
  return needed;
}
