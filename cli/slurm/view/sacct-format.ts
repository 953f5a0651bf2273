import { slurmError } from "../slurm-error.ts";
import type { PrintField } from "./print-fields.ts";

/** Fields where none are asked for. Source: src/sacct/sacct.h, 24.05. */
export const USUAL_FIELDS = "jobid,jobname,partition,account,alloccpus,state,exitcode";
export const BRIEF_FIELDS = "jobid,state,exitcode";
export const LONG_FIELDS =
  "jobid,jobidraw,jobname,partition,maxvmsize,maxvmsizenode,maxvmsizetask,avevmsize,maxrss,maxrssnode,maxrsstask,averss,maxpages,maxpagesnode,maxpagestask,avepages,mincpu,mincpunode,mincputask,avecpu,ntasks,alloccpus,elapsed,state,exitcode,avecpufreq,reqcpufreqmin,reqcpufreqmax,reqcpufreqgov,reqmem,consumedenergy,maxdiskread,maxdiskreadnode,maxdiskreadtask,avediskread,maxdiskwrite,maxdiskwritenode,maxdiskwritetask,avediskwrite,reqtres,alloctres,tresusageinave,tresusageinmax,tresusageinmaxn,tresusageinmaxt,tresusageinmin,tresusageinminn,tresusageinmint,tresusageintot,tresusageoutmax,tresusageoutmaxn,tresusageoutmaxt,tresusageoutave,tresusageouttot";

/**
 * The fields that a list names, such as `jobid,state%20`: names in any case, as short as they may be, the first that begins so;
 * `ALL`; after `%` a width, on the left below zero. As in Slurm, a width counts for the field wherever it stands.
 *
 * @param command named in the complaint
 * @throws SlurmError when there is no such field
 */
export function readFields<Row>(
  list: string,
  fields: readonly PrintField<Row>[],
  command: string,
): PrintField<Row>[] {
  const widths = new Map<string, number>();
  const found: PrintField<Row>[] = [];
  for (const word of list.split(",").map((one) => one.trimStart())) {
    if (word === "") continue;
    const [name = "", size] = word.split("%");
    const isAll = "all".startsWith(name.toLowerCase());
    const named = isAll
      ? fields
      : fields.filter((one) => one.name.toLowerCase().startsWith(name.toLowerCase())).slice(0, 1);
    if (named.length === 0) throw slurmError(command, `Invalid field requested: "${name}"`);
    found.push(...named);
    if (size !== undefined)
      for (const field of named) widths.set(field.name, Number.parseInt(size, 10) || 0);
  }
  return found.map((field) => ({ ...field, width: widths.get(field.name) ?? field.width }));
}
