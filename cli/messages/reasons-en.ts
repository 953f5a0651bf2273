import { REASONS, type ReasonCode } from "../../protocol/reason.ts";

type Words = { [Code in ReasonCode as `code.${Code}`]: (typeof REASONS)[Code] };

/** The codes of records and transfers in English: as the protocol has them. */
export const reasonsEn = Object.fromEntries(
  Object.entries(REASONS).map(([code, text]) => [`code.${code}`, text]),
) as Words;
