// A batch of rows out of a data set: gathered, converted and scaled in one pass.
#include "apus_rows.h"

#include <stddef.h>
#include <string.h>

/// `n` columns from column `c` on, of one row.
typedef void (*apus_row_gather)(const apus_rows *p, const void *in, void *out, int64_t c, int64_t n);

#define APUS_BODY "rows_loops.h"
#include "internal/each_level.h"

static void labels_u8(const apus_rows *p, const void *in, void *out, int64_t c, int64_t n) {
  (void)p, (void)c;
  for (int64_t i = 0; i < n; i++) ((int32_t *)out)[i] = ((const uint8_t *)in)[i];
}

static void labels_i32(const apus_rows *p, const void *in, void *out, int64_t c, int64_t n) {
  (void)p, (void)c;
  for (int64_t i = 0; i < n; i++) ((int32_t *)out)[i] = ((const int32_t *)in)[i];
}

static apus_row_gather gather_of(const apus_rows *p, apus_level level) {
  if (p->in_dtype > APUS_BOOL || p->out_dtype > APUS_I32) return NULL;
  if (p->out_dtype == APUS_I32)
    return p->in_dtype == APUS_I32 ? labels_i32 : p->in_dtype >= APUS_U8 ? labels_u8 : NULL;
  return APUS_PICK(row_gathers, p->out_dtype, level)[p->in_dtype];
}

enum { rows_ahead = 4 };

static void prefetch(const char *from, int64_t bytes) {
  for (int64_t at = 0; at < bytes; at += 64) __builtin_prefetch(from + at);
}

/// How many of the rows from `i` on follow each other in the data too: together they are one long row, where all columns
/// are treated alike and taken.
static int64_t run_length(const apus_rows *p, int64_t i, int64_t c0, int64_t c1) {
  int64_t run = 1;
  if (p->offset || p->factor || p->fill || c0 > 0 || c1 < p->cols) return run;
  while (i + run < p->count && p->index[i + run] == p->index[i] + run) run++;
  return run;
}

int apus_rows_gather(const apus_rows *p, int64_t c0, int64_t c1, apus_level level) {
  apus_row_gather gather = gather_of(p, level);
  if (!gather) return 0;
  int64_t from = apus_dtype_size(p->in_dtype), to = apus_dtype_size(p->out_dtype);
  const char *in = (const char *)p->in + c0 * from;
  char *out = (char *)p->out + c0 * to;
  int64_t bytes = (c1 - c0) * from;
  for (int64_t i = 0, run; i < p->count; i += run) {
    run = run_length(p, i, c0, c1);
    // Where the next batch is asked for, this one has been.
    if (p->next_count == 0 && run == 1 && i + rows_ahead < p->count)
      prefetch(in + p->index[i + rows_ahead] * p->cols * from, bytes);
    gather(p, in + p->index[i] * p->cols * from, out + i * p->cols * to, c0, run * (c1 - c0));
    for (int64_t n = i; n < i + run && n < p->next_count; n++) prefetch(in + p->next[n] * p->cols * from, bytes);
  }
  return 1;
}

int apus_rows_gather_bytes(const apus_rows *p, int64_t c0, int64_t c1) {
  if (p->in_dtype != APUS_U8 && p->in_dtype != APUS_BOOL) return 0;
  const char *in = (const char *)p->in + c0;
  int64_t size = apus_dtype_size(p->out_dtype);
  char *out = (char *)p->out + c0 * size;
  for (int64_t i = 0; i < p->count; i++) {
    if (p->next_count == 0 && i + rows_ahead < p->count) prefetch(in + p->index[i + rows_ahead] * p->cols, c1 - c0);
    memcpy(out + i * p->cols * size, in + p->index[i] * p->cols, (size_t)(c1 - c0));
    if (i < p->next_count) prefetch(in + p->next[i] * p->cols, c1 - c0);
  }
  return 1;
}
