import { ENCRYPTIONS, parseEncryption } from "../../protocol/encryption.ts";
import { type AwsSetting, awsSetting, oneOf, positiveInteger, refuse } from "./aws-setting.ts";
import { type CustomerKey, readCustomerKey } from "./customer-key.ts";
import { parseRate, RATES } from "./parse-rate.ts";

/** Settings of how requests are made, as far as they are given. */
export interface RequestSettings {
  /** Attempts at one request. */
  attempts: number | undefined;
  /** At most so many requests at once. */
  concurrency: number | undefined;
  /** At most so many bytes a second both ways together. */
  bytesPerSecond: number | undefined;
  /** Headers of every request; names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** Further headers of those that make an object: how it is to be encrypted. */
  making: Readonly<Record<string, string>>;
  /** Further ones: who else controls it. */
  acl: Readonly<Record<string, string>>;
  /** For the data of jobs, in place of other encryption. */
  customerKey: CustomerKey | undefined;
  /** Identifies how objects are kept: an upload in parts goes on only as it began. Empty: as the bucket has it. */
  keptAs: string;
}

/** Settings that come before those of the environment. */
export interface GivenSettings {
  /** In place of CLOUD_SUBMIT_SSE. */
  sse?: string | undefined;
  /** In place of CLOUD_SUBMIT_SSE_C_KEY. */
  sseCKey?: string | undefined;
  /** In place of CLOUD_SUBMIT_LIMIT_RATE and the profile's max_bandwidth. */
  limitRate?: string | undefined;
  /** Where they were given, for messages; what is not named: by its flag. */
  from?: { readonly [Name in GivenName]?: string | undefined } | undefined;
}

/** The flags of settings that are given. */
const FLAGS = { sse: "--sse", sseCKey: "--sse-c-key", limitRate: "--limit-rate" } as const;
export type GivenName = keyof typeof FLAGS;

/** Source: AWS SDKs and Tools Reference Guide, "Retry behavior". */
const RETRY_MODES = ["legacy", "standard", "adaptive"] as const;

/**
 * Finds them as the AWS CLI does, and those of the project's own in the environment.
 *
 * @throws CloudSubmitError `config` for a value that the AWS CLI refuses, too
 */
export async function findRequestSettings(
  profile: string | undefined,
  given: GivenSettings = {},
): Promise<RequestSettings> {
  const [attempts, mode, concurrency, payer, owner, sse, acl, keyFile, rate] = await Promise.all([
    awsSetting({ variable: "AWS_MAX_ATTEMPTS", key: "max_attempts" }, profile),
    awsSetting({ variable: "AWS_RETRY_MODE", key: "retry_mode" }, profile),
    awsSetting({ key: "s3.max_concurrent_requests" }, profile),
    awsSetting({ variable: "CLOUD_SUBMIT_REQUEST_PAYER" }, profile),
    awsSetting({ variable: "CLOUD_SUBMIT_EXPECTED_BUCKET_OWNER" }, profile),
    awsSetting({ variable: "CLOUD_SUBMIT_SSE" }, profile),
    awsSetting({ variable: "CLOUD_SUBMIT_ACL" }, profile),
    awsSetting({ variable: "CLOUD_SUBMIT_SSE_C_KEY" }, profile),
    awsSetting({ variable: "CLOUD_SUBMIT_LIMIT_RATE", key: "s3.max_bandwidth" }, profile),
  ]);
  // Only checked: there is one way of trying again (retry.ts), and of sending less (request-limit.ts).
  oneOf(RETRY_MODES, mode);
  const requestPayer = oneOf(["requester"], payer);
  const bucketOwner = accountId(owner);
  const ownersControl = oneOf(["bucket-owner-full-control"], acl);
  const making = encryptionHeaders(givenAs("sse", given) ?? sse);
  const controlled: Record<string, string> = ownersControl ? { "x-amz-acl": ownersControl } : {};
  const customerKey = customerKeyOf(givenAs("sseCKey", given) ?? keyFile);
  const kept = [...Object.values(making), ...Object.values(controlled), customerKey?.id];
  return {
    attempts: positiveInteger(attempts),
    concurrency: positiveInteger(concurrency),
    bytesPerSecond: rateOf(givenAs("limitRate", given) ?? rate),
    headers: {
      ...(requestPayer && { "x-amz-request-payer": requestPayer }),
      ...(bucketOwner && { "x-amz-expected-bucket-owner": bucketOwner }),
    },
    making,
    acl: controlled,
    customerKey,
    keptAs: kept.filter(Boolean).join(" "),
  };
}

/** A value that was given counts, also when it is empty: a shell's variable may have been unset. */
function givenAs(name: GivenName, given: GivenSettings): AwsSetting | undefined {
  const text = given[name];
  return text === undefined
    ? undefined
    : { name: given.from?.[name] ?? FLAGS[name], text: text.trim() };
}

function customerKeyOf(file: AwsSetting | undefined): CustomerKey | undefined {
  if (file?.text === "") refuse(file, "give a file");
  return file && readCustomerKey(file);
}

function encryptionHeaders(setting: AwsSetting | undefined): Record<string, string> {
  if (setting === undefined) return {};
  const { algorithm, key } =
    parseEncryption(setting.text) ?? refuse(setting, `give ${ENCRYPTIONS}`);
  return {
    "x-amz-server-side-encryption": algorithm,
    ...(key !== undefined && { "x-amz-server-side-encryption-aws-kms-key-id": key }),
  };
}

function rateOf(setting: AwsSetting | undefined): number | undefined {
  if (setting === undefined) return undefined;
  const rate = parseRate(setting.text) ?? refuse(setting, RATES);
  return rate === "off" ? undefined : rate;
}

function accountId(setting: AwsSetting | undefined): string | undefined {
  if (setting === undefined || /^\d{12}$/.test(setting.text)) return setting?.text;
  return refuse(setting, "give the 12 digits of an AWS account");
}
