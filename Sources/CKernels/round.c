#include "apus_round.h"

enum { chunk_elements = 1 << 16 };

static uint32_t rounded(uint32_t bits) {
  uint32_t nearest = (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff0000u;
  // The bits that make a NaN may all be in the lower half.
  return (bits & 0x7fffffff) > 0x7f800000 ? (bits & 0xffff0000u) | 0x400000 : nearest;
}

static void round_kernel(const apus_step *step, apus_context *context, int64_t chunk, char *scratch) {
  (void)scratch;
  const apus_round *p = step->extras;
  int64_t from = chunk * chunk_elements, end = from + chunk_elements < p->n ? from + chunk_elements : p->n;
  const uint32_t *restrict in = (const uint32_t *)apus_address(context, p->in);
  uint32_t *restrict out = (uint32_t *)apus_address(context, p->out);
  for (int64_t i = from; i < end; i++) out[i] = rounded(in[i]);
}

apus_step apus_round_step(const apus_round *p) {
  apus_step step = {.extras = p};
  if (p->n < 0) return step;
  step.kernel = round_kernel;
  step.chunks = (p->n + chunk_elements - 1) / chunk_elements;
  step.work = 20 + p->n / 2;
  return step;
}
