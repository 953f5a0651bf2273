import { errorsEn } from "./errors-en.ts";
import { reasonsEn } from "./reasons-en.ts";

/**
 * Every message in English. Between braces stands a value's name; `{files#file#files}` is the first word when
 * `files` is 1, else the second; `{"path"}` is shown in quotes.
 */
export const en = {
  "help.hint": "(cloud-submit --help shows every verb)",
  "flag.seconds": "give a number of seconds.",
  "flag.whole": "give a whole number.",

  "parse.error": "",
  "count.files": "{files} {files#file#files}",
  "progress.upload": "uploading",
  "progress.fetch": "fetching",
  "progress.files": "{done}/{total} {total#file#files}",
  "progress.left": "{time} left",

  "submit.uploaded": "uploaded {files} {files#file#files}, {bytes}",
  "submit.uploadedMore":
    "uploaded {files} {files#file#files}, {bytes}; {unchanged} {unchanged#is#are} there already",
  "submit.done": "Submitted {prefix}",
  "wait.some": "{ended} of {total} have ended",
  "job.slurm": "Slurm job {id}",
  "job.exitCode": "exit code {code}",
  "job.signal": "signal {signal}",
  "job.ended": "ended",
  "job.notStarted":
    "Slurm could not start it: mostly the folder of its --output or --error, or the file of --input, is not there",
  "tasks.completed": "{completed} of {total} {total#task#tasks} completed",
  "tasks.more": "{count} more {count#group#groups}",
  "job.leftOut": "{count} {count#file#files} did not come back, such as {path}: {reason}",
  "fetch.done": "Fetched {files} {files#file#files}, {bytes}, into {folder}",
  "fetch.unfinished": "{prefix} is {state}: these are not its final results",
  "fetch.skipped": "left out {path}: {reason}",
  "cancel.asked": "Asked for {prefix} to be cancelled",
  "cancel.already": "{prefix} is being cancelled already",
  "cancel.ended": "{prefix} has ended already: {state}",

  "interrupt.upload":
    "Nothing was submitted. What is in the bucket stays there; go on with: {command}",
  "interrupt.asking": "The job may have been submitted just now. See: cloud-submit status {prefix}",
  "interrupt.wait":
    "The job goes on. Go on waiting with: cloud-submit wait {prefix}; end it with: cloud-submit cancel {prefix}",
  "interrupt.fetch":
    "The results are in the bucket. Fetch the rest with: cloud-submit fetch {prefix} --to {folder}",
  "interrupt.logs": "The job goes on. Go on reading with: cloud-submit logs {prefix} --follow",
  "interrupt.headnode":
    "The command goes on. See later: aws ssm list-command-invocations --details --command-id {id}",

  "status.prefix": "prefix",
  "status.state": "state",
  "status.unknown": "none of the known words",
  "status.waitsFor": "waits for",
  "status.headNode": "the Head Node to take it",
  "status.outcome": "outcome",
  "status.reason": "reason",
  "status.slurm": "Slurm job",
  "status.exitCode": "exit code",
  "status.tasks": "tasks",
  "status.nodeReason": "nodes say",
  "status.note": "note",
  "status.nodes": "nodes",
  "status.restarts": "put back",
  "status.sbatch": "sbatch",
  "status.stageIn": "staged in",
  "status.stageOut": "results",
  "status.leftOut": "left out",
  "status.carried": "{files} {files#file#files}, {bytes}",

  "explain.unknown":
    "The status object holds no word that is known, so nothing happens. Write FILE_UPLOAD into it, or submit again.",
  "explain.complete":
    "The job has ended ({outcome}), and its results are in the bucket: cloud-submit fetch {prefix}",
  "explain.error": "The job will not run: {message}. Mend that, and submit again.",
  "explain.upload": "The job was submitted {ago} ago, and the Head Node has not taken it yet.",
  "explain.sent":
    "Its request was passed on to the Head Node, last {ago} ago, and has no answer yet.",
  "explain.notSent":
    "No request is on its way to the Head Node. That takes seconds; if it stays so, cloud-submit doctor tells whether the bucket's events are on.",
  "explain.uploadNext":
    "Nothing is lost: every few minutes the request is sent again, until the deadline (24 hours unless your site chose another), then the state becomes JOB_ERROR.",
  "explain.agentNever":
    "The agent on the Head Node has never given a sign of life: is it installed, and the Head Node up? (cloud-submit headnode status)",
  "explain.agentDead":
    "The agent on the Head Node last gave a sign of life {ago} ago: the Head Node may be stopped. (cloud-submit headnode status)",
  "explain.agentAlive":
    "The agent on the Head Node is up (heard from {ago} ago), with {active} {active#job#jobs}, {waiting} of them not yet in Slurm.",
  "explain.slurmDown": "Slurm does not answer the agent: {detail}",
  "explain.deadNext": "The job may go on in Slurm; its end is told as soon as the agent is back.",
  "explain.cancel":
    "The job is being cancelled, since {ago} ago. It is over when the Head Node has told Slurm and fetched what there is.",
  "explain.refused": "Another submission of this prefix was refused at {at}: {reason}.",
  "explain.noSlurm": "Slurm has the job since {ago} ago.",
  "explain.queued":
    "Slurm has it as job {id} since {ago} ago; what it says of it comes within seconds.",
  "explain.running": "It runs, as Slurm job {id}, on {nodes}, since {at}.",
  "explain.configuring": "Slurm job {id} has its nodes; they are starting, which takes minutes.",
  "explain.pending": "Slurm has it as job {id} since {ago} ago, and it waits in the queue:",
  "explain.otherState": "Slurm job {id} is {state} ({reason}).",
  "explain.restarts":
    "It was put back into the queue {restarts} {restarts#time#times}: by Slurm, as when a node was lost, taken back (spot) or never came up, or by a requeue. It is complete when its last run is.",

  "explain.nodeReason": "Its nodes cannot be used: {reason}",

  "reason.none": "Slurm has not looked at it yet. That takes seconds.",
  "reason.priority":
    "other jobs in the same partition are before it. It starts when it is its turn.",
  "reason.resources":
    "it is its turn, but nodes are not free. They are being started (minutes), or it waits for running jobs to end. If this lasts, AWS may have no instances of this type, or the cluster is at its largest.",
  "reason.dependency": "it waits for another job (--dependency).",
  "reason.dependencyNever":
    "it waits for a job that can no longer end as --dependency asks: it will never start. Cancel it.",
  "reason.beginTime":
    "it may not start before a time: of --begin, or of a short pause after Slurm has put it back into the queue, as when its nodes could not be started for want of instances.",
  "reason.heldUser": "it is held. Nobody can release it from here: cancel it and submit again.",
  "reason.heldAdmin":
    "an administrator holds it, or it failed to start too often. Ask them, or cancel it and submit again.",
  "reason.launchFailed":
    "it could not be started on its nodes, was put back, and is held. Ask the administrator, or cancel it and submit again.",
  "reason.requeuedHeld":
    "it was put back into the queue, by itself or an administrator, and is held. Ask the administrator, or cancel it and submit again.",
  "reason.nodesDown":
    "nodes that it needs are down, being started anew, or set aside for others. On ParallelCluster that often means that AWS had no such instances just now: they are tried again after some minutes.",
  "reason.reqNodeNotAvail":
    "a node that it needs is not available just now: down, reserved, or being started.",
  "reason.partitionDown": "its partition is switched off. Ask the administrator.",
  "reason.partitionNodeLimit":
    "it asks for more nodes than its partition allows: it will not start. Cancel it, and ask for fewer (--nodes).",
  "reason.partitionTimeLimit":
    "it asks for more time than its partition allows: it will not start. Cancel it, and ask for less (--time).",
  "reason.badConstraints":
    "no node can ever fit what it asks for. Cancel it, and ask for something else.",
  "reason.licenses": "it waits for a licence that others hold.",
  "reason.reservation": "it waits for its reservation to begin.",
  "reason.qos": "a limit of its quality of service (QOS) is reached; it starts when others end.",
  "reason.assoc": "a limit of its account or user is reached; it starts when others end.",
  "reason.arrayLimit": "as many tasks of this array run as it allows at once.",
  "reason.prolog": "its node is being prepared.",
  "reason.cleaning": "what its last run left is being cleared away.",
  "reason.capacity":
    "AWS has no such instances just now; they are tried again after some minutes. Another instance type, or another zone, may help.",
  "reason.other": "see squeue(1), JOB REASON CODES.",

  "list.none": "no jobs",
  "list.more": "{left} older {left#job#jobs} not shown: --limit, --since or a pattern shows others",
  "list.lookedAt":
    "only the newest {count} jobs were looked at, {left} were not: a pattern or --since narrows it down",
  "list.undated":
    "{count} {count#name carries#names carry} no time: sorted by name, after the others",
  "list.denied":
    "the whole bucket may not be listed with these credentials: give the beginning of your own names, as in cloud-submit list taro-",

  "logs.waits": "it waits for the Head Node to take it",
  "logs.nothingYet": "it has printed nothing yet",
  "logs.noStderrYet": "nothing yet; without #SBATCH --error, stderr goes where stdout goes",
  "logs.noRecord": "it has ended, but there is no readable record",
  "logs.didNotRun": "it did not run",
  "logs.noStderr": "its stderr went where its stdout went; leave out --err",
  "logs.noStream": "its {stream} is not among its results",
  "logs.replaced": "it was submitted again: what follows is another job's",
  "logs.begunAnew": "its output was begun anew; it follows from the start",
  "logs.tooFast":
    "it prints faster than can be followed: the rest comes when it has ended; without -f you see the latest now",
  "logs.from": "its output is shown from byte {byte} on",

  "audit.none": "no state change{prefix} since {since}",
  "audit.ofPrefix": " of {prefix}",

  "init.askBucket": "Which bucket are jobs sent through?",
  "init.badBucket": "3 to 63 of a-z 0-9 . -, as buckets are named",
  "init.askRegion": "Which AWS region is it in? (empty: as the AWS tools are set)",
  "init.askProfile": "Which AWS profile? (empty: as the AWS tools are set)",
  "init.cancelled": "nothing was written",
  "init.noBucket": "which bucket? give --bucket NAME",
  "init.written": "Wrote {path}",
  "init.next": "See whether all is well with: cloud-submit doctor",

  "doctor.looking": "looking ...",
  "doctor.fix": "to do: {fix}",
  "doctor.good": "Nothing is broken.",
  "doctor.bad": "{broken} {broken#check#checks} found something broken.",
  "doctor.settings": "bucket {bucket}",
  "doctor.nodeFix": "install Node.js 20.15 or newer",
  "doctor.credentialsFix": "aws configure, aws sso login, or set AWS_PROFILE",
  "doctor.regionFix": "give --region, set AWS_REGION, or run cloud-submit init",
  "doctor.bucketOk": "{bucket} can be listed",
  "doctor.bucketFix": "check the bucket's name and region: --bucket, --region, cloud-submit init",
  "doctor.bucketDenied":
    "have one of the stack's submitter policies attached; if you have prefixes of your own only, give --prefix NAME",
  "doctor.eventsOk": "EventBridge is told of new objects",
  "doctor.eventsOff": "{bucket} does not tell EventBridge of new objects: no job will start",
  "doctor.eventsUnknown":
    "whether EventBridge is told of new objects may not be read with these credentials (s3:GetBucketNotification)",
  "doctor.objectsOk": "written, read and removed below {scratch}/",
  "doctor.objectsDiffer": "{key} was read back with another content",
  "doctor.objectsFix": "have one of the stack's submitter policies attached",
  "doctor.clockOff": "this machine is {seconds} s ahead of S3",
  "doctor.clockUnknown": "S3 did not tell the time",
  "doctor.clockFix": "set this machine's clock; S3 refuses requests that are off by 15 minutes",
  "doctor.agentOk": "up on {host}, version {version}, heard from {ago} ago",
  "doctor.agentDenied": "its sign of life is not there, or may not be read with these credentials",
  "doctor.agentFix": "an administrator runs: cloud-submit headnode status, and headnode install",
  "doctor.slurmFix": "an administrator looks after slurmctld on the Head Node",
  "doctor.minJobAge":
    "Slurm forgets jobs {seconds} s after their end: how tasks ended may be lost while the agent is down",
  "doctor.minJobAgeFix": "an administrator sets MinJobAge in slurm.conf to 300, its default",
  "doctor.versionDiffers": "this command line is {version}",
  "doctor.versionFix": "update the older one (npm, or cloud-submit headnode update)",
  "doctor.ssmFound": "{instance} is {pingStatus}, SSM agent {version}",
  "doctor.ssmOld": "it will do; newer ones ({version} on) take parameters as environment variables",
  "doctor.ssmMissing": "SSM does not know {host}",
  "doctor.ssmAnyHost": "any one Head Node",
  "doctor.ssmDenied":
    "these credentials may not ask SSM (ssm:DescribeInstanceInformation); submitting needs no such permission",
  "doctor.ssmFix":
    "an administrator sees to the SSM agent on the Head Node: it is installed, runs, and its role has AmazonSSMManagedInstanceCore (docs/production.md)",
  "doctor.jobDone": "{outcome} after {total} ({steps})",
  "doctor.jobFix": "cloud-submit status {prefix} --explain",

  "clusterConfig.unpublished":
    "the agent {version} is not in {bucket} yet: run cloud-submit headnode publish before pcluster create-cluster",
  "clusterConfig.sshOpen": "SSH is open to every address; --ssh-from CIDR narrows it",
  "headnode.of": "the Head Node of {cluster}",
  "headnode.sent": "sent to {target}, SSM command {id}",
  "headnode.waiting":
    "not delivered yet; SSM tries for {minutes} minutes. Is the Head Node up, and does its SSM agent run?",
  "headnode.there": "the agent {version} is in {where}",
  "headnode.uploading": "uploading {name}, {bytes}",
  "headnode.published": "published the agent {version} to {where}",

  ...errorsEn,
  ...reasonsEn,
} as const;
