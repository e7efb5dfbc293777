// Stands before the allocator of the process, counts, and passes everything on to the next one: the C library's, or one
// that was preloaded, whose `free` the blocks will meet.
#define _GNU_SOURCE
#include "CMallocCount.h"

#include <stdlib.h>

#if defined(__GLIBC__) && !__has_feature(thread_sanitizer) && !__has_feature(address_sanitizer)

#include <dlfcn.h>
#include <errno.h>

static __thread long calls, bytes;
/// While the next allocator is looked up, what `dlsym` itself asks for is refused, which it copes with.
static __thread int searching;

/// Fills `*kept` at the first call. Two threads that come at once find the same.
static void *next(const char *name, void **kept) {
  void *found = __atomic_load_n(kept, __ATOMIC_RELAXED);
  if (found || searching) return found;
  searching = 1;
  found = dlsym(RTLD_NEXT, name);
  searching = 0;
  __atomic_store_n(kept, found, __ATOMIC_RELAXED);
  return found;
}

static void count(size_t size) {
  calls++;
  bytes += (long)size;
}

#define PASS_ON(name, size, parameters, arguments) \
  void *name parameters { \
    static void *kept; \
    void *(*found) parameters = (void *(*)parameters)next(#name, &kept); \
    if (!found) return NULL; \
    count(size); \
    return found arguments; \
  }

PASS_ON(malloc, size, (size_t size), (size))
PASS_ON(calloc, number *size, (size_t number, size_t size), (number, size))
PASS_ON(realloc, size, (void *block, size_t size), (block, size))
PASS_ON(memalign, size, (size_t alignment, size_t size), (alignment, size))
PASS_ON(aligned_alloc, size, (size_t alignment, size_t size), (alignment, size))

int posix_memalign(void **block, size_t alignment, size_t size) {
  static void *kept;
  int (*found)(void **, size_t, size_t) = (int (*)(void **, size_t, size_t))next("posix_memalign", &kept);
  if (!found) return ENOMEM;
  count(size);
  return found(block, alignment, size);
}

long apus_malloc_count(void) { return calls; }
long apus_malloc_bytes(void) { return bytes; }

#else

long apus_malloc_count(void) { return -1; }
long apus_malloc_bytes(void) { return -1; }

#endif
