// Runs tile programs. The registers are an array of addresses: of scratch memory, or of the operand itself where its
// type is the program's and its rows follow each other.
#include "internal/tile_run.h"

#include <string.h>

enum { scratch_bytes = 16384, shortest_tile = 128, longest_tile = 1024, chunk_elements = 16384, near_bytes = 1 << 18 };

typedef apus_tile_run block;

static int is_once(const apus_tile *tile, int reg) { return (int)(tile->once >> reg & 1); }

/// Copies or converts `rows` rows into a register.
static void read_rows(const block *b, char *to, const char *from, int64_t stride, apus_dtype dtype) {
  apus_convert read = b->table->read[dtype];
  int64_t source = stride * apus_dtype_size(dtype), width = b->cols * b->table->size;
  for (int64_t r = 0; r < b->rows; r++) read(to + r * width, from + r * source, b->cols);
}

static void bind_full(block *b, const apus_tile_operand *o, const char *from, int64_t stride) {
  if (o->dtype == b->tile->dtype && (b->rows == 1 || stride == b->cols)) {
    b->reg[o->reg] = (char *)from;
    return;
  }
  b->reg[o->reg] = b->slot[o->reg];
  read_rows(b, b->slot[o->reg], from, stride, o->dtype);
}

static void bind_input(block *b, const apus_tile_operand *o) {
  int64_t size = apus_dtype_size(o->dtype);
  if (o->mode == APUS_SCALAR) return;
  if (o->mode == APUS_PRODUCT) {
    const char *from = b->product + ((b->r - b->r0) * b->product_stride + (b->c - b->c0)) * size;
    bind_full(b, o, from, b->product_stride);
    return;
  }
  const char *from = apus_address(b->context, o->place);
  if (o->mode == APUS_FULL) {
    bind_full(b, o, from + (b->r * o->row_stride + b->c) * size, o->row_stride);
  } else if (o->mode == APUS_ROW) {
    if (b->tile_rows == 1) bind_full(b, o, from + b->c * size, b->cols);
  } else if (o->dtype == b->tile->dtype && (o->row_stride == 1 || b->rows == 1)) {
    b->reg[o->reg] = (char *)from + b->r * o->row_stride * size;
  } else {
    b->reg[o->reg] = b->slot[o->reg];
    for (int64_t r = 0; r < b->rows; r++)
      b->table->read[o->dtype](b->slot[o->reg] + r * b->table->size, from + (b->r + r) * o->row_stride * size, 1);
  }
}

static void fill(const block *b, char *to, double value, int64_t count) {
  b->table->loop[APUS_FILL](to, NULL, NULL, NULL, count, &value);
}

/// What stays the same for all tiles of the block: scalars, and rows under tiles of several rows.
static void bind_constant(block *b, const apus_tile_operand *o) {
  char *to = b->slot[o->reg];
  if (o->mode == APUS_SCALAR) {
    const char *from = apus_address(b->context, o->place);
    b->table->read[o->dtype](to, from, 1);
    double value = b->tile->dtype == APUS_F64 ? *(double *)to : *(float *)to;
    int64_t count = b->tile_rows * b->tile_cols;
    fill(b, to, value, count > b->tile_rows ? count : b->tile_rows);
  } else if (o->mode == APUS_ROW && b->tile_rows > 1) {
    const char *from = apus_address(b->context, o->place) + b->c0 * apus_dtype_size(o->dtype);
    b->table->read[o->dtype](to, from, b->tile_cols);
    int64_t width = b->tile_cols * b->table->size;
    for (int64_t r = 1; r < b->tile_rows; r++) memcpy(to + r * width, to, (size_t)width);
  }
}

static void iota(const block *b, char *to, int64_t rows, int64_t cols) {
  double first = (double)b->c;
  for (int64_t r = 0; r < rows; r++)
    b->table->loop[APUS_IOTA](to + r * cols * b->table->size, NULL, NULL, NULL, cols, &first);
}

/// Runs the fills and iotas that hold for every tile. An iota does not where a row is cut into several tiles.
static void run_constants(block *b, int whole_rows) {
  const apus_tile *t = b->tile;
  b->c = b->c0;
  for (int32_t i = 0; i < t->instructions; i++) {
    const apus_instruction *n = &t->code[i];
    if (!is_once(t, n->d)) continue;
    if (n->op == APUS_FILL) fill(b, b->slot[n->d], n->s[0], n->column ? b->tile_rows : b->tile_rows * b->tile_cols);
    if (n->op == APUS_IOTA && whole_rows) iota(b, b->slot[n->d], b->tile_rows, b->tile_cols);
  }
}

