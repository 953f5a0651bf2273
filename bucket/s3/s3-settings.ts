import type { AwsCredentialIdentity } from "@smithy/types";
import { CloudSubmitError } from "../../protocol/error.ts";
import type { AskForCode } from "../credentials/assumed-role.ts";
import { namedProfile } from "../credentials/aws-profiles.ts";
import { keysIn } from "../credentials/keys-in.ts";
import { type Credentials, renewed } from "../credentials/renewed.ts";
import { type Environment, hasProxies, type Proxy, proxyFor } from "../network/proxy.ts";
import type { SdkLimits } from "../network/sdk-client-settings.ts";
import type { SdkHandler } from "../network/sdk-handler.ts";
import { awsSetting, isTrue, oneOf, type Places } from "./aws-setting.ts";
import { certificateSetting, findCertificates } from "./certificate-setting.ts";
import { awsEnvironment } from "./config.ts";
import { dnsSuffixOf } from "./dns-suffix.ts";
import { ADDRESSING, bucketEndpoint, type EndpointSettings } from "./endpoint.ts";
import {
  findRequestSettings,
  type GivenSettings,
  type RequestSettings,
} from "./request-settings.ts";
import { settingsInEffect } from "./settings-in-effect.ts";

/** Explicit settings; everything else is found as the SDK finds it. */
export interface S3Options extends GivenSettings {
  region?: string | undefined;
  profile?: string | undefined;
  /** In place of AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL and the profile's endpoint_url. */
  endpointUrl?: string | undefined;
  /** In place of those that are looked for. */
  credentials?: AwsCredentialIdentity | undefined;
  /** Names the proxies; undefined: there is none. */
  env?: Environment | undefined;
  /** Asks for the code of an MFA device; undefined: nobody can be asked. */
  askForCode?: AskForCode | undefined;
}

/** The way to S3, as far as it is not the plain one. */
export interface WayToS3 {
  host: string;
  proxy: Proxy | undefined;
  /** The setting that names the certificates to trust; undefined: the system's are. */
  certificates: string | undefined;
}

/** Region, endpoint, credentials and how requests are made; nothing is looked for, nor loaded, before it is needed. */
export class S3Settings {
  readonly #options: S3Options;
  #region: Promise<string> | undefined;
  #endpoint: Promise<Omit<EndpointSettings, "region" | "dnsSuffix">> | undefined;
  #credentials: Credentials | undefined;
  #ca: Promise<string | undefined> | undefined;
  #handler: Promise<Partial<SdkHandler>> | undefined;
  #requests: Promise<RequestSettings> | undefined;

  constructor(options: S3Options) {
    this.#options = options;
  }

  /** @throws Error `Region is missing`, as the SDK */
  region(): Promise<string> {
    this.#region ??= findRegion(this.#options);
    return this.#region;
  }

