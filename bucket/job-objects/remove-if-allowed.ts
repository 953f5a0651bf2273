import type { ObjectWriter } from "../object-store.ts";

/**
 * Removes an object, if S3 lets it go: the policy of a bucket that keeps everything denies that, and no job may fail
 * or be repeated for it. With Object Lock alone S3 refuses nothing here: it hides the object and keeps the version.
 *
 * @returns false: it stays
 */
export async function removeIfAllowed(
  store: Pick<ObjectWriter, "delete">,
  key: string,
): Promise<boolean> {
  try {
    await store.delete(key);
    return true;
  } catch (error) {
    if (!(error instanceof Error && error.name === "AccessDenied")) throw error;
    return false;
  }
}
