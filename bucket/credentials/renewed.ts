import type { AwsCredentialIdentity } from "@smithy/types";

/** Credentials, renewed before they expire; at once when asked to. A promise of them, where they are looked for. */
export type Credentials = (options?: {
  forceRefresh: boolean;
}) => AwsCredentialIdentity | Promise<AwsCredentialIdentity>;

/** So long before they expire, in milliseconds, newer ones are looked for. */
const EARLY_MS = 5 * 60_000;
/** Between two looks that have failed while the old ones last. */
const AGAIN_MS = 60_000;

/**
 * Keeps credentials, and looks for newer ones when it has to; all who ask meanwhile wait for the same ones.
 *
 * @param find told whether those that were found last have been refused
 */
export function renewed(
  find: (isRefused: boolean) => Promise<AwsCredentialIdentity>,
  now: () => number = Date.now,
): Credentials {
  let known: AwsCredentialIdentity | undefined;
  let looking: Promise<AwsCredentialIdentity> | undefined;
  let notBefore = 0;
  const look = (isRefused = false) => {
    looking ??= find(isRefused)
      .then((found) => (known = found))
      .finally(() => (looking = undefined));
    return looking;
  };
  return (options) => {
    const left = known ? (known.expiration?.getTime() ?? Number.POSITIVE_INFINITY) - now() : 0;
    if (!known || options?.forceRefresh || left <= 0) return look(options?.forceRefresh);
    if (left < EARLY_MS && now() >= notBefore) {
      notBefore = now() + AGAIN_MS;
      // The old ones last until then.
      void look().catch(() => undefined);
    }
    return known;
  };
}
