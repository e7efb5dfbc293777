// Body of random.c: blocks of random words to numbers. The words come as a struct of arrays, VN lanes of 32 bits each.
#include "functions.h"

#if APUS_IS_F32
enum { NAME(per_block) = 4 };
#define BITS 24
INLINE uint64_t NAME(whole)(const uint32_t *w, int i) { return w[i] >> 8; }
#else
enum { NAME(per_block) = 2 };
#define BITS 53
INLINE uint64_t NAME(whole)(const uint32_t *w, int i) { return ((uint64_t)w[2 * i + 1] << 32 | w[2 * i]) >> 11; }
#endif

enum { NAME(batch_blocks) = 64, NAME(numbers) = NAME(batch_blocks) * NAME(per_block) };

/// Uniform numbers of 64 blocks, the first of them `block`.
static void NAME(uniform_batch)(const uint32_t *key, uint32_t purpose, uint64_t block, T *to) {
  const T unit = 1 / (T)((uint64_t)1 << BITS);
  uint32_t words[4 * NAME(batch_blocks)];
  apus_philox_blocks(key, purpose, block, NAME(batch_blocks), words);
  for (int b = 0; b < NAME(batch_blocks); b++)
    for (int i = 0; i < NAME(per_block); i++)
      to[b * NAME(per_block) + i] = (T)NAME(whole)(words + 4 * b, i) * unit;
}

/// Box and Muller in place: pairs (x, y) of uniform numbers; u = x + 2⁻ᵇ is never 0.
static void NAME(normal_batch)(T *to) {
  const T unit = 1 / (T)((uint64_t)1 << BITS), turn = (T)6.28318530717958647692;
  enum { half = NAME(numbers) / 2 };
  T radius[half], angle[half];
  for (int i = 0; i < half; i++) {
    radius[i] = to[2 * i] + unit;
    angle[i] = to[2 * i + 1] * turn;
  }
  for (int i = 0; i < half; i += (int)VN) {
    V r = NAME(sqrt)(NAME(log)(NAME(load)(radius + i)) * -2), a = NAME(load)(angle + i);
    NAME(store)(radius + i, r * NAME(cos)(a));
    NAME(store)(angle + i, r * NAME(sin)(a));
  }
  for (int i = 0; i < half; i++) {
    to[2 * i] = radius[i];
    to[2 * i + 1] = angle[i];
  }
}

static void NAME(random)(const apus_step *step, apus_context *context, int64_t chunk, char *scratch) {
  (void)scratch;
  const apus_random *p = step->extras;
  uint32_t key[4];
  memcpy(key, apus_address(context, p->key), sizeof key);
  T *out = (T *)apus_address(context, p->out);
  int64_t end = (chunk + 1) * chunk_elements < p->count ? (chunk + 1) * chunk_elements : p->count;
  for (int64_t at = chunk * chunk_elements; at < end; at += NAME(numbers)) {
    T numbers[NAME(numbers)];
    NAME(uniform_batch)(key, p->purpose, (uint64_t)at / NAME(per_block), numbers);
    if (p->distribution == APUS_NORMAL) NAME(normal_batch)(numbers);
    int64_t n = end - at < NAME(numbers) ? end - at : NAME(numbers);
    memcpy(out + at, numbers, (size_t)n * sizeof(T));
  }
}
#undef BITS
