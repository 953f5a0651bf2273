import { PROTOCOL_FILES, WRITER_METADATA } from "../../protocol/objects.ts";
import { uploadFolder } from "../../transfer/upload.ts";
import { fileMark, readManifest, workFolder } from "../work-folder.ts";
import type { Step } from "./ports.ts";

/** ended → returned: what the job made or changed goes to the bucket. */
export const stageOut: Step = async (entry, ports) => {
  const folder = workFolder(ports, entry);
  const before = await readManifest(folder);
  const { summary } = await uploadFolder(ports.store, folder.path, entry.prefix, {
    outsideLinks: "refuse",
    wanted: (path, stats) =>
      !PROTOCOL_FILES.has(path) && before.get(path) !== (stats ? fileMark(stats) : ""),
    metadata: { [WRITER_METADATA]: "agent" },
  });
  return {
    phase: "returned",
    stageOut: summary.verdict(),
    times: { ...entry.times, returned: ports.now().toISOString() },
  };
};
