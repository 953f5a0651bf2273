/** The reversed polynomial of CRC-32 (IEEE 802.3, as zlib and S3 have it). */
const POLYNOMIAL = 0xedb88320;

/** Used by one call at a time. */
const scratch = Buffer.alloc(4);

/** CRC32 as S3 writes it: four bytes, the highest first, in base64. */
export function encodeCrc32(crc: number): string {
  scratch.writeUInt32BE(crc);
  return scratch.toString("base64");
}

/** @param text as `encodeCrc32` makes it */
export function decodeCrc32(text: string): number {
  scratch.write(text, "base64");
  return scratch.readUInt32BE();
}

/**
 * The CRC32 of two pieces of data one after the other, of which only the CRC32s are known.
 * Source: zlib's crc32_combine (public since 2005): appending `length` zero bytes to data multiplies its
 * CRC by x^(8·length) modulo the polynomial.
 *
 * @param length bytes of the second piece
 */
export function combineCrc32(first: number, second: number, length: number): number {
  return (multiply(powerOfX(8 * length), first) ^ second) >>> 0;
}

/** x^exponent modulo the polynomial; exponents reach 2^46 (5 TiB in bits), beyond 32-bit operators. */
function powerOfX(exponent: number): number {
  let result = 0x80000000;
  let square = 0x40000000;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(square, result);
    square = multiply(square, square);
  }
  return result;
}

/** The product of two polynomials modulo the polynomial, bits reversed. */
function multiply(a: number, b: number): number {
  let product = 0;
  let factor = b;
  for (let bit = 0x80000000; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= factor;
    factor = (factor & 1) === 0 ? factor >>> 1 : (factor >>> 1) ^ POLYNOMIAL;
  }
  return product >>> 0;
}
