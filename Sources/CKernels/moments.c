// Recognizes the update of Adam at the end of a tile program. One loop does it in a third of the time of its nine
// instructions: it takes as long as a root and a division, all else happens beside them.
#include "internal/tile_table.h"

#include <string.h>

/// What the instructions read, then what each makes.
enum { made = apus_moments_reads, any = -1 };

static const struct {
  apus_op op;
  int8_t a, b;
} sequence[apus_moments_length] = {
  {APUS_COMBINE, apus_old_first, apus_gradient}, {APUS_SQUARE, apus_gradient, any},
  {APUS_COMBINE, apus_old_second, made + 1},     {APUS_SQRT, made + 2, any},
  {APUS_MUL, made + 3, apus_factor},             {APUS_OFFSET, made + 4, any},
  {APUS_MUL, apus_rate, made},                   {APUS_DIV, made + 6, made + 5},
  {APUS_SUB, apus_old_parameter, made + 7},
};

/// What each register holds, and in which register there is what the instructions read; `any` while that is not known.
typedef struct registers {
  int8_t holds[APUS_MAX_REGISTERS];
  int8_t of[apus_moments_reads];
} registers;

/// Whether the register holds `what`; the first register asked for something from before the sequence does.
static int holds(registers *r, int reg, int what) {
  if (what == any) return 1;
  if (what < made && r->of[what] == any && r->holds[reg] == any) {
    r->holds[reg] = (int8_t)what;
    r->of[what] = (int8_t)reg;
  }
  return r->holds[reg] == what;
}

int32_t apus_moments_begin(const apus_tile *t) {
  int32_t begin = t->instructions - apus_moments_length;
  registers r;
  memset(&r, any, sizeof r);
  for (int i = 0; i < apus_moments_length; i++) {
    const apus_instruction *n = &t->code[begin + i];
    if (begin < 0 || n->op != sequence[i].op || n->column) return -1;
    if (!holds(&r, n->a, sequence[i].a) || !holds(&r, n->b, sequence[i].b)) return -1;
    r.holds[n->d] = (int8_t)(made + i);
  }
  for (int32_t i = 0; i < t->outputs; i++) {
    int held = r.holds[t->output[i].reg];
    int is_left_out = held >= made && held != made && held != made + 2 && held != made + apus_moments_length - 1;
    if (is_left_out) return -1;
  }
  return begin;
}
