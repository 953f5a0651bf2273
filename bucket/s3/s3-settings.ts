import type { Agent } from "node:https";
import type { AwsCredentialIdentity } from "@smithy/types";
import { CloudSubmitError } from "../../protocol/error.ts";
import { type Environment, hasProxies, type Proxy, proxyFor } from "../network/proxy.ts";
import { awsSetting, isTrue, oneOf } from "./aws-setting.ts";
import { certificateSetting } from "./certificate-setting.ts";
import { ADDRESSING, bucketEndpoint, type EndpointSettings } from "./endpoint.ts";
import { findRequestSettings, type RequestSettings } from "./request-settings.ts";

/** Explicit settings; everything else is found as the SDK finds it. */
export interface S3Options {
  region?: string | undefined;
  profile?: string | undefined;
  /** In place of AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL and the profile's endpoint_url. */
  endpointUrl?: string | undefined;
  /** In place of the SDK's credential chain. */
  credentials?: AwsCredentialIdentity | undefined;
  /** Names the proxies; undefined: there is none. */
  env?: Environment | undefined;
}

/** The way to S3, as far as it is not the plain one. */
export interface WayToS3 {
  host: string;
  proxy: Proxy | undefined;
  /** The setting that names the certificates to trust; undefined: the system's are. */
  certificates: string | undefined;
}

/** Part of an SDK client's `requestHandler`. */
export interface SdkHandler {
  httpsAgent?: Agent;
}

/** Credentials, renewed before they expire; at once when asked to. */
export type Credentials = (options?: { forceRefresh: boolean }) => Promise<AwsCredentialIdentity>;

/** Region, endpoint, credentials and how requests are made; nothing is looked for, nor loaded, before it is needed. */
export class S3Settings {
  readonly #options: S3Options;
  #region: Promise<string> | undefined;
  #endpoint: Promise<Omit<EndpointSettings, "region" | "dnsSuffix">> | undefined;
  #credentials: Promise<Credentials> | undefined;
  #ca: Promise<string | undefined> | undefined;
  #handler: Promise<SdkHandler> | undefined;
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
    await Promise.all([this.#configured(), this.requests()]);
  }

  #configured(): Promise<Omit<EndpointSettings, "region" | "dnsSuffix">> {
    this.#endpoint ??= findEndpoint(this.#options);
    return this.#endpoint;
  }

  /** Settings that determine a bucket's endpoint in a region. */
  async endpoint(region: string): Promise<EndpointSettings> {
    const [found, { partition }] = await Promise.all([
      this.#configured(),
      import("@aws-sdk/core/client"),
    ]);
    return { ...found, region, dnsSuffix: partition(region).dnsSuffix };
  }

  /**
   * Certificates to trust in place of the system's, PEM; undefined: the system's.
   *
   * @throws CloudSubmitError `config` when they cannot be read
   */
  ca(): Promise<string | undefined> {
    this.#ca ??= findCertificates(this.#options);
    return this.#ca;
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
  sdkHandler(): Promise<SdkHandler> {
    this.#handler ??= this.#findHandler();
    return this.#handler;
  }

  async #findHandler(): Promise<SdkHandler> {
    const { env = {} } = this.#options;
    if (!hasProxies(env) && (await this.ca()) === undefined) return {};
    const { SdkAgent } = await import("../network/sdk-agent.ts");
    return { httpsAgent: new SdkAgent(env, () => this.ca()) };
  }

  /** @throws CloudSubmitError `config`, naming the setting and what to give */
  requests(): Promise<RequestSettings> {
    this.#requests ??= findRequestSettings(this.#options.profile);
    return this.#requests;
  }

  /** @throws Error `CredentialsProviderError` when there are none */
  async credentials(forceRefresh = false): Promise<AwsCredentialIdentity> {
    this.#credentials ??= findCredentials(this.#options, {
      region: () => this.region(),
      handler: () => this.sdkHandler(),
    });
    const provide = await this.#credentials;
    return forceRefresh ? provide({ forceRefresh }) : provide();
  }
}