static char *output_address(const block *b, const apus_tile_operand *o) {
  int64_t column = o->mode == APUS_FULL ? b->c : 0;
  return apus_address(b->context, o->place) + (b->r * o->row_stride + column) * apus_dtype_size(o->dtype);
}

static int is_direct(const block *b, const apus_tile_operand *o) {
  return o->direct && (b->rows == 1 || o->row_stride == b->cols);
}

/// Where instruction `i` writes: its register, or the memory of the output whose last word it has.
static char *destination(const block *b, int32_t i) {
  const apus_tile *t = b->tile;
  if (i < 64 && t->last >> i & 1) {
    for (int32_t k = 0; k < t->outputs; k++)
      if (t->output[k].writer == i && is_direct(b, &t->output[k])) return output_address(b, &t->output[k]);
  }
  return b->reg[t->code[i].d];
}

static void run_moments(block *b) {
  const apus_instruction *code = b->tile->code + b->tile->moments;
  int32_t at = (int32_t)b->tile->moments;
  apus_moments moments = {
    .from = {
      [apus_old_first] = b->reg[code[0].a], [apus_gradient] = b->reg[code[0].b], [apus_old_second] = b->reg[code[2].a],
      [apus_factor] = b->reg[code[4].b], [apus_rate] = b->reg[code[6].a], [apus_old_parameter] = b->reg[code[8].a],
    },
    .first = destination(b, at), .second = destination(b, at + 2), .parameter = destination(b, at + 8),
  };
  b->table->moments(&moments, b->rows * b->cols, code);
  b->reg[code[0].d] = moments.first;
  b->reg[code[2].d] = moments.second;
  b->reg[code[8].d] = moments.parameter;
}

static void run_code(block *b, int whole_rows) {
  const apus_tile *t = b->tile;
  int64_t count = b->rows * b->cols;
  int64_t single = t->moments >= 0 ? t->moments : t->instructions;
  for (int32_t i = 0; i < single; i++) {
    const apus_instruction *n = &t->code[i];
    if (is_once(t, n->d) && (n->op == APUS_FILL || whole_rows)) continue;
    apus_loop loop = b->table->loop[n->op];
    char *to = destination(b, i);
    if (n->op == APUS_IOTA) {
      iota(b, to, b->rows, b->cols);
    } else if (loop) {
      loop(to, b->reg[n->a], b->reg[n->b], b->reg[n->c], n->column ? b->rows : count, n->s);
    } else {
      b->table->row[n->op](to, b->reg[n->a], b->rows, b->cols);
    }
    b->reg[n->d] = to;
  }
  if (t->moments >= 0) run_moments(b);
}

static void write_output(const block *b, const apus_tile_operand *o) {
  if (is_direct(b, o)) return;
  char *to = output_address(b, o);
  const char *from = b->reg[o->reg];
  apus_convert write = b->table->write[o->dtype];
  int64_t size = apus_dtype_size(o->dtype);
  if (o->mode == APUS_COLUMN && o->row_stride == 1) {
    write(to, from, b->rows);
  } else if (o->mode == APUS_COLUMN) {
    for (int64_t r = 0; r < b->rows; r++) write(to + r * o->row_stride * size, from + r * b->table->size, 1);
  } else if (o->row_stride == b->cols) {
    write(to, from, b->rows * b->cols);
  } else {
    for (int64_t r = 0; r < b->rows; r++)
      write(to + r * o->row_stride * size, from + r * b->cols * b->table->size, b->cols);
  }
}

