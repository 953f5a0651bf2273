import * as z from "zod";
import type { Environment } from "../../bucket/network/proxy.ts";
import { ENCRYPTIONS, type Encryption, parseEncryption } from "../../protocol/encryption.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import { allowedSchema } from "../../protocol/notify.ts";
import { checkSettings } from "../../protocol/settings.ts";
import type { HeadNodeTarget } from "../../protocol/ssm-command.ts";

/** Which stage this is: its bucket is no other one's. */
const stageSchema = z.object({ BUCKET: z.string().min(1) });

/** The way to AWS in a network of the site's. */
const networkSchema = z.object({
  HTTPS_PROXY: z.string().optional(),
  NO_PROXY: z.string().optional(),
  CERTIFICATES: z.string().optional(),
});

const redriveSchema = networkSchema.extend({
  DEAD_LETTERS_URL: z.url(),
  STACK: z.string().min(1),
});

const notifySchema = stageSchema.extend({
  ...networkSchema.shape,
  NOTIFY_TOPIC: z.string().min(1),
  NOTIFY_ALLOWED: z
    .string()
    .transform((text) => text.split(","))
    .pipe(z.array(allowedSchema)),
});

const schema = stageSchema
  .extend({
    ...networkSchema.shape,
    DOCUMENT_NAME: z.string().min(1),
    EVENT_BUS: z.string().min(1),
    CLUSTER_NAME: z.string().optional(),
    HEAD_NODE_INSTANCE_ID: z.string().optional(),
    REDISPATCH_SECONDS: z.coerce.number().positive(),
    DEADLINE_SECONDS: z.coerce.number().positive(),
    KEEP_JOBS_DAYS: z.union([z.literal(""), z.coerce.number().int().positive()]).default(""),
    SSE: z
      .string()
      .refine((text) => text === "" || parseEncryption(text), `give ${ENCRYPTIONS}`)
      .default(""),
  })
  .refine((env) => Boolean(env.CLUSTER_NAME) !== Boolean(env.HEAD_NODE_INSTANCE_ID), {
    path: ["CLUSTER_NAME"],
    message: "set CLUSTER_NAME or HEAD_NODE_INSTANCE_ID, and only one of them",
  });

/** Settings of the functions that talk to the Head Node. */
export interface FunctionConfig {
  bucket: string;
  documentName: string;
  eventBus: string;
  target: HeadNodeTarget;
  /** When the agent has been silent about a request for so many seconds, the bell is rung. */
  redispatchSeconds: number;
  /** When the agent has been silent about it for so many seconds, it ends in JOB_ERROR. */
  deadlineSeconds: number;
  /** Jobs that ended so many days ago are removed; undefined: none is. */
  keepJobsDays: number | undefined;
  /** How objects are to be encrypted; undefined: as the bucket's default is. */
  encryption: Encryption | undefined;
  network: FunctionNetwork;
}

/** The way to AWS in a network of the site's. */
export interface FunctionNetwork {
  /** Names the proxy. */
  env: Environment;
  /** Certificates to trust in place of the system's, PEM; undefined: the system's. */
  ca: string | undefined;
}

/** Settings of the function that empties the dead-letter queue. */
export interface RedriveConfig {
  queueUrl: string;
  /** The beginning of the names of this stage's functions. */
  stack: string;
  network: FunctionNetwork;
}

/** Settings of the function that writes e-mails. */
export interface NotifyConfig {
  bucket: string;
  /** The ARN of the topic. */
  topic: string;
  /** Addresses, and domains with their @, in lower case. */
  allowed: string[];
  network: FunctionNetwork;
}

/**
 * Reads the environment of a function.
 *
 * @throws CloudSubmitError `config`, naming the variable and what was expected
 */
export function functionConfig(env: NodeJS.ProcessEnv = process.env): FunctionConfig {
  const set = checked(schema, env);
  return {
    bucket: set.BUCKET,
    documentName: set.DOCUMENT_NAME,
    eventBus: set.EVENT_BUS,
    target: set.HEAD_NODE_INSTANCE_ID
      ? { instanceId: set.HEAD_NODE_INSTANCE_ID }
      : { clusterName: set.CLUSTER_NAME ?? "" },
    redispatchSeconds: set.REDISPATCH_SECONDS,
    deadlineSeconds: set.DEADLINE_SECONDS,
    keepJobsDays: set.KEEP_JOBS_DAYS === "" ? undefined : set.KEEP_JOBS_DAYS,
    encryption: parseEncryption(set.SSE),
    network: networkOf(set),
  };
}

/**
 * Reads the environment of functions/redrive.
 *
 * @throws CloudSubmitError `config`, naming the variable and what was expected
 */
export function redriveConfig(env: NodeJS.ProcessEnv = process.env): RedriveConfig {
  const set = checked(redriveSchema, env);
  return { queueUrl: set.DEAD_LETTERS_URL, stack: set.STACK, network: networkOf(set) };
}

/**
 * Reads the environment of functions/notify.
 *
 * @throws CloudSubmitError `config`, naming the variable and what was expected
 */
export function notifyConfig(env: NodeJS.ProcessEnv = process.env): NotifyConfig {
  const set = checked(notifySchema, env);
  return {
    bucket: set.BUCKET,
    topic: set.NOTIFY_TOPIC,
    allowed: set.NOTIFY_ALLOWED,
    network: networkOf(set),
  };
}

function networkOf(set: z.infer<typeof networkSchema>): FunctionNetwork {
  return {
    env: { HTTPS_PROXY: set.HTTPS_PROXY, NO_PROXY: set.NO_PROXY },
    ca: set.CERTIFICATES || undefined,
  };
}

/**
 * The job bucket of this stage, for a function that needs to know no more.
 *
 * @throws CloudSubmitError `config`, naming the variable and what was expected
 */
export function bucketOfStage(env: NodeJS.ProcessEnv = process.env): string {
  return checked(stageSchema, env).BUCKET;
}

function checked<Schema extends z.ZodType>(schema: Schema, env: NodeJS.ProcessEnv) {
  checkSettings(env);
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CloudSubmitError("config", `${issue?.path.join(".")}: ${issue?.message}`);
}
