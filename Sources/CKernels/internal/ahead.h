// Memory that will be needed soon, asked for a few lines at a time by loops that have other work meanwhile: a processor
// keeps only so many requests under way, and waits when there are more.
#pragma once

#include "../include/apus_step.h"

enum { apus_line = 64, apus_lines_at_once = 7, apus_rows_ahead = 64 };

struct apus_ahead {
  int64_t row, count;   ///< the next row, and how many there are
  int64_t bytes, at;    ///< of each row, and how many of the next one have been asked for
  const void *rows[apus_rows_ahead];
};

static inline void apus_ask_ahead(apus_ahead *ahead) {
  if (ahead->row >= ahead->count) return;
  const char *from = (const char *)ahead->rows[ahead->row] + ahead->at;
#pragma clang loop unroll(full)
  for (int i = 0; i < apus_lines_at_once; i++) __builtin_prefetch(from + i * apus_line);
  ahead->at += apus_lines_at_once * apus_line;
  // A row may begin in the middle of a line.
  if (ahead->at < ahead->bytes + apus_line - 1) return;
  ahead->at = 0;
  ahead->row++;
}
