#pragma once

#include "../include/apus_run.h"

/// Takes the pool for one run; 0 when another run has it.
int apus_pool_claim(apus_pool *pool);
void apus_pool_release(apus_pool *pool);

/// Runs all chunks of a step on the caller and up to `threads - 1` workers of a claimed pool.
void apus_pool_spread(apus_pool *pool, const apus_step *step, apus_context *context, int32_t threads);

/// Flush-to-zero and denormals-are-zero on this thread; returns the mode before, for `apus_mode_restore`.
uint64_t apus_mode_flush(void);
void apus_mode_restore(uint64_t mode);
