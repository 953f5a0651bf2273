import type { EndpointSettings } from "./endpoint.ts";
import type { RequestSettings } from "./request-settings.ts";

type Endpoint = Omit<EndpointSettings, "region" | "dnsSuffix">;

/** The settings that are not the default, in the words of the AWS tools, and the headers that requests have for it. */
export function settingsInEffect(endpoint: Endpoint, requests: RequestSettings): string[] {
  const { endpointUrl, addressing, accelerate, useDualstack, useFips } = endpoint;
  const { attempts, concurrency, bytesPerSecond, headers, making } = requests;
  const all = {
    // Without what else may be in a URL, such as a password.
    endpoint_url: endpointUrl?.origin,
    addressing_style: addressing === "auto" ? undefined : addressing,
    use_accelerate_endpoint: accelerate || undefined,
    use_dualstack_endpoint: useDualstack || undefined,
    use_fips_endpoint: useFips || undefined,
    max_attempts: attempts,
    max_concurrent_requests: concurrency,
    max_bandwidth: bytesPerSecond,
    ...headers,
    ...making,
  };
  return Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
}
