import { CloudSubmitError } from "../../protocol/error.ts";
import type { CommandResult } from "./command.ts";

/**
 * sbatch's messages when the controller gave no answer: whole texts of slurm_strerror, of errno where Slurm
 * hands it on, and of what reads the configuration. A line that merely holds such words may quote the
 * submitter (a partition, an account, a plugin's hint), and is an answer.
 * Source: slurm_strerror and sbatch's messages, Slurm 22.05 to 26.05.
 */
const NO_ANSWER: ReadonlySet<string> = new Set([
  "Unable to contact slurm controller (connect failure)",
  "Unable to contact slurm controller (send failure)",
  "Unable to contact slurm controller (receive failure)",
  "Unable to contact slurm controller (shutdown failure)",
  "Communication connection failure",
  "Communication shutdown failure",
  "Message send failure",
  "Message receive failure",
  "Header lengths are longer than data received",
  "Socket timed out on send/recv operation",
  "Zero Bytes were transmitted or received",
  "Unexpected message received",
  "Insane message length",
  "Protocol version has changed, re-link your code",
  "Protocol authentication error",
  "Authentication error",
  "Invalid authentication credential",
  "Invalid or expired credential",
  "Slurm backup controller in standby mode",
  "Slurm temporarily unable to accept job, sleeping and retrying",
  "Controller is in standby mode",
  "Unable to establish controller machine",
  "Unable to resolve controller machine",
  "Could not establish a configuration source",
  "Connection refused",
  "Connection timed out",
  "Connection reset by peer",
  "Broken pipe",
  "Transport endpoint is not connected",
  "Resource temporarily unavailable",
  "No route to host",
  "Network is unreachable",
]);

/** Whether sbatch said, in a line of its own, that slurmctld did not answer. */
export function saysNoAnswer(done: Pick<CommandResult, "stderr">): boolean {
  return done.stderr.split("\n").some((line) => {
    const [, text = ""] =
      /^sbatch: (?:error|fatal): (?:Batch job submission failed: )?(.*?)\s*$/.exec(line) ?? [];
    return NO_ANSWER.has(text);
  });
}

/**
 * sbatch's lines when it has sent no job: it found no slurmctld that takes a connection, or no configuration that names one.
 * What it had sent before that, in the same call, slurmctld had answered with a refusal to be asked again.
 * Source: slurm_send_recv_controller_msg and slurm_conf_init, Slurm 22.05 and 26.05.
 */
const NOT_SENT: ReadonlySet<string> = new Set([
  "sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)",
  "sbatch: fatal: Could not establish a configuration source",
]);

/** Whether sbatch said, in a line of its own, that it has sent no job. */
export function saysNotSent(done: Pick<CommandResult, "stderr">): boolean {
  return done.stderr.split("\n").some((line) => NOT_SENT.has(line.trimEnd()));
}

/** The error for an sbatch that has not reached Slurm: Slurm has no job of this call, and will have none. */
export class NotSent extends CloudSubmitError {}
