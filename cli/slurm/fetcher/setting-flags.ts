import { resolve } from "node:path";
import { settingsOf } from "../../config.ts";
import { SETTING_NAMES } from "../../global-flags.ts";
import { dashed } from "../../verb.ts";

/** The caller's settings: the fetcher is in another folder, where it finds no cloud-submit.json. */
export function settingFlags({
  env,
  cwd,
  bucket,
}: {
  env: NodeJS.ProcessEnv;
  cwd: string;
  bucket: string;
}): string[] {
  const settings = { ...settingsOf({}, env, cwd), bucket };
  return SETTING_NAMES.flatMap((name) => {
    const value = settings[name];
    if (value === undefined) return [];
    return [`--${dashed(name)}=${name === "sseCKey" ? resolve(cwd, value) : value}`];
  });
}
