import * as z from "zod";
import { formatBytes } from "../../output/format.ts";
import type { AdminContext } from "../../stack/admin-context.ts";
import { isPublished, publish } from "../../stack/release/publish.ts";
import { type Release, readRelease, releaseFolder } from "../../stack/release/release.ts";
import type { StackFlags } from "../../stack/stack-flags.ts";
import { readStackOutputs, type StackOutputs, stackName } from "../../stack/stack-outputs.ts";
import type { VerbWork } from "../../verb-work.ts";
import type { publishVerb } from "./description.ts";

/** Output of `headnode publish --json`. */
export const publishOutput = z.object({
  version: z.string(),
  where: z.string().describe("folder in the bucket"),
  published: z.boolean().describe("false: it was there already"),
});

/** `headnode publish`: puts the agent's packages into the job bucket. */
export async function publishAgent(context: AdminContext, flags: StackFlags): Promise<void> {
  const outputs = await readStackOutputs(context.describeOutputs, stackName(flags));
  const release = await readRelease(packagesOf(context, flags), context.version);
  const result = await publishIfMissing(context, flags, outputs, release);
  if (context.json) context.out(JSON.stringify({ version: release.version, ...result }));
}

/** Publishes the agent if it is not in the bucket yet, and tells what it finds and does. */
export async function publishIfMissing(
  context: AdminContext,
  flags: StackFlags,
  outputs: StackOutputs,
  release: Release,
): Promise<{ where: string; published: boolean }> {
  const { say } = context;
  const { version } = release;
  const store = context.store(outputs.BucketName);
  const where = `s3://${outputs.BucketName}/${releaseFolder(release.version)}`;
  if (await isPublished(store, release)) {
    context.err(say("headnode.there", { version, where }));
    return { where, published: false };
  }
  await publish(store, packagesOf(context, flags), release, (name, bytes) =>
    context.err(say("headnode.uploading", { name, bytes: formatBytes(bytes) })),
  );
  context.err(say("headnode.published", { version, where }));
  return { where, published: true };
}

/** Where the packages are. */
export function packagesOf(context: AdminContext, flags: StackFlags): string {
  return flags.packages ?? context.packages;
}

export const work: VerbWork<typeof publishVerb> = {
  output: publishOutput,
  run: async ({ admin }, _args, flags) => publishAgent(await admin(), flags),
};
