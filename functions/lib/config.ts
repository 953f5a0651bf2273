import * as z from "zod";
import { CloudSubmitError } from "../../protocol/error.ts";

const dispatchSchema = z
  .object({
    BUCKET: z.string().min(1),
    DOCUMENT_NAME: z.string().min(1),
    EVENT_BUS: z.string().min(1),
    CLUSTER_NAME: z.string().optional(),
    HEAD_NODE_INSTANCE_ID: z.string().optional(),
  })
  .refine((env) => Boolean(env.CLUSTER_NAME) !== Boolean(env.HEAD_NODE_INSTANCE_ID), {
    path: ["CLUSTER_NAME"],
    message: "set CLUSTER_NAME or HEAD_NODE_INSTANCE_ID, and only one of them",
  });

/** Which machine SSM is to address. */
export type HeadNodeTarget = { clusterName: string } | { instanceId: string };

/** What functions/dispatch needs to know. */
export interface DispatchConfig {
  bucket: string;
  documentName: string;
  eventBus: string;
  target: HeadNodeTarget;
}

/**
 * Reads the environment of functions/dispatch.
 *
 * @throws CloudSubmitError `config`, naming the variable and what was expected
 */
export function dispatchConfig(env: NodeJS.ProcessEnv = process.env): DispatchConfig {
  const parsed = dispatchSchema.safeParse(env);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CloudSubmitError("config", `${issue?.path.join(".")}: ${issue?.message}`);
  }
  const { BUCKET, DOCUMENT_NAME, EVENT_BUS, CLUSTER_NAME, HEAD_NODE_INSTANCE_ID } = parsed.data;
  return {
    bucket: BUCKET,
    documentName: DOCUMENT_NAME,
    eventBus: EVENT_BUS,
    target: HEAD_NODE_INSTANCE_ID
      ? { instanceId: HEAD_NODE_INSTANCE_ID }
      : { clusterName: CLUSTER_NAME ?? "" },
  };
}
