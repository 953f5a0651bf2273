/** The program of a lane, lane-main.ts with all that it imports: the build puts it here. undefined: there are no lanes. */
export const LANE_PROGRAM: string | undefined = undefined;
