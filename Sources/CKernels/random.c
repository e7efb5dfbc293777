#include "apus_random.h"

enum { rounds = 10, chunk_elements = 1 << 13 };

static const uint32_t multiplier0 = 0xD2511F53, multiplier1 = 0xCD9E8D57;
static const uint32_t weyl0 = 0x9E3779B9, weyl1 = 0xBB67AE85;

static inline void philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
  uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3], k0 = key[0], k1 = key[1];
  for (int r = 0; r < rounds; r++, k0 += weyl0, k1 += weyl1) {
    uint64_t p0 = (uint64_t)multiplier0 * c0, p1 = (uint64_t)multiplier1 * c2;
    uint32_t d0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0, d2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
    c1 = (uint32_t)p1;
    c3 = (uint32_t)p0;
    c0 = d0;
    c2 = d2;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

void apus_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) { philox(counter, key, out); }

/// `count` blocks of the stream that `key` and `purpose` name, from number `block` on.
static void apus_philox_blocks(const uint32_t *key, uint32_t purpose, uint64_t block, int count, uint32_t *words) {
  for (int b = 0; b < count; b++, block++) {
    uint32_t counter[4] = {(uint32_t)block, key[3], key[2], purpose};
    philox(counter, key, words + 4 * b);
  }
}

#define APUS_BODY "random_loops.h"
#include "internal/each_level.h"

apus_step apus_random_step(apus_random *p, apus_level level) {
  apus_step step = {.extras = p};
  if (p->dtype > APUS_F64 || p->count < 0 || p->key.base < 0 || p->out.base < 0 || p->distribution > APUS_NORMAL)
    return step;
  step.kernel = APUS_PICK(random, p->dtype, level);
  step.chunks = (p->count + chunk_elements - 1) / chunk_elements;
  step.work = 20 + p->count * (p->distribution == APUS_NORMAL ? 8 : 4);
  return step;
}
