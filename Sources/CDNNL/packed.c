// Products by oneDNN's matrix product primitive, the operands first brought into the order and the type that it likes.
//
// All of it is one code for float32 and bfloat16: only `dnnl_data_type_t` differs. So it is tested in float32 on
// processors that have no bfloat16.
#include "CDNNL.h"

#include "apus_memory.h"
#include "apus_run.h"
#include "internal/library.h"

#ifdef APUS_HAS_DNNL

#include <stdlib.h>
#include <string.h>

/// Primitives never change, so any number of threads may run them at once.
struct apus_dnnl_packing {
  apus_dnnl_pieces pieces;
  dnnl_engine_t engine;
  /// float32 operands as they lie → packed ones, and the product of packed pieces; each knows its own layouts.
  dnnl_primitive_desc_t pack_a, pack_b, product;
  dnnl_primitive_t run_pack_a, run_pack_b, run_product;
  dnnl_memory_desc_t given_a, given_b, result;
  int64_t a_bytes, b_bytes, scratch_bytes;  // of one piece; the most that a primitive needs
};

static int64_t round_up(int64_t n) { return (n + 63) / 64 * 64; }

static int64_t layout_bytes(const apus_dnnl *library, const_dnnl_primitive_desc_t of, dnnl_query_t what) {
  apus_dnnl_layout layout = library->primitive_desc_query_md(of, what, 0);
  return layout ? round_up((int64_t)library->memory_desc_get_size(layout)) : 0;
}

/// The primitive that packs one operand, given in float32 as `from` says, into what the product wants as `what`.
static int make_packing(
  const apus_dnnl *library, apus_dnnl_packing *p, apus_dnnl_layout from, dnnl_query_t what,
  const_dnnl_primitive_attr_t attributes, dnnl_primitive_desc_t *description, dnnl_primitive_t *primitive) {
  apus_dnnl_layout to = library->primitive_desc_query_md(p->product, what, 0);
  return to &&
         library->reorder_primitive_desc_create(description, from, p->engine, to, p->engine, attributes) ==
           dnnl_success &&
         library->primitive_create(primitive, *description) == dnnl_success;
}

/// A product without a fast loop for this processor is worse than our own in float32.
static int is_fast(const apus_dnnl *library, const_dnnl_primitive_desc_t product) {
  const char *name = NULL;
  library->primitive_desc_query(product, dnnl_query_impl_info_str, 0, &name);
  return !name || !strstr(name, "ref");
}

static int make_product(
  const apus_dnnl *library, apus_dnnl_packing *p, dnnl_data_type_t type, const_dnnl_primitive_attr_t attributes) {
  int64_t m = p->pieces.m / p->pieces.down, n = p->pieces.n / p->pieces.across, k = p->pieces.k;
  dnnl_memory_desc_t a = {0}, b = {0};
  int64_t dense[2] = {n, 1};
  int made = apus_dnnl_describe(library, &a, m, k, type, NULL) && apus_dnnl_describe(library, &b, k, n, type, NULL) &&
             apus_dnnl_describe(library, &p->result, m, n, dnnl_f32, dense) &&
             apus_dnnl_describe_product(
               library, &p->product, p->engine, APUS_DNNL_SEEN(a), APUS_DNNL_SEEN(b), APUS_DNNL_SEEN(p->result),
               attributes) &&
             is_fast(library, p->product) && library->primitive_create(&p->run_product, p->product) == dnnl_success;
  apus_dnnl_forget(library, &a);
  apus_dnnl_forget(library, &b);
  return made;
}

