// Copies with strides. Nothing here depends on the level: these loops are bound by memory.
#include "apus_move.h"

#include <string.h>

enum { chunk_bytes = 1 << 16, tile_side = 16 };

static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static inline void copy_one(char *to, const char *from, int32_t element) {
  if (element == 4)
    memcpy(to, from, 4);
  else if (element == 8)
    memcpy(to, from, 8);
  else if (element == 2)
    memcpy(to, from, 2);
  else
    *to = *from;
}

/// n elements along one axis; strides in bytes.
static void copy_line(char *to, int64_t to_stride, const char *from, int64_t from_stride, int64_t n, int32_t element) {
  if (to_stride == element && from_stride == element) {
    memcpy(to, from, (size_t)(n * element));
  } else if (element == 4) {
    for (int64_t i = 0; i < n; i++) memcpy(to + i * to_stride, from + i * from_stride, 4);
  } else if (element == 8) {
    for (int64_t i = 0; i < n; i++) memcpy(to + i * to_stride, from + i * from_stride, 8);
  } else {
    for (int64_t i = 0; i < n; i++) copy_one(to + i * to_stride, from + i * from_stride, element);
  }
}

/// Rows r0..<r1 of the two innermost axes, in tiles, so that a transposition reads whole cache lines.
static void copy_plane(const apus_copy *p, char *to, const char *from, int64_t r0, int64_t r1) {
  int32_t inner = p->rank - 1, outer = p->rank - 2;
  int64_t cols = p->size[inner], side = p->in_stride[inner] == 1 ? cols : tile_side;
  for (int64_t c = 0; c < cols; c += side)
    for (int64_t r = r0; r < r1; r++) {
      int64_t in = r * p->in_stride[outer] + c * p->in_stride[inner];
      int64_t out = r * p->out_stride[outer] + c * p->out_stride[inner];
      copy_line(
        to + out * p->element, p->out_stride[inner] * p->element, from + in * p->element,
        p->in_stride[inner] * p->element, least(side, cols - c), p->element);
    }
}

/// Axes from `axis` on, without recursion: an odometer over all but the last two.
static void copy_rest(const apus_copy *p, int32_t axis, char *to, const char *from) {
  int64_t at[APUS_MAX_RANK] = {0};
  int32_t odometer = p->rank - 2;
  for (;;) {
    int64_t in = 0, out = 0;
    for (int32_t x = axis; x < odometer; x++) {
      in += at[x] * p->in_stride[x];
      out += at[x] * p->out_stride[x];
    }
    copy_plane(p, to + out * p->element, from + in * p->element, 0, p->size[odometer]);
    int32_t x = odometer - 1;
    while (x >= axis && ++at[x] == p->size[x]) at[x--] = 0;
    if (x < axis) return;
  }
}

/// A chunk is a run of positions of the first axis. Normalised copies have rank ≥ 2.
static void copy_kernel(const apus_step *step, apus_context *context, int64_t chunk, char *scratch) {
  (void)scratch;
  const apus_copy *p = step->extras;
  char *to = apus_address(context, p->out);
  const char *from = apus_address(context, p->in);
  int64_t end = least((chunk + 1) * p->piece, p->size[0]);
  if (p->rank == 2) {
    copy_plane(p, to, from, chunk * p->piece, end);
    return;
  }
  for (int64_t i = chunk * p->piece; i < end; i++)
    copy_rest(p, 1, to + i * p->out_stride[0] * p->element, from + i * p->in_stride[0] * p->element);
}

static void swap_axes(apus_copy *p, int32_t a, int32_t b) {
  int64_t size = p->size[a], in = p->in_stride[a], out = p->out_stride[a];
  apus_copy_axis(p, a, p->size[b], p->in_stride[b], p->out_stride[b]);
  apus_copy_axis(p, b, size, in, out);
}

static int64_t magnitude(int64_t n) { return n < 0 ? -n : n; }

