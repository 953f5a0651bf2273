import * as z from "zod";
import { CommandError } from "../../errors/command-error.ts";
import { errorsEn } from "../../messages/errors-en.ts";

/** Operating systems that the install script knows, as ParallelCluster names them. */
export const OPERATING_SYSTEMS = [
  "ubuntu2404",
  "ubuntu2204",
  "alinux2023",
  "rhel9",
  "rhel8",
  "rocky9",
  "rocky8",
] as const;

/** zod carries the name of a message of ours; problems that it finds by itself are in words of its own. */
const says = (problem: keyof typeof errorsEn): string => problem;

const subnet = z.string().regex(/^subnet-([0-9a-f]{8}|[0-9a-f]{17})$/, says("problem.subnet"));
// ParallelCluster's rule for names of queues and compute resources.
const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,24}$/, says("problem.queueName"))
  .refine((text) => text !== "default", says("problem.queueDefault"));

/** What a site may decide about its cluster. */
const clusterOptions = z
  .object({
    os: z.enum(OPERATING_SYSTEMS).default("ubuntu2404"),
    key: z.string().min(1).optional(),
    sshFrom: z
      .string()
      .regex(/^(\d{1,3}(\.\d{1,3}){3}\/\d{1,2}|pl-[0-9a-f]+)$/, says("problem.cidr"))
      .optional(),
    headNodeType: z.string().default("m7i.large"),
    computeType: z.array(z.string()).nonempty().default(["c7i.xlarge"]),
    queue: name.default("compute"),
    minCount: z.number().int().nonnegative().default(0),
    maxCount: z.number().int().positive().default(10),
    elasticIp: z.union([z.boolean(), z.string().regex(/^eipalloc-[0-9a-f]+$/)]).default(false),
    publicIps: z.boolean().default(false),
    placementGroup: z.boolean().default(false),
    spot: z.boolean().default(false),
    subnet: subnet.optional(),
    computeSubnet: z.array(subnet).nonempty().optional(),
    rootVolume: z.number().int().min(35).optional(),
  })
  .refine(({ minCount, maxCount }) => minCount <= maxCount, {
    path: ["minCount"],
    message: says("problem.minCount"),
  })
  .refine(({ computeType }) => new Set(computeType).size === computeType.length, {
    path: ["computeType"],
    message: says("problem.typeTwice"),
  })
  .refine(
    ({ placementGroup, computeSubnet }) => !placementGroup || (computeSubnet?.length ?? 1) === 1,
    {
      path: ["placementGroup"],
      message: says("problem.placement"),
    },
  )
  .refine(({ key, sshFrom }) => sshFrom === undefined || key !== undefined, {
    path: ["sshFrom"],
    message: says("problem.sshWithoutKey"),
  });
export type ClusterOptions = z.infer<typeof clusterOptions>;
/** The same as flags, before defaults. */
export type ClusterFlags = z.input<typeof clusterOptions>;

/**
 * Checks the flags and adds the defaults.
 *
 * @throws CloudSubmitError `usage`, naming the flag and what was expected
 */
export function parseClusterOptions(flags: unknown): ClusterOptions {
  const parsed = clusterOptions.safeParse(flags);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const flag = String(issue?.path[0] ?? "").replace(
    /[A-Z]/g,
    (letter) => `-${letter.toLowerCase()}`,
  );
  const problem = issue?.message ?? "";
  throw new CommandError("usage", (say) => {
    const words = Object.hasOwn(errorsEn, problem) ? say(problem as "problem.subnet") : problem;
    return `--${flag}: ${words}`;
  });
}
