import { messageOf } from "../../protocol/error.ts";

/** Credentials that were looked for, and cannot be had; by this name other code knows the SDK's own error, too. */
export class CredentialsError extends Error {
  override readonly name = "CredentialsProviderError";
  /** A place has them, or should; undefined: there is no such place. */
  readonly place: string | undefined;

  /** @param place for people, such as `profile "site"`; undefined: nothing was found anywhere */
  constructor(place: string | undefined, message: string, options?: { cause?: unknown }) {
    super(place === undefined ? message : `${place}: ${message}`, options);
    this.place = place;
  }

  /** Of what failed there; fetch keeps the reason in its error's cause. */
  static from(place: string, cause: unknown): CredentialsError {
    const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
    return new CredentialsError(place, messageOf(inner), { cause });
  }
}

/** As it stands in messages. */
export function profilePlace(name: string): string {
  return `profile ${JSON.stringify(name)}`;
}
