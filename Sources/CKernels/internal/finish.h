// The end of a product: the epilogue that happens in registers. See apus_contract.

typedef struct NAME(ends) {
  const T *bias, *mask;
  T *c;
  int64_t stride;
  T rate;
  int relu, accumulate, update;
} NAME(ends);

/// The ends of batch item g; or, for the block an epilogue program reads, none.
INLINE NAME(ends) NAME(ends_of)(const apus_contract *p, const apus_context *context, int64_t g) {
  NAME(ends) e = {0};
  if (p->epilogue) return e;
  int64_t at = g * p->c_batch;
  e.c = (T *)apus_address(context, p->c) + at;
  e.stride = p->c_row;
  if (p->bias.base >= 0) e.bias = (const T *)apus_address(context, p->bias);
  if (p->mask.base >= 0) e.mask = (const T *)apus_address(context, p->mask) + at;
  e.relu = p->relu;
  e.accumulate = p->accumulate;
  e.update = p->rate.base >= 0;
  if (e.update) e.rate = *(const T *)apus_address(context, p->rate);
  return e;
}

/// Whether the product itself is stored, or C − rate·P.
INLINE int NAME(is_simple)(const NAME(ends) *e) { return !e->accumulate && !e->relu && !e->bias && !e->mask; }

/// Takes `lanes` (≤ VN) numbers of P from [i, j] on to their place.
INLINE void NAME(finish)(const NAME(ends) *e, int64_t i, int64_t j, V v, int64_t lanes) {
#define GET(from) (lanes == VN ? NAME(load)(from) : NAME(load_part)(from, lanes))
  T *c = e->c + i * e->stride + j;
  V zero = NAME(splat)(0);
  if (e->bias) v += GET(e->bias + j);
  if (e->relu) v = NAME(pick)(v <= 0, zero, v);
  if (e->mask) v = NAME(pick)(GET(e->mask + i * e->stride + j) > 0, v, zero);
  if (e->accumulate) v = GET(c) + v;
  if (e->update) v = NAME(fma)(NAME(splat)(-e->rate), v, GET(c));
  if (lanes == VN)
    NAME(store)(c, v);
  else
    NAME(store_part)(c, v, lanes);
#undef GET
}
