// oneDNN's functions, looked up when first needed: programs that never multiply large matrices do not pay for loading
// it. What differs between the versions 2 and 3 is hidden here.
#pragma once

#if defined(APUS_ONEDNN) && __has_include(<dnnl.h>)
#define APUS_HAS_DNNL 1

#include <dnnl.h>
#include <stdint.h>

#if DNNL_VERSION_MAJOR >= 3
#define APUS_DNNL_OF_VERSION(F) \
  F(memory_desc_create_with_strides) F(memory_desc_create_with_tag) F(memory_desc_destroy) \
  F(matmul_primitive_desc_create)
#else
#define APUS_DNNL_OF_VERSION(F) \
  F(memory_desc_init_by_strides) F(memory_desc_init_by_tag) F(matmul_desc_init) F(primitive_desc_create)
#endif

/// What primitives need.
#define APUS_DNNL_PRIMITIVES(F) \
  F(engine_create) F(engine_destroy) F(stream_create) F(stream_destroy) F(stream_wait) F(memory_create) \
  F(memory_destroy) F(memory_desc_get_size) F(primitive_attr_create) F(primitive_attr_destroy) \
  F(primitive_attr_set_scratchpad_mode) F(reorder_primitive_desc_create) F(primitive_desc_destroy) \
  F(primitive_desc_query_md) F(primitive_desc_query) F(primitive_create) F(primitive_destroy) F(primitive_execute) \
  APUS_DNNL_OF_VERSION(F)

#define APUS_DNNL_FIELD(name) __typeof__(&dnnl_##name) name;

typedef struct apus_dnnl {
  int loaded;
  int has_primitives;
  APUS_DNNL_FIELD(sgemm)
  APUS_DNNL_FIELD(version)
  APUS_DNNL_PRIMITIVES(APUS_DNNL_FIELD)
  int (*get_threads)(void);
  void (*set_threads)(int);
} apus_dnnl;

/// Loads the library once; `loaded` is 0 where it is not to be had.
const apus_dnnl *apus_dnnl_library(void);

/// From here on each call has one thread, as its bits depend on how many there are. Returns what to put back.
static inline int apus_dnnl_begin_alone(const apus_dnnl *library) {
  int threads = library->get_threads ? library->get_threads() : 1;
  if (threads != 1 && library->set_threads) library->set_threads(1);
  return threads;
}

static inline void apus_dnnl_end_alone(const apus_dnnl *library, int threads) {
  if (threads != 1 && library->set_threads) library->set_threads(threads);
}

// How a matrix lies in memory: in version 2 a value, in version 3 an object that must be destroyed.
#if DNNL_VERSION_MAJOR >= 3
typedef const_dnnl_memory_desc_t apus_dnnl_layout;
#define APUS_DNNL_SEEN(layout) (layout)
#else
typedef const dnnl_memory_desc_t *apus_dnnl_layout;
#define APUS_DNNL_SEEN(layout) (&(layout))
#endif

/// A matrix with these strides; with `strides` NULL in the order that a primitive likes best.
static inline int apus_dnnl_describe(
  const apus_dnnl *library, dnnl_memory_desc_t *layout, int64_t rows, int64_t cols, dnnl_data_type_t type,
  const int64_t *strides) {
  dnnl_dims_t sizes = {rows, cols}, steps = {0};
  if (strides) steps[0] = strides[0], steps[1] = strides[1];
#if DNNL_VERSION_MAJOR >= 3
  dnnl_status_t status =
    strides ? library->memory_desc_create_with_strides(layout, 2, sizes, type, steps)
            : library->memory_desc_create_with_tag(layout, 2, sizes, type, dnnl_format_tag_any);
#else
  dnnl_status_t status = strides ? library->memory_desc_init_by_strides(layout, 2, sizes, type, steps)
                                 : library->memory_desc_init_by_tag(layout, 2, sizes, type, dnnl_format_tag_any);
#endif
  return status == dnnl_success;
}

static inline void apus_dnnl_forget(const apus_dnnl *library, dnnl_memory_desc_t *layout) {
#if DNNL_VERSION_MAJOR >= 3
  if (*layout) library->memory_desc_destroy(*layout);
#else
  (void)library, (void)layout;
#endif
}

/// The description of a · b = c.
static inline int apus_dnnl_describe_product(
  const apus_dnnl *library, dnnl_primitive_desc_t *product, dnnl_engine_t engine, apus_dnnl_layout a,
  apus_dnnl_layout b, apus_dnnl_layout c, const_dnnl_primitive_attr_t attributes) {
#if DNNL_VERSION_MAJOR >= 3
  return library->matmul_primitive_desc_create(product, engine, a, b, NULL, c, attributes) == dnnl_success;
#else
  dnnl_matmul_desc_t matmul;
  return library->matmul_desc_init(&matmul, a, b, NULL, c) == dnnl_success &&
         library->primitive_desc_create(product, &matmul, attributes, engine, NULL) == dnnl_success;
#endif
}
#endif
