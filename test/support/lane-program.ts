import { laneProgram } from "../../local/lane-program.mjs";

/** In place of bucket/s3/lanes/lane-program.ts, as the build has it. */
export const LANE_PROGRAM: string | undefined = await laneProgram();