async function findRegion({ region, profile }: S3Options): Promise<string> {
  if (region !== undefined) return region;
  const config = await import("@smithy/core/config");
  return config.loadConfig(config.NODE_REGION_CONFIG_OPTIONS, {
    ...config.NODE_REGION_CONFIG_FILE_OPTIONS,
    ...(profile !== undefined && { profile }),
  })();
}

async function findEndpoint({ profile, endpointUrl }: S3Options) {
  const config = await import("@smithy/core/config");
  const from = profile === undefined ? {} : { profile };
  const [ignored, configured, useFips, useDualstack, dualstack, accelerate, addressing] =
    await Promise.all([
      config.loadConfig(IGNORE_ENDPOINT_URLS, from)(),
      endpointUrl ?? config.loadConfig(ENDPOINT_URL, from)(),
      config.loadConfig(config.NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS, from)(),
      config.loadConfig(config.NODE_USE_DUALSTACK_ENDPOINT_CONFIG_OPTIONS, from)(),
      awsSetting({ key: "s3.use_dualstack_endpoint" }, profile),
      awsSetting({ key: "s3.use_accelerate_endpoint" }, profile),
      awsSetting({ key: "s3.addressing_style" }, profile),
    ]);
  const url = endpointUrl ?? (ignored ? undefined : configured);
  return {
    endpointUrl: url === undefined ? undefined : parseEndpoint(url),
    useFips: useFips ?? false,
    // Either of them asks for it. Source: _resolve_use_dualstack_endpoint in botocore's client.py.
    useDualstack: isTrue(dualstack) || (useDualstack ?? false),
    accelerate: isTrue(accelerate),
    addressing: oneOf(ADDRESSING, addressing) ?? "auto",
  };
}

function parseEndpoint(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new CloudSubmitError(
    "config",
    `${text}: an endpoint of S3 begins with https:// or http://`,
  );
}

async function findCertificates({ profile }: S3Options): Promise<string | undefined> {
  const found = await certificateSetting(profile);
  if (found === undefined) return undefined;
  const { readCertificates } = await import("../network/certificates.ts");
  return readCertificates(found.name, found.text);
}

async function findCredentials(
  { profile, credentials }: S3Options,
  { region, handler }: { region: () => Promise<string>; handler: () => Promise<SdkHandler> },
): Promise<Credentials> {
  if (credentials !== undefined) return async () => credentials;
  // The chain looks there first; all that it brings for other places takes 10 ms to load.
  if (profile === undefined && (await areInEnvironment())) {
    const { fromEnv } = await import("@aws-sdk/credential-provider-env");
    const identity = await fromEnv()();
    return async () => identity;
  }
  const { defaultProvider } = await import("@aws-sdk/credential-provider-node");
  // The region is for providers that ask STS or SSO.
  const parentClientConfig = {
    region,
    requestHandler: await handler(),
    ...(profile !== undefined && { profile }),
  };
  return defaultProvider({ ...(profile !== undefined && { profile }), parentClientConfig });
}

async function areInEnvironment(): Promise<boolean> {
  const { loadConfig } = await import("@smithy/core/config");
  return loadConfig({
    environmentVariableSelector: (env) =>
      Boolean(!env.AWS_PROFILE && env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY) || undefined,
    configFileSelector: () => undefined,
    default: false,
  })();
}

type ConfigValues = Record<string, string | undefined>;

/** Source: AWS SDKs and Tools Reference Guide, "service-specific endpoints". */
const ENDPOINT_URL = {
  environmentVariableSelector: (env: ConfigValues) =>
    env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || undefined,
  configFileSelector: (profile: ConfigValues, file?: Record<string, ConfigValues | undefined>) => {
    const services = profile.services && file?.[`services.${profile.services}`];
    return (services && services["s3.endpoint_url"]) || profile.endpoint_url || undefined;
  },
  default: undefined,
};

const IGNORE_ENDPOINT_URLS = {
  environmentVariableSelector: (env: ConfigValues) => flag(env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS),
  configFileSelector: (profile: ConfigValues) => flag(profile.ignore_configured_endpoint_urls),
  default: false,
};

function flag(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : text.toLowerCase() === "true";
}
