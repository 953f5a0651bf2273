/**
 * Names of errors that say that credentials have expired, are not known any more, or cannot be had. Sources: Amazon S3 API
 * Reference, "Error responses"; AWS STS and IAM Identity Center, common errors; the SDK's providers.
 */
const NAMES: ReadonlySet<string> = new Set([
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "InvalidIdentityToken",
  "InvalidToken",
  "MayBeExpired",
  "RequestExpired",
  "TokenProviderError",
  "TokenRefreshRequired",
  "UnrecognizedClientException",
]);

/** Whether other credentials are needed: a sign-in brings them. */
export function isCredentialError(error: unknown): boolean {
  return error instanceof Error && NAMES.has(error.name);
}
