import { join } from "node:path";
import type { BenchConfig } from "../config.ts";
import type { MeasureOptions } from "../measure.ts";
import type { Place, Tool } from "./tool.ts";

/** The bucket of the benchmark. */
export const BUCKET = "bench";

/** How a tool is measured at a place. */
export function measureOptions(
  config: BenchConfig,
  tool: Pick<Tool, "env">,
  place: Place,
): MeasureOptions {
  return {
    python: join(config.venv, "bin", "python"),
    script: join(config.checkout, "bench", "measure.py"),
    scratch: config.data,
    env: {
      ...config.env,
      AWS_REGION: "us-east-1",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_EC2_METADATA_DISABLED: "true",
      ...tool.env(place),
    },
  };
}
