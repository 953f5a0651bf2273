/**
 * An ETag without its quotes; empty when there is none. What is in between may mark it as a weak one, and still means
 * the same object.
 */
export function unquoted(etag: string | undefined): string {
  return (etag ?? "").replace(/^W\//, "").replaceAll('"', "");
}