/// Asks for what the next tile reads. Blocks of long rows are too short for the processor to see where they
/// go on.
static void ask_ahead(const block *b, int64_t r1, int64_t c1) {
  const apus_tile *t = b->tile;
  int64_t r = b->r, c = b->c + b->tile_cols;
  if (c >= c1) c = b->c0, r += b->tile_rows;
  if (r >= r1) return;
  int64_t rows = r1 - r < b->tile_rows ? r1 - r : b->tile_rows, cols = c1 - c < b->tile_cols ? c1 - c : b->tile_cols;
  for (int32_t i = 0; i < t->inputs; i++) {
    const apus_tile_operand *o = &t->input[i];
    if (o->mode != APUS_FULL) continue;
    int64_t size = apus_dtype_size(o->dtype);
    const char *from = apus_address(b->context, o->place) + (r * o->row_stride + c) * size;
    for (int64_t k = 0; k < rows; k++, from += o->row_stride * size)
      for (int64_t at = 0; at < cols * size; at += 64) __builtin_prefetch(from + at);
  }
}

static void run_tile(block *b, int whole_rows) {
  const apus_tile *t = b->tile;
  for (int32_t i = 0; i < t->inputs; i++) bind_input(b, &t->input[i]);
  for (int32_t i = 0; i < t->outputs; i++) {
    const apus_tile_operand *o = &t->output[i];
    if (o->direct) b->reg[o->reg] = b->slot[o->reg];
  }
  run_code(b, whole_rows);
  for (int32_t i = 0; i < t->outputs; i++) write_output(b, &t->output[i]);
}

/// Short rows share a tile; long ones are cut, unless there are row instructions.
static void choose_tile(block *b, int64_t width) {
  int64_t length = b->tile->length;
  if (b->tile->has_rows || width * 2 <= length) {
    b->tile_rows = width == 0 ? length : width >= length ? 1 : length / width;
    b->tile_cols = width;
  } else {
    b->tile_rows = 1;
    b->tile_cols = width < length ? width : length;
  }
}

void apus_tile_begin(
  apus_tile_run *b, const apus_tile *tile, apus_context *context, int64_t c0, int64_t c1, char *scratch) {
  b->tile = tile;
  b->table = tile->table;
  b->context = context;
  b->c0 = c0;
  b->c1 = c1;
  choose_tile(b, c1 - c0);
  for (int i = 0; i < tile->registers; i++) b->reg[i] = b->slot[i] = scratch + i * tile->slot;
  for (int32_t i = 0; i < tile->inputs; i++) bind_constant(b, &tile->input[i]);
  run_constants(b, b->tile_cols == c1 - c0);
}

void apus_tile_rows(apus_tile_run *b, int64_t r0, int64_t r1, const void *product, int64_t product_stride) {
  int64_t c1 = b->c1;
  int whole_rows = b->tile_cols == c1 - b->c0;
  b->product = product;
  b->product_stride = product_stride;
  b->r0 = r0;
  for (b->r = r0; b->r < r1; b->r += b->tile_rows) {
    b->rows = r1 - b->r < b->tile_rows ? r1 - b->r : b->tile_rows;
    b->c = b->c0;
    do {
      b->cols = c1 - b->c < b->tile_cols ? c1 - b->c : b->tile_cols;
      if (b->tile->is_far) ask_ahead(b, r1, c1);
      run_tile(b, whole_rows);
      b->c += b->tile_cols;
    } while (b->c < c1);
  }
}

void apus_tile_block(
  const apus_tile *tile, apus_context *context, int64_t r0, int64_t r1, int64_t c0, int64_t c1,
  const void *product, int64_t product_stride, char *scratch) {
  apus_tile_run run;
  apus_tile_begin(&run, tile, context, c0, c1, scratch);
  apus_tile_rows(&run, r0, r1, product, product_stride);
}

static void tile_kernel(const apus_step *step, apus_context *context, int64_t chunk, char *scratch) {
  const apus_tile *t = step->extras;
  int64_t across = t->chunk_cols < t->cols ? (t->cols + t->chunk_cols - 1) / t->chunk_cols : 1;
  int64_t r0 = chunk / across * t->chunk_rows, c0 = chunk % across * t->chunk_cols;
  int64_t r1 = r0 + t->chunk_rows < t->rows ? r0 + t->chunk_rows : t->rows;
  int64_t c1 = c0 + t->chunk_cols < t->cols ? c0 + t->chunk_cols : t->cols;
  apus_tile_block(t, context, r0, r1, c0, c1, NULL, 0, scratch);
}

/// How many sources an op reads.
static int sources(apus_op op) {
  if (op == APUS_FILL || op == APUS_IOTA) return 0;
  if (op >= APUS_SELECT && op <= APUS_FMA) return 3;
  return op >= APUS_ADD && op <= APUS_COMBINE ? 2 : 1;
}

