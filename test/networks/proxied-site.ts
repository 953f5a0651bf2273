import { afterAll, afterEach, beforeAll } from "@jest/globals";
import { ConnectProxy } from "../support/connect-proxy.ts";
import { Amazon, AWS_NAMES } from "./amazon.ts";
import { Authority } from "./authority.ts";
import type { Env } from "./clients.ts";
import { Site } from "./site.ts";

/** Settings for our clients, and for the AWS CLI. */
export interface Settings {
  all?: Env;
  ours?: Env;
  aws?: Env;
}

/** A proxy that runs, and how a site names it. */
export interface Running {
  proxy: ConnectProxy;
  name: string;
  url: string;
}

export interface ProxyOptions {
  scheme?: "http" | "https";
  /** `user:password@`. */
  user?: string;
  /** Looks into TLS: what is seen of AWS has certificates of the site's own authority. */
  inspects?: boolean;
  /** Names in the certificate of a proxy of https; by default its address. */
  names?: string[];
}

/** A site that has no way out but its proxies: no name of AWS leads anywhere there. For all tests of a file. */
export function proxiedSite() {
  /** Vouches for AWS, as authorities do that systems come with. */
  const world = new Authority("World Trust");
  const inspection = new Authority("Site Inspection");
  const proxies: ConnectProxy[] = [];
  const made = {} as { amazon: Amazon; site: Site };
  let doors: { real: number; inspected: number };

  beforeAll(async () => {
    made.amazon = await Amazon.start();
    made.site = await Site.open({ reaches: "proxy" });
    doors = {
      real: await made.amazon.open(world.issue(AWS_NAMES)),
      inspected: await made.amazon.open(inspection.issue(AWS_NAMES)),
    };
  });
  afterEach(async () => {
    made.amazon.intercept = () => false;
    made.amazon.seen.length = 0;
    for (const proxy of proxies.splice(0)) await proxy.stop();
  });
  afterAll(async () => {
    await made.site?.close();
    await made.amazon?.stop();
  });

  return {
    world,
    inspection,
    amazon: () => made.amazon,
    site: () => made.site,
    /** Trusts the authorities of the world, by what each client has for it. */
    trusting: {
      ours: { NODE_EXTRA_CA_CERTS: world.file },
      aws: { AWS_CA_BUNDLE: world.file },
    },
    /** Has AWS answer with another certificate. */
    show: async (certificate: { key: string; cert: string }) => {
      doors.inspected = await made.amazon.open(certificate);
    },
    startProxy: async (options: ProxyOptions = {}): Promise<Running> => {
      const { scheme = "http", user = "", inspects = false } = options;
      const { proxy: address } = made.site;
      const tls = scheme === "https" && world.issue(options.names ?? [`IP:${address}`]);
      const proxy = new ConnectProxy(tls || undefined);
      proxies.push(proxy);
      const port = await proxy.start(address);
      proxy.routeOf = () => (inspects ? doors.inspected : doors.real);
      const name = `${address}:${port}`;
      return { proxy, name, url: `${scheme}://${user}${name}` };
    },
  };
}
