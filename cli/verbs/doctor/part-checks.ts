import { randomBytes } from "node:crypto";
import { inPieces } from "../../../bucket/s3/http1/in-pieces.ts";
import type { UploadedPart } from "../../../bucket/s3/multipart-upload.ts";
import { bytesBody, type RequestBody } from "../../../bucket/s3/request-body.ts";
import { CommandError } from "../../errors/command-error.ts";
import { formatBytes } from "../../output/format.ts";
import { formatDuration } from "../../ui/duration.ts";
import type { Check } from "./check.ts";
import type { DoctorContext } from "./context.ts";
import { LARGEST, type Moved, rateDown, rateUp } from "./line-rate.ts";
import type { Probe, ProbeUpload } from "./probe.ts";
import type { Finding } from "./problem.ts";
import type { Scratch } from "./scratch.ts";
import { Trial } from "./trial.ts";

const GiB = 1024 ** 3;
/** Bytes that are given to the line at a time. */
const PIECE = 64 * 1024;

/** Whether an object can be sent in parts and read again; and how fast the line is, by these. */
export async function checkParts(
  { say, elapsed }: DoctorContext,
  probe: Probe,
  scratch: Scratch,
): Promise<Finding[]> {
  const trial = new Trial(scratch);
  const key = scratch.key("parts");
  const differs = new CommandError("transfer", (say) => say("doctor.objectsDiffer", { key }));
  // Random: nothing on the way can make it smaller.
  const bytes = randomBytes(LARGEST);
  let up: Moved | undefined;
  let down: Moved | undefined;
  let first: (UploadedPart & { crc: number }) | undefined;

  const begin = async () => {
    let upload: ProbeUpload | undefined;
    await trial.try("CreateMultipartUpload", async () => {
      upload = await scratch.beginUpload(key);
    });
    return upload;
  };
  const upload = await begin();
  if (!upload) return [trial.finding(say, "parts", scratch, () => "")];
  await trial.try("UploadPart", async () => {
    up = await rateUp(elapsed, async (stream, size) => {
      const body = untilAborted(bytes.subarray(0, size), scratch.signal);
      // S3 wants parts that have checksums to be counted from 1.
      const part = await scratch.during(() => upload.put(stream + 1, body));
      if (stream === 0) first = { ...part, crc: body.crc32 };
    });
  });
  const part = first;
  let isThere = false;
  if (part) {
    await trial.try("ListParts", async () => {
      if ((await upload.parts()).get(1)?.size !== part.size) throw differs;
    });
    const whole = { crc32: part.crc, size: part.size };
    isThere = await trial.try("CompleteMultipartUpload", () =>
      scratch.make(key, () => upload.complete([part], whole)),
    );
  }
  if (part && isThere) {
    scratch.forget(upload);
    await trial.try("GetObject", async () => {
      down = await rateDown(elapsed, async (sink) => {
        let at = 0;
        await probe.read(key, () => {
          at = 0;
          return (piece) => {
            const wanted = bytes.subarray(at, at + piece.length);
            at += piece.length;
            if (!piece.equals(wanted)) throw differs;
            return sink(piece);
          };
        });
        if (at !== part.size) throw differs;
      });
    });
    await trial.try("DeleteObject", () => scratch.remove(key));
  }
  const unwanted = isThere ? await begin() : upload;
  if (unwanted) await trial.try("AbortMultipartUpload", () => scratch.remove(unwanted));
  const parts = trial.finding(say, "parts", scratch, () => say("doctor.partsOk"));
  return [parts, rateCheck(say, up, down)];
}

function rateCheck(
  say: DoctorContext["say"],
  up: Moved | undefined,
  down: Moved | undefined,
): Check {
  const name = "rate";
  const told = (moved: Moved | undefined) => {
    if (moved === undefined) return say("doctor.rateUnknown");
    const perMs = moved.bytes / moved.ms;
    return say("doctor.rate", {
      rate: formatBytes(Math.round(perMs * 1000)),
      bytes: formatBytes(moved.bytes),
      seconds: (moved.ms / 1000).toFixed(2),
      gib: formatDuration(GiB / perMs),
    });
  };
  const perSecond = ({ bytes, ms }: Moved) => Math.round((bytes / ms) * 1000);
  return {
    name,
    verdict: up && down ? "ok" : "unknown",
    detail: say("doctor.rates", { up: told(up), down: told(down) }),
    measured: {
      ...(up && { upBytesPerSecond: perSecond(up) }),
      ...(down && { downBytesPerSecond: perSecond(down) }),
    },
  };
}

/** A body that comes to no end after an interruption: S3 keeps no part of it. */
function untilAborted(bytes: Uint8Array, signal: AbortSignal): RequestBody {
  async function* content() {
    for await (const piece of inPieces(bytes, () => PIECE)) {
      signal.throwIfAborted();
      yield piece;
    }
  }
  return { ...bytesBody(bytes), content };
}
