import { join } from "node:path";

/** The file that the fetcher of a user and a bucket locks. @param root folder of the front end for the bucket */
export function lockPath(root: string): string {
  return join(root, "fetcher.lock");
}
