/**
 * Undoes S3's url encoding of a key in a listing, in which a space is `+`.
 *
 * @throws URIError when it is not encoded so
 */
export function decodedKey(key: string): string {
  return /[%+]/.test(key) ? decodeURIComponent(key.replaceAll("+", " ")) : key;
}