  /** @throws CloudSubmitError `config` for a setting that has a wrong value */
  async check(): Promise<void> {
    await Promise.all([this.#configured(), this.requests(), this.ca()]);
    // Of whichever host: where one is in NO_PROXY, another one is not.
    proxyFor(new URL("https://host.invalid"), this.#options.env ?? {});
  }

  /** @throws CloudSubmitError `config` for a setting that has a wrong value */
  async inEffect(): Promise<string[]> {
    return settingsInEffect(await this.#configured(), await this.requests());
  }

  #configured(): Promise<Omit<EndpointSettings, "region" | "dnsSuffix">> {
    this.#endpoint ??= findEndpoint(this.#options);
    return this.#endpoint;
  }

  /** Settings that determine a bucket's endpoint in a region. */
  async endpoint(region: string): Promise<EndpointSettings> {
    return { ...(await this.#configured()), region, dnsSuffix: dnsSuffixOf(region) };
  }

  /**
   * Certificates to trust in place of the system's, PEM; undefined: the system's.
   *
   * @throws CloudSubmitError `config` when they cannot be read
   */
  ca(): Promise<string | undefined> {
    this.#ca ??= findCertificates(this.#options.profile);
    return this.#ca;
  }

  /** The setting and the file that name these certificates, for messages; undefined: the system's are trusted. */
  async authorities(): Promise<string | undefined> {
    const found = await certificateSetting(this.#options.profile);
    return found && `${found.name}: ${found.text}`;
  }

  /**
   * The way to a bucket that these settings make.
   *
   * @throws CloudSubmitError `config` for a proxy or certificates that cannot be used
   */
  async wayToS3(bucket: string): Promise<WayToS3> {
    const settings = await this.endpoint(await this.region());
    const { origin, host } = bucketEndpoint(bucket, settings);
    const proxy = proxyFor(new URL(origin), this.#options.env ?? {});
    await this.ca();
    const named = await certificateSetting(this.#options.profile);
    return { host, proxy, certificates: named?.name };
  }

  /** For the SDK's clients: the proxies and authorities that S3's own connections have. */
  sdkHandler(): Promise<Partial<SdkHandler>> {
    this.#handler ??= this.#findHandler();
    return this.#handler;
  }

  async #findHandler(): Promise<Partial<SdkHandler>> {
    const { env = {} } = this.#options;
    if (!hasProxies(env) && (await this.ca()) === undefined) return {};
    const { sdkHandler } = await import("../network/sdk-handler.ts");
    return sdkHandler(env, { ca: () => this.ca(), authorities: () => this.authorities() });
  }

  /**
   * Settings of an SDK client: region, credentials and way are those of S3's own connections, and every call is bounded.
   *
   * @param limits those that differ from SDK_LIMITS; the attempts that are set go before them
   */
  async sdkClient(limits: Partial<SdkLimits> = {}) {
    const profile = namedProfile(this.#options.profile, awsEnvironment());
    return {
      ...(await this.#unsigned(limits)),
      region: () => this.region(),
      credentials: async () => this.credentials(),
      ...(profile !== undefined && { profile }),
    };
  }

  async #unsigned(limits: Partial<SdkLimits> = {}) {
    const [{ sdkClientSettings, SDK_LIMITS }, { attempts }, agents] = await Promise.all([
      import("../network/sdk-client-settings.ts"),
      this.requests(),
      this.sdkHandler(),
    ]);
    const all = { ...SDK_LIMITS, ...limits, ...(attempts !== undefined && { attempts }) };
    return sdkClientSettings(all, agents);
  }

  /** @throws CloudSubmitError `config`, naming the setting and what to give */
  requests(): Promise<RequestSettings> {
    this.#requests ??= findRequestSettings(this.#options.profile, this.#options);
    return this.#requests;
  }

  /**
   * Asked for each request: no promise once they are known.
   *
   * @throws Error `CredentialsProviderError` when there are none
   */
  credentials(forceRefresh = false): AwsCredentialIdentity | Promise<AwsCredentialIdentity> {
    this.#credentials ??= renewed((isRefused) => this.#findCredentials(isRefused));
    return this.#credentials({ forceRefresh });
  }

  async #findCredentials(isRefused: boolean): Promise<AwsCredentialIdentity> {
    const { credentials, profile, askForCode } = this.#options;
    if (credentials !== undefined) return credentials;
    const env = awsEnvironment();
    // Keys in the environment need none of what the other places bring.
    const keys = profile === undefined && namedProfile(profile, env) === undefined && keysIn(env);
    if (keys) return keys;
    const { findCredentials } = await import("../credentials/find-credentials.ts");
    const sdk = async () => ({
      ...(await this.#unsigned()),
      // STS has one in each; the roles of all are the same.
      region: () => this.region().catch(() => "us-east-1"),
    });
    return findCredentials({ env, profile, sdk, askForCode, isRefused });
  }
}

async function findRegion({ region, profile }: S3Options): Promise<string> {
  // The SDKs know the first variable, older tools the second.
  const found =
    region ??
    (await awsSetting({ variable: "AWS_REGION" }, profile))?.text ??
    (await awsSetting({ variable: "AWS_DEFAULT_REGION", key: "region" }, profile))?.text;
  if (found === undefined) throw new Error("Region is missing");
  return found;
}

async function findEndpoint({ profile, endpointUrl }: S3Options) {
  const find = (variable: string, key: string) => awsSetting({ variable, key }, profile);
  const [ignored, configured, useFips, useDualstack, dualstack, accelerate, addressing] =
    await Promise.all([
      find("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls"),
      configuredEndpoint(profile),
      find("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
      find("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
      awsSetting({ key: "s3.use_dualstack_endpoint" }, profile),
      awsSetting({ key: "s3.use_accelerate_endpoint" }, profile),
      awsSetting({ key: "s3.addressing_style" }, profile),
    ]);
  const url = endpointUrl ?? (isTrue(ignored) ? undefined : configured);
  return {
    endpointUrl: url === undefined ? undefined : parseEndpoint(url),
    useFips: isTrue(useFips),
    // Either of them asks for it. Source: _resolve_use_dualstack_endpoint in botocore's client.py.
    useDualstack: isTrue(dualstack) || isTrue(useDualstack),
    accelerate: isTrue(accelerate),
    addressing: oneOf(ADDRESSING, addressing) ?? "auto",
  };
}

/** Source: AWS SDKs and Tools Reference Guide, "service-specific endpoints". */
async function configuredEndpoint(profile: string | undefined): Promise<string | undefined> {
  const find = async (places: Places) => (await awsSetting(places, profile))?.text;
  return (
    (await find({ variable: "AWS_ENDPOINT_URL_S3" })) ??
    (await find({ variable: "AWS_ENDPOINT_URL" })) ??
    (await find({ key: "services.s3.endpoint_url" })) ??
    (await find({ key: "endpoint_url" }))
  );
}

function parseEndpoint(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new CloudSubmitError(
    "config",
    `${text}: an endpoint of S3 begins with https:// or http://`,
  );
}
