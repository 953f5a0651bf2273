package main

import "hash/crc32"

// combineCRC32 is the CRC-32 of two pieces of data one after the other, of which only the CRC-32s are known:
// appending length zero bytes multiplies the first one by x^(8*length) modulo the polynomial (zlib's
// crc32_combine does the same).
func combineCRC32(first, second uint32, length int64) uint32 {
	power, square := uint32(1)<<31, uint32(1)<<30
	for rest := uint64(length) * 8; rest > 0; rest /= 2 {
		if rest%2 == 1 {
			power = multiply(square, power)
		}
		square = multiply(square, square)
	}
	return multiply(power, first) ^ second
}

// multiply multiplies two polynomials, bits reversed, modulo the polynomial of CRC-32.
func multiply(a, b uint32) uint32 {
	product := uint32(0)
	for bit := uint32(1) << 31; bit != 0; bit >>= 1 {
		if a&bit != 0 {
			product ^= b
		}
		if b&1 == 0 {
			b >>= 1
		} else {
			b = b>>1 ^ crc32.IEEE
		}
	}
	return product
}
