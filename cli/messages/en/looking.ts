/** What the verbs that look at jobs say, in English, errors too. */
export const lookingEn = {
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
  "explain.refused":
    "Another submission of this prefix was refused at {at}, because this one was still active.",
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
} as const;