/// Drops axes of size 1, sorts by falling output stride and joins axes that continue each other in both operands.
static void normalise(apus_copy *p) {
  int32_t rank = 0;
  for (int32_t x = 0; x < p->rank; x++)
    if (p->size[x] != 1) apus_copy_axis(p, rank++, p->size[x], p->in_stride[x], p->out_stride[x]);
  for (int32_t x = 1; x < rank; x++)
    for (int32_t y = x; y > 0 && magnitude(p->out_stride[y - 1]) < magnitude(p->out_stride[y]); y--)
      swap_axes(p, y - 1, y);
  int32_t joined = 0;
  for (int32_t x = 0; x < rank; x++) {
    int32_t y = joined - 1;
    int continues = y >= 0 && p->in_stride[y] == p->size[x] * p->in_stride[x]
                    && p->out_stride[y] == p->size[x] * p->out_stride[x];
    if (continues)
      apus_copy_axis(p, y, p->size[y] * p->size[x], p->in_stride[x], p->out_stride[x]);
    else
      apus_copy_axis(p, joined++, p->size[x], p->in_stride[x], p->out_stride[x]);
  }
  p->rank = joined;
}

/// Adds axes in front up to rank 2. A long line is cut, so that chunks have something to be cut along.
static void pad_rank(apus_copy *p) {
  int64_t line = chunk_bytes / p->element;
  while (p->rank < 2) {
    if (p->rank == 1) apus_copy_axis(p, 1, p->size[0], p->in_stride[0], p->out_stride[0]);
    apus_copy_axis(p, 0, 1, 0, 0);
    p->rank++;
  }
  if (p->rank == 2 && p->size[0] == 1 && p->size[1] > line && p->size[1] % line == 0) {
    apus_copy_axis(p, 0, p->size[1] / line, p->in_stride[1] * line, p->out_stride[1] * line);
    apus_copy_axis(p, 1, line, p->in_stride[1], p->out_stride[1]);
  }
}

static int is_element(int64_t bytes) { return bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8; }

apus_step apus_copy_step(apus_copy *p, apus_level level) {
  (void)level;
  apus_step step = {.extras = p};
  if (p->rank < 0 || p->rank > APUS_MAX_RANK || !is_element(p->element) || p->in.base < 0 || p->out.base < 0) return step;
  int64_t elements = 1;
  for (int32_t x = 0; x < p->rank; x++) {
    if (p->size[x] < 0) return step;
    elements *= p->size[x];
  }
  step.kernel = copy_kernel;
  if (elements == 0) return step;
  normalise(p);
  pad_rank(p);
  int64_t bytes_per_position = elements / p->size[0] * p->element;
  p->piece = bytes_per_position >= chunk_bytes ? 1 : chunk_bytes / bytes_per_position;
  step.chunks = (p->size[0] + p->piece - 1) / p->piece;
  step.work = 20 + (p->in_stride[p->rank - 1] == 1 ? elements * p->element / 16 : elements);
  return step;
}

static void fill_kernel(const apus_step *step, apus_context *context, int64_t chunk, char *scratch) {
  (void)scratch;
  const apus_fill *p = step->extras;
  int64_t piece = chunk_bytes / p->element, from = chunk * piece, n = least(piece, p->count - from);
  char *to = apus_address(context, p->out) + from * p->element;
  if (p->bits == 0)
    memset(to, 0, (size_t)(n * p->element));
  else
    for (int64_t i = 0; i < n; i++) memcpy(to + i * p->element, &p->bits, (size_t)p->element);
}

apus_step apus_fill_step(apus_fill *p, apus_level level) {
  (void)level;
  apus_step step = {.extras = p};
  if (p->count < 0 || !is_element(p->element) || p->out.base < 0) return step;
  int64_t piece = chunk_bytes / p->element;
  step.kernel = fill_kernel;
  step.chunks = (p->count + piece - 1) / piece;
  step.work = 20 + p->count * p->element / 16;
  return step;
}
