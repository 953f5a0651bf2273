/** English messages of data sets and declared inputs, errors too. */
export const dataEn = {
  "data.done": "{name}: {files} {files#file#files}, {bytes}; a job gets it with --input {name}",
  "data.kept":
    "{files} {files#file#files} of the set as it was {files#was#were} replaced; jobs that name the old ones still get them",
  "data.lost":
    "{files} {files#file#files} of the set as it was {files#was#were} replaced, and the bucket keeps no versions: jobs that name the old ones and have not begun end with inputs-changed",
  "data.interrupt":
    "The data set is as it was, but for files that were replaced. Uploaded files stay in the bucket; to continue: {command}",
  "data.noneFound": "There are no such data sets.",
  "data.notWhole": "not whole",
  "data.removed": "Removed {name}: {objects} {objects#object#objects}",
  "data.askRm": "Remove {names} from the bucket?",
  "data.notRemoved": "nothing was removed: say yes to the question, or give --yes",
  "data.used":
    "{name}: the job {job} names it and has not ended; remove it after: cloud-submit wait {job}",
  "data.stays": "{key} cannot be removed ({why}): ask for s3:DeleteObject, then repeat the command",
  "data.nameOfJob": "{name}: a name that ends with a time is a job's; give another one",
  "data.noFolder": "{path}: there is no such folder",
  "data.isJob": "{name} is a job's name: give the data set another one",
  "data.isSweep": "{name} is a sweep's name: give the data set another one",
  "data.isDataset": "{prefix} is a data set's name: give another --prefix",
  "data.unreadable":
    "{name}: {key} cannot be read: use the version of cloud-submit that has written it, or give another name",
  "data.taken":
    "{name}: another client has put or removed it meanwhile, so this counts for nothing; look with cloud-submit data list, and repeat the command",
  "data.tooLarge": "more than {max} files, or with very long names: make several data sets of it",
  "data.notPut": "the data set is as it was: {path} cannot be uploaded: {reason}{more}; {advice}",
  "data.none": "{name}: there is no such data set; cloud-submit data list shows them",
  "data.incomplete":
    "{name}: this data set is not whole; put it again, or wait until it has been put",
  "data.isRemoved":
    "{name}: it is being removed, or that was interrupted: repeat cloud-submit data rm {name}, then put it",
  "data.listDenied":
    "these credentials may list names with a certain beginning only: give it, such as cloud-submit data list alice--",
  "input.syntax":
    "--input {input}: give NAME, NAME/PATH or JOB:PATH, and =WHERE behind it for another place",
  "input.badPath": "--input {input}: {path} cannot be a path in the job's folder: {reason}",
  "input.keptName": "--input {input}: {where} is kept for the job itself; give another =WHERE",
  "input.samePlace":
    "--input {input}: {where} is the place of --input {other}, or in it; give another =WHERE",
  "input.inTheWay":
    "--input {input}: the folder has {path} itself; give another =WHERE, or name it in .cloudsubmitignore",
  "input.itself": "--input {input}: it is the job itself; give another --prefix",
  "input.noReadKey":
    "{job}: its results cannot be named, an older version or another tool has submitted it; submit it again",
  "input.noSuchPath":
    "--input {input}: the data set has no such path; where the path has = in it, give =WHERE behind it",
  "input.unreadable":
    "{name}: its data set cannot be read: put it again, or use the version of cloud-submit that has put it",
  "input.tooMany":
    "too many inputs: a job names {inputs} objects and results of {jobs} paths of other jobs at most",
} as const;
