/** A host as it stands in a URL: addresses of IPv6 have brackets there. */
export function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** A host of a URL as the system takes it. */
export function unbracketed(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}
