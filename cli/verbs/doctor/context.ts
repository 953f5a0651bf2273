import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SCRIPT_FILE } from "../../../protocol/objects.ts";
import type { Context } from "../../context.ts";
import type { Ui } from "../../ui/ui.ts";
import type { VerbContext } from "../../verb-work.ts";
import type { doctorClients, Identity, ManagedNode } from "./clients.ts";
import type { Probe } from "./probe.ts";
import type { WaysToAws } from "./ways-to-aws.ts";

/** Ports of `doctor`. */
export interface DoctorContext extends Ui {
  /** Version of this program. */
  version: string;
  /** Version of Node.js, such as 20.20.2. */
  nodeVersion: string;
  /** @throws CloudSubmitError `config` without a bucket */
  jobs: () => Promise<Context>;
  /** @throws what the AWS SDK says without credentials */
  identity: () => Promise<Identity>;
  /** Settings of S3 that are not the default. @throws CloudSubmitError `config` for one that has a wrong value */
  inEffect: () => Promise<readonly string[]>;
  region: () => Promise<string>;
  /** @throws CloudSubmitError `config` for a proxy or certificates that cannot be used */
  waysToAws: (bucket: string, isDeep: boolean) => Promise<WaysToAws>;
  /** Requests of the doctor's own. */
  probe: (bucket: string) => Promise<Probe>;
  /** Milliseconds, of a clock that only goes on. */
  elapsed: () => number;
  /** The machines that SSM knows, or those that ParallelCluster tags as Head Nodes. @throws what SSM says */
  managedNodes: (only: { headNodes: boolean }) => Promise<ManagedNode[]>;
  /** A folder with a job that does nothing; it is removed afterwards. */
  withNullJob: <T>(use: (folder: string) => Promise<T>) => Promise<T>;
}

/** The context of a real command line; every client is loaded when its check comes. */
export function realDoctorContext(around: VerbContext): DoctorContext {
  let loaded: Promise<ReturnType<typeof doctorClients>> | undefined;
  const clients = () => (loaded ??= load());
  const load = async () => (await import("./clients.ts")).doctorClients(around.global, around.ui);
  return {
    ...around.ui,
    version: around.version,
    nodeVersion: process.versions.node,
    jobs: around.jobs,
    identity: async () => (await clients()).identity(),
    inEffect: async () => (await clients()).inEffect(),
    region: async () => (await clients()).region(),
    waysToAws: async (bucket, isDeep) => (await clients()).waysToAws(bucket, isDeep),
    probe: async (bucket) => (await clients()).probe(bucket),
    elapsed: () => performance.now(),
    managedNodes: async (only) => (await clients()).managedNodes(only),
    withNullJob: async (use) => {
      const folder = await mkdtemp(join(tmpdir(), "cloud-submit-doctor-"));
      try {
        await writeFile(join(folder, SCRIPT_FILE), "#!/bin/sh\nexit 0\n");
        return await use(folder);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}
