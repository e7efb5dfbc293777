#include "apus_memory.h"

#include <stdlib.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

enum { huge_page = 2 << 20, huge_from = 4 << 20 };

void *apus_aligned_alloc(int64_t bytes) {
  if (bytes < 0 || bytes > INT64_MAX - huge_page) return NULL;
  size_t alignment = bytes >= huge_from ? huge_page : APUS_ALIGNMENT;
  size_t size = ((size_t)bytes + APUS_ALIGNMENT) / APUS_ALIGNMENT * APUS_ALIGNMENT;
  void *block = NULL;
  if (posix_memalign(&block, alignment, size) != 0) return NULL;
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  // Advice only: where huge pages are switched off the block is as good, and slower.
  if (alignment == huge_page) (void)madvise(block, size / huge_page * huge_page, MADV_HUGEPAGE);
#endif
  return block;
}

void apus_aligned_free(void *block) { free(block); }
