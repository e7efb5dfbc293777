// Which bits of a byte are set, one after the other.
#pragma once

#include <stdint.h>

#define APUS_BIT(m, b) ((uint64_t)(m) >> (b) & 1)
#define APUS_NEXT(m, b, rest) ((rest) << 8 * APUS_BIT(m, b) | (b) * APUS_BIT(m, b))
#define APUS_LOW(m, rest) APUS_NEXT(m, 0, APUS_NEXT(m, 1, APUS_NEXT(m, 2, APUS_NEXT(m, 3, rest))))
#define APUS_HIGH(m) APUS_NEXT(m, 4, APUS_NEXT(m, 5, APUS_NEXT(m, 6, APUS_NEXT(m, 7, (uint64_t)0))))
#define APUS_1(m) APUS_LOW(m, APUS_HIGH(m))
#define APUS_4(m) APUS_1(m), APUS_1(m + 1), APUS_1(m + 2), APUS_1(m + 3)
#define APUS_16(m) APUS_4(m), APUS_4(m + 4), APUS_4(m + 8), APUS_4(m + 12)
#define APUS_64(m) APUS_16(m), APUS_16(m + 16), APUS_16(m + 32), APUS_16(m + 48)

/// Byte i of the number for a mask is the place of the i-th bit that is set in it: those of 0b10110 are 1, 2, 4, 0, ….
static const uint64_t apus_positions[256] = {APUS_64(0), APUS_64(64), APUS_64(128), APUS_64(192)};

#undef APUS_BIT
#undef APUS_NEXT
#undef APUS_LOW
#undef APUS_HIGH
#undef APUS_1
#undef APUS_4
#undef APUS_16
#undef APUS_64
