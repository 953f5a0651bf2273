/** The errors of the SSM API that the stand-in gives. */
export type SsmErrorType =
  | "InvalidDocument"
  | "InvalidInstanceId"
  | "InvalidParameters"
  | "InvalidCommandId"
  | "InvocationDoesNotExist"
  | "ThrottlingException"
  | "UnknownOperationException"
  | "ValidationException";

/** An error that goes back to the caller as `__type` with HTTP 400. */
export class SsmError extends Error {
  readonly type: SsmErrorType;

  constructor(type: SsmErrorType, message: string) {
    super(message);
    this.name = "SsmError";
    this.type = type;
  }
}
