import { describe } from "@jest/globals";
import { conditionPromises } from "./object-store-contract/conditions.ts";
import { filePromises } from "./object-store-contract/file-transfers.ts";
import { keyPromises } from "./object-store-contract/keys.ts";
import { listingPromises } from "./object-store-contract/listings.ts";
import { metadataPromises } from "./object-store-contract/metadata.ts";
import { objectPromises } from "./object-store-contract/objects.ts";
import { type Subject, Trial } from "./object-store-contract/trial.ts";

/**
 * The promises of the port bucket/object-store.ts, as tests. Whatever stands behind the port must keep
 * them, or else a test on it says nothing of S3.
 *
 * @param exceptions promises that this server is known to break, by topic and title
 */
export function objectStoreContract(
  name: string,
  open: () => Subject | Promise<Subject>,
  exceptions: readonly string[] = [],
): void {
  describe(name, () => {
    const trial = new Trial(open, exceptions);
    objectPromises(trial);
    metadataPromises(trial);
    conditionPromises(trial);
    keyPromises(trial);
    listingPromises(trial);
    filePromises(trial);
  });
}
