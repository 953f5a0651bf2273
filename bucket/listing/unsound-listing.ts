/** A listing that cannot be true: what was not in it may exist all the same. Another try would not help. */
export class UnsoundListing extends Error {
  override readonly name = "UnsoundListing";

  /** @param what completes the sentence that begins with "S3's listing" */
  constructor(what: string) {
    super(`S3's listing ${what}`);
  }
}
