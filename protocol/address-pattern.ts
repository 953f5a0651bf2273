/**
 * An address that may be told: a plain one, without what needs quotes, which has a meaning in no program that it passes
 * through.
 */
export const ADDRESS_PATTERN =
  /^(?=.{3,254}$)[A-Za-z0-9](?:[A-Za-z0-9._+-]{0,62}[A-Za-z0-9])?@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$/;
