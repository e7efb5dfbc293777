/// Memory for arenas, parameters and data sets.
#pragma once

#include <stdint.h>

/// Alignment of every block: a cache line, and the widest vector.
#define APUS_ALIGNMENT 64

/// `bytes` bytes at an address divisible by `APUS_ALIGNMENT`, contents undefined; NULL when there is no such memory
/// or `bytes` is negative. Blocks of 4 MiB and more ask the system for huge pages. 0 bytes give a block too.
void *apus_aligned_alloc(int64_t bytes);

/// Frees what `apus_aligned_alloc` gave; NULL is allowed.
void apus_aligned_free(void *block);
