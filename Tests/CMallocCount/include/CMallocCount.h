/// Counts what a test allocates.
#pragma once

/// Calls of malloc, calloc and realloc by the calling thread since it began; -1 where they cannot be counted.
long apus_malloc_count(void);