static int is_row_op(apus_op op) { return op >= APUS_ROW_SUM && op <= APUS_ROW_ARGMAX; }

/// What a register holds: nothing yet, a number for each element, for each row, or one number in all places.
enum { empty, full, column, either };

static int check_inputs(const apus_tile *t, uint8_t *kind) {
  for (int32_t i = 0; i < t->inputs; i++) {
    const apus_tile_operand *o = &t->input[i];
    if (o->reg >= t->registers || kind[o->reg] != empty || o->dtype > APUS_BOOL || o->mode > APUS_PRODUCT) return 0;
    if (o->mode == APUS_PRODUCT ? o->dtype != t->dtype : o->place.base < 0 || o->place.base >= APUS_BASES) return 0;
    kind[o->reg] = o->mode == APUS_SCALAR ? either : o->mode == APUS_COLUMN ? column : full;
  }
  return 1;
}

static int check_code(const apus_tile *t, uint8_t *kind) {
  uint8_t is_input[APUS_MAX_REGISTERS];
  for (int i = 0; i < APUS_MAX_REGISTERS; i++) is_input[i] = kind[i] != empty;
  for (int32_t i = 0; i < t->instructions; i++) {
    const apus_instruction *n = &t->code[i];
    if (n->op >= APUS_OPS || n->d >= t->registers || is_input[n->d]) return 0;
    uint8_t from[3] = {n->a, n->b, n->c};
    int wanted = n->op == APUS_EXPAND || n->column ? column : full;
    for (int s = 0; s < 3; s++) {
      if (from[s] >= t->registers) return 0;
      if (s < sources(n->op) && kind[from[s]] != wanted && kind[from[s]] != either) return 0;
    }
    int between = n->op == APUS_EXPAND || is_row_op(n->op);
    if ((between && n->d == n->a) || ((between || n->op == APUS_IOTA) && n->column)) return 0;
    kind[n->d] = n->column || is_row_op(n->op) ? column : full;
  }
  return 1;
}

static int check_outputs(const apus_tile *t, const uint8_t *kind) {
  for (int32_t i = 0; i < t->outputs; i++) {
    const apus_tile_operand *o = &t->output[i];
    if (o->reg >= t->registers || o->dtype > APUS_BOOL || o->place.base < 0 || o->place.base >= APUS_BASES) return 0;
    if (o->mode != APUS_FULL && o->mode != APUS_COLUMN) return 0;
    int wanted = o->mode == APUS_FULL ? full : column;
    if (kind[o->reg] != wanted && kind[o->reg] != either) return 0;
  }
  return 1;
}

/// Bytes an operand spans.
static int64_t span(const apus_tile *t, const apus_tile_operand *o) {
  int64_t rows = t->cut_rows > 0 && t->cut_rows < t->rows ? t->cut_rows : t->rows;
  int64_t elements = o->mode == APUS_SCALAR  ? 1
                     : o->mode == APUS_ROW   ? t->cols
                     : o->mode == APUS_COLUMN ? (rows - 1) * o->row_stride + 1
                                               : (rows - 1) * o->row_stride + t->cols;
  return elements * apus_dtype_size(o->dtype);
}

static int overlap(const apus_tile *t, const apus_tile_operand *a, const apus_tile_operand *b) {
  if (a->place.base != b->place.base) return 0;
  return a->place.offset < b->place.offset + span(t, b) && b->place.offset < a->place.offset + span(t, a);
}

static int reads(const apus_instruction *n, int reg) {
  int count = sources(n->op);
  return (count > 0 && n->a == reg) || (count > 1 && n->b == reg) || (count > 2 && n->c == reg);
}

/// The last instruction that writes an output's register may write the output's memory, when no input in the same memory
/// is read later. -1 when it may not.
static int32_t direct_writer(const apus_tile *t, int32_t output) {
  const apus_tile_operand *o = &t->output[output];
  if (o->mode != APUS_FULL || o->dtype != t->dtype || is_once(t, o->reg)) return -1;
  for (int32_t i = 0; i < t->outputs; i++)
    if (i != output && t->output[i].reg == o->reg) return -1;
  int32_t writer = -1;
  for (int32_t i = 0; i < t->instructions; i++)
    if (t->code[i].d == o->reg) writer = i;
  if (writer < 0 || writer >= 64) return -1;
  for (int32_t k = 0; k < t->inputs; k++) {
    if (t->input[k].mode == APUS_PRODUCT || !overlap(t, &t->input[k], o)) continue;
    for (int32_t i = writer + 1; i < t->instructions; i++)
      if (reads(&t->code[i], t->input[k].reg)) return -1;
    for (int32_t i = 0; i < t->outputs; i++)
      if (t->output[i].reg == t->input[k].reg) return -1;
  }
  return writer;
}

