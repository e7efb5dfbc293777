#include "apus_run.h"

#include "internal/pool.h"

#include <stddef.h>

/// Below this a second thread costs more than it brings; above, one thread for each such piece of work.
enum { shared_from_nanoseconds = 4000, nanoseconds_per_thread = 2000 };

static int32_t useful_threads(const apus_step *step, int32_t threads) {
  if (step->chunks < 2 || step->work < shared_from_nanoseconds) return 1;
  int64_t useful = step->work / nanoseconds_per_thread;
  if (useful > step->chunks) useful = step->chunks;
  return useful < threads ? (int32_t)useful : threads;
}

apus_error apus_run(const apus_step *steps, int64_t count, apus_context *context, apus_pool *pool, int32_t threads) {
  context->error = APUS_OK;
  context->error_step = 0;
  context->error_value = 0;
  if (pool && threads > apus_pool_threads(pool)) threads = apus_pool_threads(pool);
  if (!pool || threads < 2 || !apus_pool_claim(pool)) {
    pool = NULL;
    threads = 1;
  }
  uint64_t mode = apus_mode_flush();
  for (int64_t i = 0; i < count; i++) {
    const apus_step *step = &steps[i];
    int32_t useful = threads > 1 ? useful_threads(step, threads) : 1;
    if (useful > 1) {
      apus_pool_spread(pool, step, context, useful);
    } else {
      for (int64_t chunk = 0; chunk < step->chunks; chunk++) step->kernel(step, context, chunk, context->scratch);
    }
    if (step->finish) step->finish(step, context, 0, context->scratch);
  }
  apus_mode_restore(mode);
  if (pool) apus_pool_release(pool);
  // Until here the step was noted by its address.
  if (context->error != APUS_OK) context->error_step -= (int64_t)(intptr_t)steps;
  if (context->error != APUS_OK) context->error_step /= (int64_t)sizeof(apus_step);
  return (apus_error)context->error;
}

void apus_fail(apus_context *context, const apus_step *step, apus_error error, int64_t value) {
  int64_t none = APUS_OK;
  if (!__atomic_compare_exchange_n(&context->error, &none, error, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) return;
  context->error_step = (int64_t)(intptr_t)step;
  context->error_value = value;
}
