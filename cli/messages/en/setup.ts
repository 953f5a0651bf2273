/** English messages of the verbs that set the command line up, errors too. */
export const setupEn = {
  "init.askBucket": "Which bucket are jobs sent through?",
  "init.badBucket": "a bucket name has 3 to 63 of a-z 0-9 . -",
  "init.askRegion": "Which AWS region is it in? (empty: the setting of the AWS tools)",
  "init.askProfile": "Which AWS profile? (empty: the setting of the AWS tools)",
  "init.cancelled": "nothing was written",
  "init.noBucket": "which bucket? give --bucket NAME",
  "init.written": "Wrote {path}",
  "init.next": "To check the set-up: cloud-submit doctor",
  "doctor.looking": "checking ...",
  "doctor.fix": "fix: {fix}",
  "doctor.good": "Nothing is broken.",
  "doctor.bad": "{broken} {broken#check#checks} failed.",
  "doctor.settings": "bucket {bucket}",
  "doctor.nodeFix": "install Node.js 20.15 or newer",
  "doctor.credentialsFix": "aws configure, aws sso login, or set AWS_PROFILE",
  "doctor.regionFix": "give --region, set AWS_REGION, or run cloud-submit init",
  "doctor.throughProxy": "{host} through the proxy {proxy} ({variable})",
  "doctor.direct": "{host} without a proxy",
  "doctor.certificates": "certificates of {certificates}",
  "doctor.networkFix": "correct the setting, or unset it",
  "doctor.bucketOk": "{bucket} can be listed",
  "doctor.bucketFix": "check the bucket's name and region: --bucket, --region, cloud-submit init",
  "doctor.bucketDenied":
    "ask for one of the stack's submitter policies; if you may only use your own prefixes, give --prefix NAME",
  "doctor.ownPrefixOk": "yours are those that begin with {own}",
  "doctor.ownPrefixShared":
    "yours begin with {user}-, and so do those of every user whose name begins so: you have those, too",
  "doctor.ownPrefixSharedFix":
    "ask an administrator for OwnNameSubmitterPolicy in place of OwnPrefixSubmitterPolicy, and begin new prefixes with {own}",
  "doctor.ownPrefixNone":
    "the IAM user name {user} has no prefixes of its own: they would begin like those of another user",
  "doctor.ownPrefixNoneFix":
    "ask an administrator for a user name of A-Z a-z 0-9 . _ - that begins with a letter or a digit, has no two hyphens in a row, and ends with none",
  "doctor.eventsOk": "EventBridge notifications are on",
  "doctor.eventsOff": "EventBridge notifications are off for {bucket}: no job will start",
  "doctor.eventsUnknown":
    "these credentials may not read whether EventBridge notifications are on (s3:GetBucketNotification)",
  "doctor.objectsOk": "written, read and removed below {scratch}/",
  "doctor.objectsDiffer": "{key} was read back with different content",
  "doctor.actionsFix": "ask for {actions} below {prefix}/: the stack's submitter policies allow it",
  "doctor.clockOff": "this machine is {seconds} s ahead of S3",
  "doctor.clockUnknown": "S3 did not return the time",
  "doctor.clockFix":
    "set this machine's clock; S3 refuses requests that are more than 15 minutes off",
  "doctor.agentOk": "up on {host}, version {version}, last heartbeat {ago} ago",
  "doctor.agentDenied": "there is no heartbeat, or these credentials may not read it",
  "doctor.agentFix":
    "ask an administrator to run: cloud-submit headnode status, and headnode install",
  "doctor.slurmFix": "ask an administrator to check slurmctld on the Head Node",
  "doctor.minJobAge":
    "Slurm forgets jobs {seconds} s after their end: while the agent is down, the outcome of tasks may be lost",
  "doctor.minJobAgeFix": "ask an administrator to set MinJobAge in slurm.conf to 300, its default",
  "doctor.versionDiffers": "this command line is {version}",
  "doctor.versionFix": "update the older one (npm, or cloud-submit headnode update)",
  "doctor.ssmFound": "{instance} is {pingStatus}, SSM agent {version}",
  "doctor.ssmOld":
    "this version works; from {version} on, the SSM agent passes parameters as environment variables",
  "doctor.ssmMissing": "SSM does not know {host}",
  "doctor.ssmAnyHost": "any Head Node",
  "doctor.ssmDenied":
    "these credentials may not query SSM (ssm:DescribeInstanceInformation); submitting needs no such permission",
  "doctor.ssmFix":
    "ask an administrator to check that the Head Node's SSM agent is installed and running, and that its role has AmazonSSMManagedInstanceCore (docs/production.md)",
  "doctor.notChecked": "not checked: {names}",
  "doctor.wayFix":
    "check the line, and the settings HTTPS_PROXY, NO_PROXY and AWS_CA_BUNDLE (docs/networks.md)",
  "doctor.portalFix":
    "sign in to the network in a browser, or ask its administrators to let the host through (docs/networks.md)",
  "doctor.latency": "{median} ms until a small request is answered ({least} to {most} ms)",
  "doctor.connection": "a new connection: {steps}",
  "doctor.partsOk": "sent in parts, read, removed, and an upload given up",
  "doctor.rates": "up {up}; down {down}",
  "doctor.rate": "{rate}/s ({bytes} in {seconds} s; 1 GiB takes {gib})",
  "doctor.rateUnknown": "not measured",
  "doctor.leftovers": "could not be removed; to do so: {fix}",
  "doctor.jobDone": "{outcome} after {total} ({steps})",
  "doctor.jobPrefix": "there are objects below {prefix}/ already: no job was run there",
  "doctor.jobPrefixFix": "give a --prefix that is not in use",
  "doctor.jobLeftovers":
    "the job may still be at work below {prefix}/; what it leaves is removed, when it has ended, by: {fix}",
  "doctor.jobFix": "cloud-submit status {prefix} --explain",
} as const;