static int make_all(const apus_dnnl *library, apus_dnnl_packing *p, dnnl_data_type_t type) {
  int64_t m = p->pieces.m / p->pieces.down, n = p->pieces.n / p->pieces.across, k = p->pieces.k;
  int64_t of_a[2] = {p->pieces.transpose_a ? 1 : k, p->pieces.transpose_a ? p->pieces.m : 1};
  int64_t of_b[2] = {p->pieces.transpose_b ? 1 : p->pieces.n, p->pieces.transpose_b ? k : 1};
  dnnl_primitive_attr_t attributes = NULL;
  if (library->engine_create(&p->engine, dnnl_cpu, 0) != dnnl_success) return 0;
  int made = library->primitive_attr_create(&attributes) == dnnl_success &&
             library->primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user) == dnnl_success &&
             make_product(library, p, type, attributes) &&
             apus_dnnl_describe(library, &p->given_a, m, k, dnnl_f32, of_a) &&
             apus_dnnl_describe(library, &p->given_b, k, n, dnnl_f32, of_b) &&
             make_packing(library, p, APUS_DNNL_SEEN(p->given_a), dnnl_query_src_md, attributes, &p->pack_a,
                          &p->run_pack_a) &&
             make_packing(library, p, APUS_DNNL_SEEN(p->given_b), dnnl_query_weights_md, attributes, &p->pack_b,
                          &p->run_pack_b);
  if (attributes) library->primitive_attr_destroy(attributes);
  if (!made) return 0;
  p->a_bytes = layout_bytes(library, p->product, dnnl_query_src_md);
  p->b_bytes = layout_bytes(library, p->product, dnnl_query_weights_md);
  const_dnnl_primitive_desc_t all[] = {p->pack_a, p->pack_b, p->product};
  for (int i = 0; i < 3; i++) {
    int64_t bytes = layout_bytes(library, all[i], dnnl_query_scratchpad_md);
    if (bytes > p->scratch_bytes) p->scratch_bytes = bytes;
  }
  return 1;
}

void apus_dnnl_packing_destroy(apus_dnnl_packing *p) {
  if (!p) return;
  const apus_dnnl *library = apus_dnnl_library();
  dnnl_primitive_t primitives[] = {p->run_pack_a, p->run_pack_b, p->run_product};
  dnnl_primitive_desc_t descriptions[] = {p->pack_a, p->pack_b, p->product};
  for (int i = 0; i < 3; i++) {
    if (primitives[i]) library->primitive_destroy(primitives[i]);
    if (descriptions[i]) library->primitive_desc_destroy(descriptions[i]);
  }
  apus_dnnl_forget(library, &p->given_a);
  apus_dnnl_forget(library, &p->given_b);
  apus_dnnl_forget(library, &p->result);
  if (p->engine) library->engine_destroy(p->engine);
  free(p);
}

apus_dnnl_packing *apus_dnnl_packing_create(const apus_dnnl_pieces *pieces) {
  const apus_dnnl *library = apus_dnnl_library();
  if (!library->has_primitives || pieces->m < 1 || pieces->n < 1 || pieces->k < 1) return NULL;
  if (pieces->m % pieces->down || pieces->n % pieces->across) return NULL;
  apus_dnnl_packing *p = calloc(1, sizeof *p);
  if (!p) return NULL;
  p->pieces = *pieces;
  // The threads that a primitive will run on are chosen here.
  int threads = apus_dnnl_begin_alone(library);
  int made = make_all(library, p, pieces->rounds ? dnnl_bf16 : dnnl_f32);
  apus_dnnl_end_alone(library, threads);
  if (made) return p;
  apus_dnnl_packing_destroy(p);
  return NULL;
}

int64_t apus_dnnl_packed_bytes_a(const apus_dnnl_packing *p) { return p->a_bytes * p->pieces.down; }
int64_t apus_dnnl_packed_bytes_b(const apus_dnnl_packing *p) { return p->b_bytes * p->pieces.across; }

/// An operand of a primitive: what it is to it, how it lies, and where.
typedef struct operand {
  int argument;
  apus_dnnl_layout layout;
  void *at;
} operand;

/// Runs a primitive on the caller's thread. False when the library has no memory left.
static int execute(
  const apus_dnnl_packing *p, const_dnnl_primitive_desc_t description, dnnl_primitive_t primitive,
  const operand *operands, int count, char *scratch) {
  const apus_dnnl *library = apus_dnnl_library();
  dnnl_exec_arg_t arguments[4] = {{0}};
  dnnl_stream_t stream = NULL;
  int threads = apus_dnnl_begin_alone(library);
  int done = library->stream_create(&stream, p->engine, dnnl_stream_default_flags) == dnnl_success;
  operand all[4];
  memcpy(all, operands, (size_t)count * sizeof *all);
  apus_dnnl_layout pad = library->primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0);
  if (pad && library->memory_desc_get_size(pad) > 0) all[count++] = (operand){DNNL_ARG_SCRATCHPAD, pad, scratch};
  for (int i = 0; i < count; i++) {
    arguments[i].arg = all[i].argument;
    done = done && library->memory_create(&arguments[i].memory, all[i].layout, p->engine, all[i].at) == dnnl_success;
  }
  done = done && library->primitive_execute(primitive, stream, count, arguments) == dnnl_success &&
         library->stream_wait(stream) == dnnl_success;
  for (int i = 0; i < count; i++)
    if (arguments[i].memory) library->memory_destroy(arguments[i].memory);
  if (stream) library->stream_destroy(stream);
  apus_dnnl_end_alone(library, threads);
  return done;
}

