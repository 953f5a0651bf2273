/**
 * An ETag without its quotes; empty when there is none. What is in between may mark it as a weak one, and still means
 * the same object.
 */
export function unquoted(etag: string | undefined): string {
  if (etag === undefined) return "";
  // Nearly all are plain, and asked for several times for each object.
  const end = etag.length - 1;
  if (etag.indexOf('"', 1) === end && etag.startsWith('"')) return etag.slice(1, end);
  return etag.replace(/^W\//, "").replaceAll('"', "");
}
