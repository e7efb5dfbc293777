/// Running steps, alone or on a pool of threads.
#pragma once

#include "apus_step.h"

typedef struct apus_pool apus_pool;

/// Threads that wait for work: they spin about 50 µs, then sleep. `threads` counts the caller of `apus_run`, so
/// `threads - 1` are created (1 gives a pool without threads). `started`, when not NULL, runs once on each new thread
/// before its first work. NULL when memory or threads are not to be had, or `threads` is not in 1...1024.
apus_pool *apus_pool_create(int32_t threads, void (*started)(void *argument), void *argument);

/// Stops and joins the threads; no `apus_run` may be using the pool. NULL is allowed.
void apus_pool_destroy(apus_pool *pool);

/// The number `apus_pool_create` was given.
int32_t apus_pool_threads(const apus_pool *pool);

/// Runs `count` steps in order on at most `threads` threads, the caller's included. `pool` may be NULL: one thread.
/// Several threads may call this on one pool at once, each with its own context: one of them gets the pool, the
/// others run alone. `context->scratch` must hold `min(threads, pool's)` times `scratch_stride` bytes.
/// Sets flush-to-zero and denormals-are-zero while computing, and restores the caller's mode.
/// Returns `APUS_OK`, or the first error, which then is in `context` too; later steps run all the same.
apus_error apus_run(const apus_step *steps, int64_t count, apus_context *context, apus_pool *pool, int32_t threads);

/// Runs a step that comes before the next run of the same context, such as filling its inputs, on the threads that the
/// run will use. Errors are left for the run to forget.
void apus_run_before(const apus_step *step, apus_context *context, apus_pool *pool, int32_t threads);

/// For kernels: notes an error of `step`. May be called from any thread.
void apus_fail(apus_context *context, const apus_step *step, apus_error error, int64_t value);
