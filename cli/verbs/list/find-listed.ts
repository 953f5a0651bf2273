import type { ReadStore } from "../../../bucket/job-objects/read-object.ts";
import { isDenied } from "../../errors/aws-error.ts";
import { CommandError } from "../../errors/command-error.ts";
import { type FindOptions, type Found, findJobs } from "../../jobs/find-jobs.ts";

/** Finds jobs; one who may not list the whole bucket is told how to list a part of it. */
export async function findListed(
  { store }: { store: ReadStore },
  pattern: string | undefined,
  filter: FindOptions,
): Promise<Found> {
  try {
    return await findJobs(store, filter);
  } catch (error) {
    if (!isDenied(error) || pattern !== undefined) throw error;
    throw new CommandError("aws", (told) => told("list.denied"), { cause: error });
  }
}