static void set_direct(apus_tile *t) {
  t->last = 0;
  for (int32_t i = 0; i < t->outputs; i++) {
    int32_t writer = direct_writer(t, i);
    t->output[i].direct = writer >= 0;
    t->output[i].writer = (int16_t)writer;
    if (writer >= 0) t->last |= (uint64_t)1 << writer;
  }
}

static uint64_t constants(const apus_tile *t) {
  uint64_t once = 0;
  for (int32_t i = 0; i < t->instructions; i++) {
    const apus_instruction *n = &t->code[i];
    int writers = 0;
    for (int32_t k = 0; k < t->instructions; k++) writers += t->code[k].d == n->d;
    if (writers == 1 && (n->op == APUS_FILL || n->op == APUS_IOTA)) once |= (uint64_t)1 << n->d;
  }
  return once;
}

static double cost(apus_op op) {
  if (op >= APUS_EXP && op <= APUS_LOG1P) return 0.8;
  if (op >= APUS_SIN && op <= APUS_SOFTPLUS) return 1.2;
  return op == APUS_POW ? 4 : is_row_op(op) ? 0.3 : 0.1;
}

static void cut(apus_tile *t, apus_step *step) {
  int64_t size = apus_dtype_size(t->dtype), registers = t->registers > 0 ? t->registers : 1;
  int64_t length = scratch_bytes / (registers * size) / 64 * 64;
  t->length = length < shortest_tile ? shortest_tile : length > longest_tile ? longest_tile : length;
  int64_t longest = t->has_rows && t->cols > t->length ? t->cols : t->length;
  t->slot = (longest * size + 127) / 64 * 64;
  step->scratch = t->slot * t->registers;
  if (t->has_rows || t->cols <= chunk_elements || t->cut_rows > 0) {
    int64_t rows = t->cols > 0 ? (chunk_elements + t->cols - 1) / t->cols : chunk_elements;
    if (t->cut_rows > 0) rows = t->cut_rows;
    t->chunk_rows = rows;
    t->chunk_cols = t->cols;
    step->chunks = (t->rows + rows - 1) / rows;
    if (t->cols == 0 && !t->has_rows) step->chunks = 0;
  } else {
    t->chunk_rows = 1;
    t->chunk_cols = chunk_elements;
    step->chunks = t->rows * ((t->cols + chunk_elements - 1) / chunk_elements);
  }
  int64_t read = 0;
  for (int32_t i = 0; i < t->inputs; i++)
    if (t->input[i].mode == APUS_FULL) read += t->rows * t->cols * apus_dtype_size(t->input[i].dtype);
  t->is_far = read > near_bytes && t->cut_rows == 0;
  double each = 0.05 * (t->inputs + t->outputs);
  for (int32_t i = 0; i < t->instructions; i++) each += cost(t->code[i].op) * (double)size / 4;
  step->work = 20 + (int64_t)(each * (double)t->rows * (double)t->cols);
}

apus_step apus_tile_step(apus_tile *t, apus_level level) {
  apus_step step = {.extras = t};
  uint8_t kind[APUS_MAX_REGISTERS] = {empty};
  if (t->dtype > APUS_F64 || t->registers > APUS_MAX_REGISTERS || t->rows < 0 || t->cols < 0 || t->cut_rows < 0)
    return step;
  if (!check_inputs(t, kind) || !check_code(t, kind) || !check_outputs(t, kind)) return step;
  t->has_rows = 0;
  for (int32_t i = 0; i < t->instructions; i++) t->has_rows |= is_row_op(t->code[i].op);
  t->once = constants(t);
  set_direct(t);
  t->moments = apus_moments_begin(t);
  t->table = apus_tile_table_for(t->dtype, level);
  cut(t, &step);
  step.kernel = tile_kernel;
  return step;
}
