import { type AwsSetting, awsSetting } from "./aws-setting.ts";

/** The file of certificates to trust, and where it is named: as for the AWS CLI and SDKs first, then as for OpenSSL. */
export async function certificateSetting(
  profile: string | undefined,
): Promise<AwsSetting | undefined> {
  const aws = await awsSetting({ variable: "AWS_CA_BUNDLE", key: "ca_bundle" }, profile);
  return aws ?? awsSetting({ variable: "SSL_CERT_FILE" }, profile);
}

/**
 * The certificates to trust in place of the system's, PEM; undefined: the system's.
 *
 * @throws CloudSubmitError `config` when they, or those that Node.js adds to the system's, cannot be read
 */
export async function findCertificates(profile: string | undefined): Promise<string | undefined> {
  const found = await certificateSetting(profile);
  // Node.js reads that one itself as it starts, and goes on without it.
  const used = found ?? (await awsSetting({ variable: "NODE_EXTRA_CA_CERTS" }, profile));
  if (used === undefined) return undefined;
  const { readCertificates } = await import("../network/certificates.ts");
  const read = readCertificates(used.name, used.text);
  return found && read;
}
