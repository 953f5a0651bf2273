export interface SlurmConfOptions {
  /** Where state, spool and logs go. */
  readonly dir: string;
  readonly host: string;
  readonly user: string;
  readonly mungeSocket: string;
  readonly slurmctldPort: number;
  readonly slurmdPort: number;
  /** Program that slurmctld runs when a job has ended. */
  readonly epilog: string;
  /** Program that slurmd runs before each task, to set variables of it. */
  readonly taskProlog: string;
  /** Where Slurm's plugins are; undefined: where they were when it was built. */
  readonly plugins: string | undefined;
  /** Programs that make and end instances of partition `cloud`. */
  readonly resume: string;
  readonly suspend: string;
  /** CPUs of a node: so many one-CPU jobs run at once. */
  readonly cpus: number;
  /** MiB a job may ask for. */
  readonly memory: number;
}

/** The slurm.conf(5) of a cluster with one node on this machine, listening on the loopback only. */
export function slurmConf(options: SlurmConfOptions): string {
  const { dir, host, user } = options;
  return `${[
    "ClusterName=local",
    // Slurm takes the name for "is this my machine" and the address for everything else.
    `SlurmctldHost=${host}(127.0.0.1)`,
    `SlurmctldPort=${options.slurmctldPort}`,
    `SlurmdPort=${options.slurmdPort}`,
    // Without these two, both daemons listen on every address.
    "CommunicationParameters=NoCtldInAddrAny,NoInAddrAny",
    `SlurmUser=${user}`,
    `SlurmdUser=${user}`,
    "AuthType=auth/munge",
    // A requeued job waits until its old credential has expired: 10 seconds instead of 120.
    `AuthInfo=socket=${options.mungeSocket},cred_expire=10`,
    "CredType=cred/munge",
    `StateSaveLocation=${dir}/state`,
    `SlurmdSpoolDir=${dir}/spool`,
    `SlurmctldPidFile=${dir}/slurmctld.pid`,
    `SlurmdPidFile=${dir}/slurmd.pid`,
    // An ordinary user may run it all: no cgroups, no accounting, no MPI.
    "ProctrackType=proctrack/linuxproc",
    "TaskPlugin=task/none",
    "JobAcctGatherType=jobacct_gather/none",
    "AccountingStorageType=accounting_storage/none",
    "JobCompType=jobcomp/none",
    "MpiDefault=none",
    "MailProg=/bin/true",
    "SwitchType=switch/none",
    "SelectType=select/cons_tres",
    "SelectTypeParameters=CR_CPU",
    "SlurmdParameters=config_overrides",
    "ReturnToService=2",
    "MinJobAge=300",
    "KillWait=5",
    // By default a job waits 2 to 3 seconds for the scheduler's turn; so it starts within one.
    "SchedulerParameters=batch_sched_delay=0,sched_min_interval=50000,sched_interval=1",
    `EpilogSlurmctld=${options.epilog}`,
    `TaskProlog=${options.taskProlog}`,
    ...(options.plugins === undefined ? [] : [`PluginDir=${options.plugins}`]),
    "SlurmctldDebug=info",
    "SlurmdDebug=info",
    `NodeName=local-1 NodeHostname=${host} NodeAddr=127.0.0.1 CPUs=${options.cpus} RealMemory=${options.memory} State=UNKNOWN`,
    "PartitionName=local Nodes=local-1 Default=YES MaxTime=INFINITE State=UP",
    ...cloudPartition(options),
  ].join("\n")}\n`;
}

/**
 * Partition `cloud`: nodes that are made when jobs ask for them, as ParallelCluster's are, and that never come.
 * The node that is there is left out of power saving.
 */
function cloudPartition({ resume, suspend, cpus, memory }: SlurmConfOptions): string[] {
  return [
    `ResumeProgram=${resume}`,
    `SuspendProgram=${suspend}`,
    "SuspendTime=60",
    "SuspendTimeout=5",
    "ResumeTimeout=60",
    "SuspendExcNodes=local-1",
    // ParallelCluster's settings, without its wait of 30 seconds before it looks again.
    "SlurmctldParameters=idle_on_node_suspend,power_save_min_interval=0,power_save_interval=1,cloud_dns",
    `NodeName=cloud-[1-2] NodeAddr=127.0.0.1 CPUs=${cpus} RealMemory=${memory} State=CLOUD`,
    "PartitionName=cloud Nodes=cloud-[1-2] MaxTime=INFINITE State=UP",
  ];
}

/**
 * Slurm's files and socket paths have limits that other paths do not.
 * @throws Error saying what about the checkout's path does not work
 */
export function checkSlurmPath(dir: string): void {
  // slurm.conf has no quoting, and sbatch hands the path to shells.
  if (!/^[A-Za-z0-9/._+@~-]+$/.test(dir)) {
    throw new Error(
      `Slurm cannot work in ${dir}: move the checkout to a path of letters, digits and / . _ - + @ ~ only`,
    );
  }
  // sockaddr_un holds 107 characters (unix(7)); the longest is spool/local-1_<job>.<step>.
  const longest = `${dir}/spool/local-1_4294967295.4294967295`;
  if (longest.length > 107) {
    throw new Error(
      `Slurm cannot work in ${dir}: its socket paths would be too long; move the checkout to a path that is ${longest.length - 107} characters shorter`,
    );
  }
}
