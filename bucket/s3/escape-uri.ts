/**
 * Percent-encodes everything but RFC 3986's unreserved characters, as Signature Version 4 wants names and
 * values of a query.
 */
export function escapeQuery(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const NOTHING_TO_ESCAPE = /^[A-Za-z0-9._~/-]*$/;

/** The same for a key in a path: its slashes stay, also those that follow one another. */
export function escapeKey(key: string): string {
  if (NOTHING_TO_ESCAPE.test(key)) return key;
  return key.includes("/") ? key.split("/").map(escapeQuery).join("/") : escapeQuery(key);
}

/** A query, sorted by name, as Signature Version 4 wants it. */
export function canonicalQuery(query: Readonly<Record<string, string>>): string {
  return Object.keys(query)
    .map((name) => [escapeQuery(name), escapeQuery(query[name] as string)] as const)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}
