/** English messages of sweeps, and of running again what has failed; errors too. */
export const sweepsEn = {
  "sweep.notifyArray":
    "--notify goes with a sweep that is one job array: it would send an e-mail for each row",
  "sweep.noParameters":
    "no parameters: give --params with a file, or --set NAME=VALUE,VALUE after the folder",
  "sweep.noTable": "{path}: there is no such table, or it cannot be read",
  "sweep.emptyTable":
    "{path}: it needs a first line with the parameters' names, and a line for each row",
  "sweep.badTable": "{path}, line {line}: {why}",
  "sweep.table.unclosed": "the field in quotes does not end: close it, or double a quote in it",
  "sweep.table.quote":
    "a quote in the middle of a field, or text after one: put the whole field in quotes, and double the quotes in it",
  "sweep.table.return": "it has a CR without LF: save the table with Unix or Windows line ends",
  "sweep.table.fields":
    "{count} {count#field#fields}, but the first line has {wanted}: put values with a separator in them in quotes",
  "sweep.badSet":
    "--set {set}: give NAME=VALUE,VALUE, or a range such as NAME=1..10 or NAME=0..1..0.1",
  "sweep.badRange":
    "--set {name}={range}: no range: give FIRST..LAST or FIRST..LAST..STEP, plain numbers with a step that leads from first to last, such as 0..1..0.1; as a text it is in double quotes, which the shell has to leave: --set '{name}=\"{range}\"'",
  "sweep.badName":
    "{name} cannot name a parameter: use letters, digits and _, and no variable of the shell or of Slurm",
  "sweep.twice": "the parameter {name} is there twice: remove one",
  "sweep.manyNames": "a sweep has {max} parameters at most",
  "sweep.manyRows": "{count} rows: a sweep has {max} at most; divide it",
  "sweep.badValue":
    "row {row}, {name}: a value is text of {max} bytes at most, without a NUL; put more into a file of the folder",
  "sweep.tooLong": "the parameters are too long for one sweep: divide it, or put some into files",
  "sweep.fileIsThere":
    "{path} already exists, and a sweep makes a file of this name: rename or remove it",
  "sweep.array":
    "--array is made by the sweep: give --at-once for how many tasks may run at a time",
  "sweep.notAlone": "{flag} is not for rows of their own prefix: leave it out",
  "sweep.longName":
    "{name}: the name of a sweep has {max} characters at most, with --prefix-per-row",
  "sweep.taken":
    "{name}: there are objects below this name already; give another --prefix, or add --only-failed",
  "sweep.rowTaken":
    "{prefix}: a row has this name, and what is below it is not this sweep's; give another --prefix",
  "sweep.isSweep":
    "{prefix} is a sweep's name: give another --prefix, or submit its failed rows again with {command}",
  "sweep.manyFiles": "the folder has too many files for a sweep: pack some of them together",
  "sweep.noFiles":
    "{name}: its files are not in the bucket; repeat the command with the folder, and --prefix {name}",
  "sweep.notNamed":
    "{name}: its record does not name all {count} rows that did not complete; submit a new sweep of them",
  "sweep.none": "{name}: there is no sweep of this name in the bucket",
  "sweep.noneFrom":
    "{path}: no sweep is known that was submitted from here; give its name instead of the folder",
  "sweep.done": "Submitted {name}: {rows} {rows#row#rows}",
  "sweep.again": "Submitted {name}: {rows} of {total} {total#row#rows} again",
  "sweep.nothing": "{name}: no row has failed; nothing was submitted",
  "sweep.later":
    "{left} {left#row that failed is#rows that failed are} left: sbatch takes no longer list; repeat the command when these have ended",
  "sweep.rowFailed": "{prefix}: {why}",
  "sweep.notAll":
    "{count} of {total} {total#row#rows} could not be submitted; to submit them: {command}",
  "sweep.missing":
    "{missing} of {total} {total#row#rows} missing: {missing#its job is#their jobs are} gone, and nothing tells how {missing#it#they} ended; if {missing#it is#they are} to be submitted again: {command}",
  "sweep.counts": "{completed} of {total} completed, {failed} failed, {open} not ended",
  "failed.whichJob":
    "{path}: no job is known that was submitted from here; name it with --prefix, or leave out --only-failed",
  "failed.noEnd": "{prefix}: there is no job of this name that has ended; leave out --only-failed",
  "failed.noArray": "{prefix}: its last run is not told of as a job array; leave out --only-failed",
  "failed.none": "{prefix}: every task completed; nothing was submitted",
  "failed.notAll":
    "{prefix}: its record names {named} of {count} tasks that did not complete; submit those that you need with -- --array=…",
  "failed.long":
    "{prefix}: {count} tasks did not complete, and their list is too long for sbatch; submit them in parts with -- --array=…",
} as const;
