import { type AwsSetting, awsSetting } from "./aws-setting.ts";

/** The file of certificates to trust, and where it is named: as for the AWS CLI and SDKs first, then as for OpenSSL. */
export async function certificateSetting(
  profile: string | undefined,
): Promise<AwsSetting | undefined> {
  const aws = await awsSetting({ variable: "AWS_CA_BUNDLE", key: "ca_bundle" }, profile);
  return aws ?? awsSetting({ variable: "SSL_CERT_FILE" }, profile);
}
