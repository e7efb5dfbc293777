// Steps that run as one.
#include "apus_together.h"

#include "internal/ahead.h"

#include <stdlib.h>

/// Bytes of a row of the input from which on asking ahead is worth the while: short rows are there as soon as they are read.
enum { long_row = 1024 };

/// The rows of a block into the thread's memory; those of the next one, most likely for the same thread, are asked for while
/// this one's products are computed.
static void feed_block(const apus_together *t, apus_context *own, apus_ahead *ahead, int64_t chunk) {
  char **base = &own->bases[APUS_BASES - 1];
  const apus_feed *feed = &own->feed;
  if (!feed->write) {
    *base = (char *)((uintptr_t)apus_address(own, t->input) - (uintptr_t)t->feed_at);
    return;
  }
  int64_t first = chunk * t->rows, next = first + t->rows;
  int64_t end = next < t->feed_rows ? next : t->feed_rows;
  int64_t width = t->width[APUS_BLOCK_BASES - 1];
  char *to = (char *)((uintptr_t)*base + (uintptr_t)(t->feed_at + first * width));
  feed->write(feed->source, first, end, to);
  int64_t left = t->feed_rows - end, most = t->rows < apus_rows_ahead ? t->rows : apus_rows_ahead;
  ahead->count = left < most ? left : most;
  if (ahead->count == 0 || width < long_row) return;
  ahead->row = ahead->at = 0;
  ahead->bytes = feed->locate(feed->source, end, end + ahead->count, ahead->rows);
  if (ahead->bytes > 0) own->ahead = ahead;
}

static void blockwise_kernel(const apus_step *step, apus_context *context, int64_t chunk, char *scratch) {
  const apus_together *t = step->extras;
  // The thread's own view: what lives in a block lies in its scratch memory.
  apus_context own = *context;
  for (int i = 0; i < APUS_BLOCK_BASES; i++) {
    uintptr_t start = (uintptr_t)scratch + (uintptr_t)t->local_at - (uintptr_t)(chunk * t->rows * t->width[i]);
    own.bases[APUS_BASES - APUS_BLOCK_BASES + i] = (char *)start;
  }
  apus_ahead ahead;
  if (t->feed_rows > 0) feed_block(t, &own, &ahead, chunk);
  for (int64_t i = 0; i < t->count; i++) t->steps[i].kernel(&t->steps[i], &own, chunk, scratch);
}

static void parallel_kernel(const apus_step *step, apus_context *context, int64_t chunk, char *scratch) {
  const apus_together *t = step->extras;
  apus_part part = t->parts[chunk];
  t->steps[part.step].kernel(&t->steps[part.step], context, part.chunk, scratch);
}

static void finish_all(const apus_step *step, apus_context *context, int64_t chunk, char *scratch) {
  (void)chunk;
  const apus_together *t = step->extras;
  for (int64_t i = 0; i < t->count; i++)
    if (t->steps[i].finish) t->steps[i].finish(&t->steps[i], context, 0, scratch);
}

/// All but the kernel and the chunks; work 0 when the steps cannot run together.
static apus_step join(apus_together *t) {
  apus_step step = {.extras = t};
  for (int64_t i = 0; i < t->count; i++) {
    apus_step *s = &t->steps[i];
    if (!s->kernel || s->prepare || s->chunks < 1) return (apus_step){.extras = t};
    if (s->finish) step.finish = finish_all;
    s->shared_at = step.shared;
    step.shared += (s->shared + 63) / 64 * 64;
    step.work += s->work;
    if (s->scratch > step.scratch) step.scratch = s->scratch;
  }
  return step;
}

apus_step apus_blockwise_step(apus_together *t) {
  apus_step step = join(t);
  for (int64_t i = 0; i < t->count; i++)
    if (t->steps[i].chunks != t->steps[0].chunks) return step;
  if (step.work == 0) return step;
  t->local_at = (step.scratch + 63) / 64 * 64;
  step.scratch = t->local_at + t->local_bytes;
  step.chunks = t->steps[0].chunks;
  step.kernel = blockwise_kernel;
  return step;
}

static int in_order(const void *left, const void *right) {
  const apus_part *a = left, *b = right;
  if (a->at != b->at) return a->at < b->at ? -1 : 1;
  if (a->work != b->work) return a->work > b->work ? -1 : 1;
  return a->step != b->step ? (a->step < b->step ? -1 : 1) : (a->chunk > b->chunk) - (a->chunk < b->chunk);
}

apus_step apus_parallel_step(apus_together *t) {
  apus_step step = join(t);
  if (step.work == 0) return step;
  int64_t singles = 0, single = 0;
  for (int64_t i = 0; i < t->count; i++) singles += t->steps[i].chunks == 1;
  // Every thread begins with its share of the long steps; those of one chunk fill what is left.
  for (int64_t i = 0; i < t->count; i++) {
    const apus_step *s = &t->steps[i];
    for (int64_t c = 0; c < s->chunks; c++) {
      double at = s->chunks > 1 ? (double)c / (double)s->chunks : (double)single++ / (double)singles;
      t->parts[step.chunks++] = (apus_part){at, s->work / s->chunks, (int32_t)i, (int32_t)c};
    }
  }
  qsort(t->parts, (size_t)step.chunks, sizeof *t->parts, in_order);
  step.kernel = parallel_kernel;
  return step;
}
