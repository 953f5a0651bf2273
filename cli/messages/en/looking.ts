/** English messages of the verbs that look at jobs, errors too. */
export const lookingEn = {
  "status.prefix": "prefix",
  "status.state": "state",
  "status.unknown": "not a known state",
  "status.waitsFor": "waits for",
  "status.headNode": "the Head Node to accept it",
  "status.outcome": "outcome",
  "status.reason": "reason",
  "status.slurm": "Slurm job",
  "status.exitCode": "exit code",
  "status.tasks": "tasks",
  "status.nodeReason": "node reason",
  "status.note": "note",
  "status.nodes": "nodes",
  "status.restarts": "requeued",
  "status.sbatch": "sbatch",
  "status.stageIn": "staged in",
  "status.stageOut": "results",
  "status.notChosen": "not chosen",
  "status.leftOut": "left out",
  "status.carried": "{files} {files#file#files}, {bytes}",
  "explain.unknown":
    "The status object contains no known state, so nothing happens. Write FILE_UPLOAD to it, or submit again.",
  "explain.complete":
    "The job has ended ({outcome}), and its results are in the bucket: cloud-submit fetch {prefix}",
  "explain.noRecord": "It has ended, but there is no readable record of it.",
  "explain.cancelled": "It was cancelled before Slurm had it: nothing has run.",
  "explain.dependencyFailed":
    "The job will not run: {message}. Submit the job that is named again, and then this one after it; or submit this one with --after JOB:any, to run however that job ends.",
  "explain.error": "The job will not run: {message}. Fix that, and submit again.",
  "explain.upload": "The job was submitted {ago} ago, and the Head Node has not accepted it yet.",
  "explain.waitsFor":
    "It was submitted {ago} ago, and waits for other jobs to end first: {jobs}. The Head Node has its request; nothing else is needed.",
  "explain.waitsHow":
    "It begins when each of them has completed, or has ended as is said behind its name. When one of them has ended in another way, it ends in JOB_ERROR.",
  "explain.sent": "Its request has been pending for the Head Node for {ago}.",
  "explain.notSent":
    "No request has been sent to the Head Node yet. This usually takes seconds; if it lasts longer, check the bucket's events with cloud-submit doctor.",
  "explain.uploadNext":
    "Nothing is lost: the Head Node looks for requests every minute, and is called again every few minutes, until it has been silent for the deadline (24 hours unless your site changed it). Then the state becomes JOB_ERROR.",
  "explain.agentNever":
    "There is no readable heartbeat of an agent on the Head Node: is it installed, and is the Head Node up? (cloud-submit headnode status)",
  "explain.agentDead":
    "The last heartbeat of the agent on the Head Node was {ago} ago: the Head Node may be stopped. (cloud-submit headnode status)",
  "explain.agentAlive":
    "The agent on the Head Node is up (last heartbeat {ago} ago), with {active} {active#job#jobs}, {waiting} of them not yet in Slurm.",
  "explain.slurmDown": "Slurm does not respond to the agent: {detail}",
  "explain.deadNext": "The job may continue in Slurm; its end is reported when the agent is back.",
  "explain.cancel":
    "Cancellation was requested {ago} ago. It is done when the Head Node has cancelled the job in Slurm and returned its results.",
  "explain.refused": "Another submission of this prefix was refused at {at}: {reason}.",
  "explain.noSlurm":
    "It has been so for {ago}, but no record tells of a job in Slurm: after an hour, cancel it.",
  "explain.queued":
    "Slurm accepted it as job {id} {ago} ago; its status in Slurm is shown within seconds.",
  "explain.running": "It has been running as Slurm job {id} on {nodes} since {at}.",
  "explain.configuring": "Slurm job {id} has its nodes; they are starting, which takes minutes.",
  "explain.pending": "Slurm accepted it as job {id} {ago} ago, and it is waiting in the queue:",
  "explain.otherState": "Slurm job {id} is {state}.",
  "explain.restarts":
    "It was requeued {restarts} {restarts#time#times}: by Slurm, for example because a node failed, was reclaimed (Spot) or did not start, or by scontrol requeue. It is complete when its last run is.",
  "explain.nodeReason": "Its nodes cannot be used: {reason}",
  "reason.none": "Slurm has not considered it yet. This takes seconds.",
  "reason.priority": "other jobs in the same partition come first. It starts when its turn comes.",
  "reason.resources":
    "its turn has come, but not enough nodes are free. They are being started (minutes), or it waits for running jobs to end. If this lasts, AWS may have no instances of this type, or the cluster has reached its maximum size.",
  "reason.dependency": "it waits for another job (--dependency).",
  "reason.dependencyNever":
    "it waits for a job that can no longer end as --dependency requires: it will never start. Cancel it.",
  "reason.beginTime":
    "it may not start yet: because of --begin, or because of a short delay after Slurm requeued it, for example when AWS had no instances for its nodes.",
  "reason.heldUser": "it is held. Nobody can release it from here: cancel it and submit again.",
  "reason.heldAdmin":
    "an administrator held it, or it failed to start too often. Ask the administrator, or cancel it and submit again.",
  "reason.launchFailed":
    "it could not be started on its nodes, was requeued, and is held. Ask the administrator, or cancel it and submit again.",
  "reason.requeuedHeld":
    "it was requeued, by itself or by an administrator, and is held. Ask the administrator, or cancel it and submit again.",
  "reason.nodesDown":
    "nodes that it needs are down, restarting, or reserved for others. On ParallelCluster this often means that AWS has no such instances at the moment: they are tried again after some minutes.",
  "reason.reqNodeNotAvail":
    "a node that it needs is not available at the moment: down, reserved, or starting.",
  "reason.partitionDown": "its partition is switched off. Ask the administrator.",
  "reason.partitionNodeLimit":
    "it requests more nodes than its partition allows: it will not start. Cancel it, and request fewer (--nodes).",
  "reason.partitionTimeLimit":
    "it requests more time than its partition allows: it will not start. Cancel it, and request less (--time).",
  "reason.badConstraints":
    "no node can ever satisfy its request. Cancel it, and change the request.",
  "reason.licenses": "it waits for a licence that other jobs hold.",
  "reason.reservation": "it waits for its reservation to begin.",
  "reason.qos":
    "a limit of its quality of service (QOS) is reached; it starts when other jobs end.",
  "reason.assoc": "a limit of its account or user is reached; it starts when other jobs end.",
  "reason.arrayLimit": "the array already runs as many tasks as it allows at once.",
  "reason.prolog": "its node is being prepared.",
  "reason.cleaning": "its previous run is being cleaned up.",
  "reason.capacity":
    "AWS has no such instances at the moment; they are tried again after some minutes. Another instance type, or another zone, may help.",
  "reason.other": "see squeue(1), JOB REASON CODES.",
  "list.none": "no jobs",
  "list.more": "{left} older {left#job#jobs} not shown: use --limit, --since or a pattern",
  "list.lookedAt":
    "only the newest {count} jobs were checked, {left} were not: narrow the search with a pattern or --since",
  "list.undated":
    "{count} {count#name contains#names contain} no time: sorted by name, after the others",
  "list.denied":
    "these credentials may not list the whole bucket: give the beginning of your own names, for example cloud-submit list taro-",
  "logs.waits": "it is waiting for the Head Node to accept it",
  "logs.nothingYet": "it has printed nothing yet",
  "logs.noStderrYet": "nothing yet; without #SBATCH --error, stderr goes where stdout goes",
  "logs.noRecord": "it has ended, but there is no readable record",
  "logs.didNotRun": "it did not run",
  "logs.noStderr": "its stderr went where its stdout went; leave out --err",
  "logs.noStream": "its {stream} is not among its results",
  "logs.replaced": "it was submitted again: what follows is another job's",
  "logs.begunAnew": "its output was restarted; it is shown from the beginning",
  "logs.tooFast":
    "it prints faster than it can be followed: the rest is shown when it has ended; without -f you see the latest output now",
  "logs.from": "its output is shown from byte {byte} on",
  "audit.none": "no state change{prefix} since {since}",
  "audit.ofPrefix": " of {prefix}",
} as const;
