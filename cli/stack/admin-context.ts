import { dirname, join } from "node:path";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { S3 } from "../../bucket/s3/s3.ts";
import packageJson from "../../package.json" with { type: "json" };
import { localEnvironment, settingsOf } from "../config.ts";
import type { Settings } from "../global-flags.ts";
import { programFile } from "../own-program.ts";
import { askForCode } from "../ui/ask-for-code.ts";
import type { Ui } from "../ui/ui.ts";
import type { FilterLogs } from "./audit-log.ts";
import type { RunCommands } from "./release/run-commands.ts";
import type { DescribeOutputs } from "./stack-outputs.ts";

/** Ports of the verbs for administrators: AWS beyond one bucket. */
export interface AdminContext extends Ui {
  /** Version of this command line, and of the agent that it installs. */
  version: string;
  /** Where `npm run build:headnode` puts the agent's packages. */
  packages: string;
  region: () => Promise<string>;
  describeOutputs: DescribeOutputs;
  store: (bucket: string) => ObjectStore;
  commands: () => Promise<RunCommands>;
  filterLogs: () => Promise<FilterLogs>;
}

/** The context of a real command line; SDK clients that only some verbs need are loaded by those. */
export function realAdminContext(flags: Settings, ui: Ui): AdminContext {
  const { env, cwd } = localEnvironment();
  const { region, profile, sse, limitRate, from } = settingsOf(flags, env, cwd);
  const s3 = new S3({ region, profile, sse, limitRate, from, env, askForCode: askForCode(ui) });
  return {
    ...ui,
    version: packageJson.version,
    packages: join(dirname(programFile()), "headnode"),
    region: () => s3.region(),
    describeOutputs: async (stack) => {
      const { outputsFromCloudFormation } = await import("./cloudformation.ts");
      return outputsFromCloudFormation(await s3.sdkClient(), stack);
    },
    store: (bucket) => s3.store(bucket),
    commands: async () => {
      const { runCommandsOverSsm } = await import("./release/ssm.ts");
      return runCommandsOverSsm(await s3.sdkClient());
    },
    filterLogs: async () => {
      const { filterLogsOfCloudWatch } = await import("./cloudwatch-logs.ts");
      return filterLogsOfCloudWatch(await s3.sdkClient());
    },
  };
}
