import { jobComment } from "../../protocol/submission.ts";
import type { JobOwner } from "../slurm/find-job.ts";
import { workFolder } from "./work-folder.ts";

/** Identity of a submission's job in Slurm. */
export function ownerOf(
  submission: { prefix: string; submission: string },
  roots: { workRoot: string; home: string },
): JobOwner {
  return {
    comment: jobComment(submission.prefix, submission.submission),
    workDir: workFolder(roots, submission).path,
  };
}
