/** English error messages that more than one group of verbs may use. */
export const errorsEn = {
  "problem.badPrefix":
    "the prefix {prefix} is not allowed: use 1 to {max} of the characters A-Z a-z 0-9 . _ - and begin with a letter or a digit",
  "problem.noSuchPath": "{path}: there is no such folder or job script",
  "problem.neither": "{path}: neither a folder nor a job script",
  "problem.noScript": "{path}: it has no {script}, which is the Slurm job script to run",
  "problem.unreadableScript": "{path}: the job script cannot be read",
  "problem.noInterpreter":
    "{path}: a job script must begin with #! and an interpreter, such as #!/bin/bash",
  "problem.windowsLines":
    "{path}: has Windows line endings (CRLF), which sbatch refuses; save it with LF",
  "problem.active": "{prefix}: its job is still active ({state}); wait for it with: {command}",
  "problem.taken":
    "{prefix}: another client has submitted under this prefix meanwhile, so nothing was submitted; give another --prefix",
  "problem.beingRemoved":
    "{prefix} is being removed, so nothing was submitted; finish that with: {command}; or give another --prefix",
  "problem.needsYes":
    "{objects} {objects#object#objects} would be removed for good, and there is no terminal to ask on: add --yes",
  "problem.needsOlder": "give --older, such as --older 30d",
  "problem.notUploaded": "nothing submitted: {path} cannot be uploaded: {reason}{more}; {advice}",
  "problem.uploadWithout": "remove it, make it readable, or name it in {ignoreFile}",
  "problem.uploadAgain": "run the command again, or name it in {ignoreFile}",
  "problem.emptyRule": "give a pattern, such as 'out/**'",
  "problem.resultsNoManifest":
    "nothing submitted: with so many files results can only be chosen by .cloudsubmitresults; write the patterns into that file of the folder",
  "problem.more": " (and {count} more)",
  "problem.noSuchJob": "{prefix}: there is no such job in the bucket",
  "problem.noRecord": "{prefix}: {state}, but there is no readable record",
  "problem.after":
    "--after {text}: give the name of a job, alone or with :ok, :any or :failed behind it",
  "problem.afterItself": "--after {job}: a job cannot begin after itself; name another one",
  "problem.afterCircle":
    "--after {job}: that job itself waits for {prefix}; cancel it, or name another one",
  "problem.afterNever":
    "--after {job}: it cannot both complete and fail; give one of {job} and {job}:failed, or {job}:any",
  "problem.afterMany": "--after: {count} jobs, and a job can wait for {max}; name fewer",
  "problem.afterLong":
    "the names of --after and the options for sbatch take {bytes} bytes of at most {max}: name fewer jobs, or write options into job-aws-run.sh, after #SBATCH",
  "problem.replaced":
    "{prefix}: another request was written over this one before the cluster had it, so this submission was not run; submit again, after: cloud-submit wait {prefix}",
  "problem.refused":
    "{prefix}: an earlier job of this prefix was still active, so this submission was refused; submit again after: cloud-submit wait {prefix}",
  "problem.stillWaiting": "{prefix}: still {state} after {seconds} s",
  "problem.withoutState": "without a state",
  "problem.notFetched":
    "{count} {count#object#objects} of {prefix} cannot be stored as {count#a file#files} here",
  "problem.noSuchObject": "{name}: there is no such file; see: cloud-submit fetch {prefix} --list",
  "problem.noSuchObjectNear": "{name}: there is no such file; there is {near}",
  "problem.notPrinted": "{name} is a symbolic link that cannot be followed: {reason}",
  "problem.objectReplaced": "{key} was replaced while it was read: fetch it again",
  "problem.objectAlone": "{name} is fetched by itself: name no other job with it",
  "problem.notWithObject":
    "{flag} does not go with JOB:PATH, which writes one file to standard output",
  "problem.arrayNeedsTask": "{prefix} is a job array: say which task{which} with --task N",
  "problem.ofTasks": " of {tasks}",
  "problem.noSuchTask":
    "{prefix}: its last run had no task {task}, but {tasks}: give one of these{earlier}",
  "problem.earlierOutput":
    "; an earlier run's is in the bucket: cloud-submit fetch {prefix}:{file}",
  "problem.noTasks": "{prefix} is no job array: leave out --task",
  "problem.oneOf": "{what}: give one of {choices}",
  "problem.onlyWith": "{flag} goes with {other} only: add it",
  "problem.address": "give one e-mail address, such as taro@example.org",
  "problem.notBoth": "give {one} or {other}, not both",
  "problem.prefixOfOne": "--prefix names one job: leave it out, or submit one folder at a time",
  "problem.atLeast": "give {min} or more",
  "problem.since": "{flag} {text}: give 30m, 12h, 7d or 2w, or a date such as 2026-11-24",
  "problem.folderNotOurs":
    "{path} is there, and was not made for results: give --to with another folder, or with this one; files that are in it are kept",
  "problem.notAFolder": "{path} is not a folder: give another one with --to",
  "problem.folderUnusable": "{path} cannot be made or read ({code}): give another folder with --to",
  "problem.meantPrefix": "{prefix} is no prefix: give {meant}",
  "problem.noSuchDay": "{flag} {text}: there is no such day or time",
  "problem.meantBucket": "{bucket} is no bucket's name: give {meant}",
  "problem.badBucket":
    "{bucket} is no bucket's name: give the name alone, such as my-jobs, without s3:// and without spaces",
  "problem.badSetting":
    "{setting}: {value} has a line end or another control character in it: remove that",
  "problem.output": "the output cannot be written: {error}",
  "system.full": "the disk is full, or a quota is used up: make room, then repeat the command",
  "system.tooLarge":
    "the disk takes no file so large: choose a place on another one, or raise the limit with ulimit -f",
  "system.tooManyOpen":
    "too many files are open: allow more with ulimit -n 1024, then repeat the command",
  "system.readOnly": "nothing can be written to this disk: choose a place on another one",
  "system.denied": "this user may not use it: check owner and permissions",
  "problem.fileIsThere": "{path} already exists; --force overwrites it",
  "problem.unknownSetting": "{name}: no such setting; correct it to {closest}, or unset it",
  "problem.noBucket":
    "no bucket: give --bucket NAME, set CLOUD_SUBMIT_BUCKET, or write {json} into {file}",

  "aws.NoSuchBucket": "there is no such bucket: check --bucket",
  "aws.AccessDenied": "S3 knows the credentials, but they lack a right: ask for it",
  "aws.customerKey":
    "the object was written with a customer's key, or without one: give --sse-c-key with the file of that key, or leave it out",
  "denied.customerKey":
    "S3 refuses the key of --sse-c-key: it is another one's, or the bucket blocks SSE-C, as buckets made since April 2026 do until that is changed (BlockedEncryptionTypes); else ask for {action}",
  "denied.key":
    "the KMS key may not be used: ask for {action}, in your own policy and in the key's",
  "denied.put":
    "S3 refuses to write this: either {action} is missing in your policy, or the bucket's policy demands something; for encryption give --sse, for an ACL set CLOUD_SUBMIT_ACL",
  "denied.list": "{action} on the bucket is missing in your policy: ask for it",
  "denied.other": "S3 refuses this to these credentials: ask for {action}",
  "denied.get":
    "S3 refuses this to these credentials: ask for {action}, and for kms:Decrypt where a KMS key encrypts the object",
  "aws.InvalidAccessKeyId": "the access key is unknown: check the credentials",
  "aws.SignatureDoesNotMatch": "the secret key is wrong: check the credentials",
  "aws.ExpiredToken": "the credentials have expired: sign in again",
  "aws.MayBeExpired":
    "S3 refuses, and does not say why: most likely the credentials have expired; sign in again",
  "aws.RequestTimeTooSkewed": "this machine's clock is wrong: set it",
  "aws.CredentialsProviderError": "no AWS credentials: set AWS_PROFILE, or run aws configure",
  "aws.credentialsFailed": "the AWS credentials cannot be had",
  "ask.mfaCode": "MFA code of {serial} for profile {profile}:",
  "aws.ProxyError": "a proxy on the way refuses",
  "aws.TlsError":
    "no trusted TLS connection: if your site has an authority of its own, set AWS_CA_BUNDLE to its certificates",
  "tls.untrustedBy":
    "no trusted TLS connection: the certificates of {authorities} were used; add that of the issuer to them",
  "tls.otherName":
    "no trusted TLS connection: the certificate is for another name; check the endpoint, or the proxy",
  "tls.outOfDate":
    "no trusted TLS connection: the certificate is not valid now; check this machine's clock, or tell the site's administrator",
  "tls.noTls":
    "no TLS connection: the other side may not speak TLS; if it is a server of http, give http://, else another port",
  "tls.other":
    "no trusted TLS connection: the certificate or connection is refused; ask the site's administrator",
  "aws.NotFromS3":
    "something on the way to S3 answered in its place: look at the proxy or web filter, or sign in to the network",
  "aws.UnsoundListing":
    "what S3 lists cannot be true, so nothing was deleted: look at the server, or at a proxy before it",
  "aws.SlowDown": "S3 asks for fewer requests: try again later, with fewer commands at a time",
  "aws.NoSuchUpload":
    "the upload was removed meanwhile, by somebody or by a lifecycle rule of the bucket: run the command again",
  "aws.InvalidPart": "S3 has not all parts of the upload as they were sent: run the command again",
  "aws.InternalError": "S3 cannot do it at the moment: try again later",
  "aws.BadDigest":
    "S3 gets other bytes than were sent: look at a proxy on the way, or test this machine's memory",
  "aws.PermanentRedirect":
    "the bucket is in another region, or at another address: check the region and AWS_ENDPOINT_URL",
  "aws.MalformedResponse":
    "S3's answer cannot be read: look at the server, or at a proxy before it",
  "aws.NetworkError":
    "S3 cannot be reached, or its answers break off: look at the network, then run the command again",
  "aws.noRegion": "no AWS region: give --region or set AWS_REGION",
} as const;
