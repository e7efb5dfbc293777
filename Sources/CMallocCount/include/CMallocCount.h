/// Counts what a program allocates: for tests and benchmarks. Whoever links it has its allocator counted.
#pragma once

/// Calls of malloc and its kin by the calling thread since it began; -1 where they cannot be counted.
long apus_malloc_count(void);

/// The bytes that those calls asked for; -1 where they cannot be counted.
long apus_malloc_bytes(void);
