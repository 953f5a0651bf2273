import { fileURLToPath } from "node:url";

/** Why no networks of its own can be made here; undefined: these tests run in one, and can make others. */
export const whyNoNetworks = process.env["CLOUD_SUBMIT_TEST_NO_NETWORKS"];

/** The number of this worker of jest, from 1 on: each has addresses of its own. */
export const worker = Number(process.env["JEST_WORKER_ID"] ?? 1);

export const path = process.env["PATH"] ?? "";

/** Path of a file of the project. */
export function inCheckout(file: string): string {
  return fileURLToPath(new URL(`../../${file}`, import.meta.url));
}
