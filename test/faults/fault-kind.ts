import type { Expected, Shape } from "./jobs.ts";
import type { Scene } from "./scene.ts";

type Act = (scene: Scene) => unknown;

/** A submission's part in a kind of fault. */
export interface Part {
  /** Shapes of job that it makes sense for; any of the quick ones when left out. */
  readonly shapes?: readonly Shape[];
  /** Lines that go before the job's own. */
  readonly script?: string;
  /** Differences from the expected end of the job alone. */
  readonly expected?: Partial<Expected>;
}

/** One kind of fault: what is done to a submission, and what must come of it. */
export interface FaultKind extends Part {
  readonly name: string;
  /** Other submissions that it has to do with, by name; the kind asks for each, and all are checked alike. */
  readonly others?: Readonly<Record<string, Part>>;
  /** Before FILE_UPLOAD is written. */
  readonly before?: Act;
  /** Writes FILE_UPLOAD; plainly when left out. */
  readonly ask?: Act;
  /** From FILE_UPLOAD on. */
  readonly during?: Act;
  /** Once the submission has ended. */
  readonly after?: Act;
  /** Looks, after that, at what no other check does; throws for each promise that was broken. */
  readonly proof?: Act;
  /** Whether it takes the agent away from all; a restarted agent hides what a running one cannot get out of. */
  readonly rough?: boolean;
  /** Whether it takes a minute and disturbs nothing: it runs beside everything else. */
  readonly aside?: boolean;
}

/** A fault of something that all submissions share: those of the kind meet it together, and no others do. */
export interface SharedFault extends Part, Pick<FaultKind, "name" | "others" | "proof"> {
  /** Submissions that meet it together; a few when left out. */
  readonly together?: number;
  /** Looks, once all have ended, at what they promise together; throws for each promise that was broken. */
  readonly proofOfAll?: (scenes: readonly Scene[]) => Promise<void>;
  /** Asks for all of them and injects the fault; returns how many faults that was. */
  readonly strike: (scenes: readonly Scene[]) => Promise<number>;
}