static int pack_a(const apus_dnnl_packing *p, int64_t piece, const float *a, char *packed, char *scratch) {
  int64_t first = piece * (p->pieces.m / p->pieces.down) * (p->pieces.transpose_a ? 1 : p->pieces.k);
  operand operands[] = {
    {DNNL_ARG_FROM, APUS_DNNL_SEEN(p->given_a), (void *)(a + first)},
    {DNNL_ARG_TO, apus_dnnl_library()->primitive_desc_query_md(p->product, dnnl_query_src_md, 0),
     packed + piece * p->a_bytes},
  };
  return execute(p, p->pack_a, p->run_pack_a, operands, 2, scratch);
}

static int pack_b(const apus_dnnl_packing *p, int64_t piece, const float *b, char *packed, char *scratch) {
  int64_t first = piece * (p->pieces.n / p->pieces.across) * (p->pieces.transpose_b ? p->pieces.k : 1);
  operand operands[] = {
    {DNNL_ARG_FROM, APUS_DNNL_SEEN(p->given_b), (void *)(b + first)},
    {DNNL_ARG_TO, apus_dnnl_library()->primitive_desc_query_md(p->product, dnnl_query_weights_md, 0),
     packed + piece * p->b_bytes},
  };
  return execute(p, p->pack_b, p->run_pack_b, operands, 2, scratch);
}

/// c: dense, the rows and columns of one piece.
static int multiply(
  const apus_dnnl_packing *p, int64_t down, int64_t across, char *packed_a, char *packed_b, float *c, char *scratch) {
  const apus_dnnl *library = apus_dnnl_library();
  operand operands[] = {
    {DNNL_ARG_SRC, library->primitive_desc_query_md(p->product, dnnl_query_src_md, 0), packed_a + down * p->a_bytes},
    {DNNL_ARG_WEIGHTS, library->primitive_desc_query_md(p->product, dnnl_query_weights_md, 0),
     packed_b + across * p->b_bytes},
    {DNNL_ARG_DST, APUS_DNNL_SEEN(p->result), c},
  };
  return execute(p, p->product, p->run_product, operands, 3, scratch);
}

static void pack_kernel(const apus_step *step, apus_context *context, int64_t chunk, char *scratch) {
  const apus_dnnl_packed_product *p = step->extras;
  int64_t down = p->packing->pieces.down;
  char *packed_a = apus_address(context, p->packed_a), *packed_b = apus_address(context, p->packed_b);
  int done = chunk < down
               ? pack_a(p->packing, chunk, (const float *)apus_address(context, p->a), packed_a, scratch)
               : pack_b(p->packing, chunk - down, (const float *)apus_address(context, p->b), packed_b, scratch);
  if (!done) apus_fail(context, step, APUS_NO_RESULT, chunk);
}

static int64_t block_bytes(const apus_dnnl_pieces *p) {
  return round_up(p->m / p->down * (p->n / p->across) * (int64_t)sizeof(float));
}

static void multiply_kernel(const apus_step *step, apus_context *context, int64_t chunk, char *scratch) {
  const apus_dnnl_packed_product *p = step->extras;
  const apus_dnnl_pieces *pieces = &p->packing->pieces;
  int64_t i = chunk / pieces->across, j = chunk % pieces->across;
  int64_t rows = pieces->m / pieces->down, cols = pieces->n / pieces->across;
  float *block = (float *)scratch;
  char *rest = scratch + block_bytes(pieces);
  if (!multiply(p->packing, i, j, apus_address(context, p->packed_a), apus_address(context, p->packed_b), block, rest)) {
    apus_fail(context, step, APUS_NO_RESULT, chunk);
    return;
  }
  if (p->epilogue) {
    apus_tile_block(
      p->epilogue, context, i * rows, (i + 1) * rows, j * cols, (j + 1) * cols, block, cols, rest);
    return;
  }
  float *c = (float *)apus_address(context, p->c) + i * rows * pieces->n + j * cols;
  for (int64_t r = 0; r < rows; r++) memcpy(c + r * pieces->n, block + r * cols, (size_t)cols * sizeof *c);
}

