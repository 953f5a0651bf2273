/**
 * What went wrong, in English. `error.*` is what a code means; English needs no such word before the words of the
 * error itself, other languages do where those are English.
 */
export const errorsEn = {
  "problem.badPrefix":
    "the prefix {prefix} is not allowed: use 1 to {max} of the characters A-Z a-z 0-9 . _ - and begin with a letter or a digit",
  "problem.noSuchPath": "{path}: there is no such folder or job script",
  "problem.neither": "{path}: neither a folder nor a job script",
  "problem.noScript": "{path}: there is no {script} in it; that is the Slurm job script to run",
  "problem.unreadableScript": "{path}: the job script cannot be read",
  "problem.noInterpreter":
    "{path}: a job script begins with #! and an interpreter, such as #!/bin/bash",
  "problem.windowsLines":
    "{path}: has Windows line ends (CRLF), which sbatch refuses; save it with LF",
  "problem.active":
    "{prefix}: its job is still active ({state}); wait for it with: cloud-submit wait {prefix}",
  "problem.notUploaded":
    "nothing submitted: {path} cannot be uploaded: {reason}{more}; remove it, make it readable, or name it in {ignoreFile}",
  "problem.more": " (and {count} more)",
  "problem.noSuchJob": "{prefix}: there is no such job in the bucket",
  "problem.noRecord": "{prefix}: {state}, but there is no readable record",
  "problem.refused":
    "{prefix}: an earlier job of this prefix was still active, so this submission was refused; submit again after: cloud-submit wait {prefix}",
  "problem.stillWaiting":
    "{prefix}: still {state} after {seconds} s; the job goes on, go on waiting with: cloud-submit wait {prefix}",
  "problem.withoutState": "without a state",
  "problem.notFetched": "{count} objects of {prefix} cannot be files here",
  "problem.arrayNeedsTask": "{prefix} is a job array: say which task{which} with --task N",
  "problem.ofTasks": " of {tasks}",
  "problem.oneOf": "{what}: give one of {choices}",
  "problem.notBoth": "give {one} or {other}, not both",
  "problem.since": "--since {text}: give 30m, 12h, 7d or 2w, or a date such as 2026-11-24",
  "problem.fileIsThere": "{path} is there already; --force writes over it",
  "problem.unknownSetting": "{name}: no such setting; correct it to {closest}, or unset it",
  "problem.noBucket":
    "no bucket: give --bucket NAME, set CLOUD_SUBMIT_BUCKET, or write {json} into {file}",

  "problem.noLogGroup":
    "there is no log group {group} in this account and region: say which with --stage, --log-group, --region and --profile",
  "problem.noStack":
    "there is no stack {stack} in this account and region: deploy it (npx sls deploy), or say which with --stage, --stack, --region and --profile",
  "problem.noOutput":
    "the stack {stack} has no output {output}: deploy it again with this version of cloud-submit",
  "problem.noPackages":
    "there are no packages of the agent in {folder}: make them with npm run build:headnode in a checkout, or say where they are with --packages DIR",
  "problem.damagedSums":
    "{file} has {what}, which this version of cloud-submit cannot use: make the packages again with npm run build:headnode",
  "problem.theLine": "the line {line}",
  "problem.noFile": "no {name}",
  "problem.noPackageOf": "no package of version {version}",
  "problem.packageMissing":
    "{file} is missing: make the packages again with npm run build:headnode",
  "problem.packageDiffers":
    "{file} is not what SHA256SUMS says: make the packages again with npm run build:headnode",
  "problem.noPackageFor":
    "there is no package of the agent for {architecture}: make it with npm run build:headnode",
  "problem.noInstanceId": "{id} is no instance id",
  "problem.whichHeadNode": "which Head Node? give --cluster-name NAME or --instance-id ID",
  "problem.noCommandId": "SSM accepted a command without giving it an id",
  "problem.noHeadNode":
    "SSM knows of no such Head Node that runs: check --cluster-name and --region, that the cluster is up, and that its Head Node may use SSM (AmazonSSMManagedInstanceCore), or give --instance-id",
  "problem.noAnswer":
    "the Head Node has not answered; see later with: aws ssm list-command-invocations --details --command-id {id}",
  "problem.failedThere":
    "{action} on {instance} ended with exit code {exitCode}; what it said is above",
  "problem.notDone":
    "SSM could not have it done on {instance}: {status}; is the Head Node up, and does its SSM agent run?",
  "problem.noInstanceType": "{type} is no instance type: give one such as m7i.large or c7g.xlarge",
  "problem.architectures":
    "the Head Node's {type} is {architecture}, {other} is not: take instance types of one architecture",
  "problem.noNetwork": "the stack made no network: give --subnet ID",
  "problem.subnet": "give a subnet id",
  "problem.queueName": "take up to 25 of a-z 0-9 -, beginning with a letter",
  "problem.queueDefault": "Slurm keeps the name default for itself",
  "problem.cidr": "give a CIDR such as 192.0.2.0/24",
  "problem.minCount": "is more than --max-count",
  "problem.typeTwice": "names an instance type twice",
  "problem.placement": "a placement group lies in one subnet: give one --compute-subnet",
  "problem.sshWithoutKey": "is of no use without --key",

  "aws.NoSuchBucket": "there is no such bucket: check --bucket",
  "aws.AccessDenied": "S3 denies access: check the credentials, and that they may use this bucket",
  "aws.InvalidAccessKeyId": "the access key is not known: check the credentials",
  "aws.SignatureDoesNotMatch": "the secret key does not fit: check the credentials",
  "aws.ExpiredToken": "the credentials have expired: sign in again",
  "aws.RequestTimeTooSkewed": "this machine's clock is wrong: set it",
  "aws.CredentialsProviderError": "no AWS credentials: set AWS_PROFILE, or run aws configure",
  "aws.noRegion": "no AWS region: give --region or set AWS_REGION",

  "error.bad-prefix": "",
  "error.no-script": "",
  "error.stage-in-failed": "",
  "error.bad-option": "",
  "error.sbatch-refused": "",
  "error.cancelled": "",
  "error.active-job": "",
  "error.unreachable": "",
  "error.command-failed": "",
  "error.lost": "",
  "error.slurm": "",
  "error.config": "",
  "error.usage": "",
  "error.no-such-job": "",
  "error.transfer": "",
  "error.aws": "",
  "error.timeout": "",
  "error.internal": "",
} as const;
