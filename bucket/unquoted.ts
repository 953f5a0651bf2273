/** An ETag without its quotes; empty when there is none. */
export function unquoted(etag: string | undefined): string {
  return (etag ?? "").replaceAll('"', "");
}
