import { afterAll, beforeAll, describe } from "@jest/globals";
import { Amazon, AWS_NAMES } from "./amazon.ts";
import { Authority } from "./authority.ts";
import { whyNoNetworks } from "./config.ts";
import { NameServer } from "./name-server.ts";
import { Site, type SiteOptions } from "./site.ts";

/** For tests that need a network of their own: where there can be none, they count as skipped (local/setup.mjs says why). */
export const behindLine = whyNoNetworks === undefined ? describe : describe.skip;

/** A site that reaches AWS by a line, and its name server. */
export interface OpenSite {
  site: Site;
  names: NameServer;
}

/** Makes sites with a line to one AWS; all of them go when the tests of the file have ended. */
export function openSites(domain?: string) {
  const world = new Authority("World Trust");
  const made = {} as { amazon: Amazon };
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    if (whyNoNetworks === undefined) made.amazon = await Amazon.start(domain);
  });
  afterAll(async () => {
    for (const close of closing) await close();
    await made.amazon?.stop();
  });

  return {
    world,
    amazon: () => made.amazon,
    trusting: {
      ours: { NODE_EXTRA_CA_CERTS: world.file },
      aws: { AWS_CA_BUNDLE: world.file },
    },
    /** @param certificate that AWS shows there; by default its own */
    open: async (
      options: SiteOptions = {},
      certificate = world.issue(AWS_NAMES),
    ): Promise<OpenSite> => {
      const site = await Site.open(options);
      const { cloud, cloud6 = "" } = site;
      const addresses = { 4: cloud, 6: cloud6 };
      const all = (options.versions ?? [4]).map((version) => addresses[version]);
      const names = await NameServer.start(all[0] ?? "", (name) =>
        /\.(amazonaws\.com|api\.aws)$/.test(name) ? all : [],
      );
      for (const address of all) await made.amazon.open(certificate, address, 443);
      closing.push(
        () => site.close(),
        () => names.stop(),
      );
      return { site, names };
    },
  };
}