int apus_dnnl_packed_steps(const apus_dnnl_packed_product *p, apus_level level, apus_step steps[2]) {
  const apus_dnnl_pieces *pieces = &p->packing->pieces;
  int64_t program = 0, work = 0;
  if (p->epilogue) {
    apus_step inner = apus_tile_step(p->epilogue, level);
    if (!inner.kernel || p->epilogue->rows != pieces->m || p->epilogue->cols != pieces->n) return 0;
    if (p->epilogue->has_rows && pieces->across > 1) return 0;
    program = p->epilogue->slot * p->epilogue->registers;
    work = inner.work;
  }
  int64_t scratch = p->packing->scratch_bytes;
  steps[0] = (apus_step){
    .kernel = pack_kernel, .extras = p, .chunks = pieces->down + pieces->across,
    .work = 1000 + (pieces->m + pieces->n) * pieces->k / 2, .scratch = scratch};
  double products = (double)pieces->m * (double)pieces->n * (double)pieces->k;
  steps[1] = (apus_step){
    .kernel = multiply_kernel, .extras = p, .chunks = pieces->down * pieces->across,
    .work = work + 1000 + (int64_t)(products / 100),
    .scratch = block_bytes(pieces) + (scratch > program ? scratch : program)};
  return 1;
}

struct apus_dnnl_packed_pair {
  apus_dnnl_packing *packing;
  char *memory;  // A, B, what the primitives need
};

void apus_dnnl_packed_pair_destroy(apus_dnnl_packed_pair *pair) {
  if (!pair) return;
  apus_aligned_free(pair->memory);
  apus_dnnl_packing_destroy(pair->packing);
  free(pair);
}

apus_dnnl_packed_pair *apus_dnnl_packed_pair_create(const apus_dnnl_pieces *pieces, const float *a, const float *b) {
  apus_dnnl_pieces whole = *pieces;
  whole.down = whole.across = 1;
  apus_dnnl_packing *p = apus_dnnl_packing_create(&whole);
  if (!p) return NULL;
  apus_dnnl_packed_pair *pair = calloc(1, sizeof *pair);
  if (!pair) {
    apus_dnnl_packing_destroy(p);
    return NULL;
  }
  pair->packing = p;
  pair->memory = apus_aligned_alloc(p->a_bytes + p->b_bytes + p->scratch_bytes);
  char *packed_b = pair->memory + p->a_bytes, *scratch = packed_b + p->b_bytes;
  if (pair->memory && pack_a(p, 0, a, pair->memory, scratch) && pack_b(p, 0, b, packed_b, scratch)) return pair;
  apus_dnnl_packed_pair_destroy(pair);
  return NULL;
}

int apus_dnnl_packed_pair_multiply(const apus_dnnl_packed_pair *pair, float *c, int64_t times) {
  const apus_dnnl_packing *p = pair->packing;
  char *packed_b = pair->memory + p->a_bytes, *scratch = packed_b + p->b_bytes;
  for (int64_t i = 0; i < times; i++)
    if (!multiply(p, 0, 0, pair->memory, packed_b, c, scratch)) return 0;
  return 1;
}

#else

apus_dnnl_packing *apus_dnnl_packing_create(const apus_dnnl_pieces *pieces) {
  (void)pieces;
  return 0;
}

void apus_dnnl_packing_destroy(apus_dnnl_packing *packing) { (void)packing; }
int64_t apus_dnnl_packed_bytes_a(const apus_dnnl_packing *packing) { return packing ? 0 : 0; }
int64_t apus_dnnl_packed_bytes_b(const apus_dnnl_packing *packing) { return packing ? 0 : 0; }

int apus_dnnl_packed_steps(const apus_dnnl_packed_product *product, apus_level level, apus_step steps[2]) {
  (void)product, (void)level, (void)steps;
  return 0;
}

void apus_dnnl_packed_pair_destroy(apus_dnnl_packed_pair *pair) { (void)pair; }

apus_dnnl_packed_pair *apus_dnnl_packed_pair_create(const apus_dnnl_pieces *pieces, const float *a, const float *b) {
  (void)pieces, (void)a, (void)b;
  return 0;
}

int apus_dnnl_packed_pair_multiply(const apus_dnnl_packed_pair *pair, float *c, int64_t times) {
  (void)pair, (void)c, (void)times;
  return 0;
}

#endif
