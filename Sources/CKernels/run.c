#include "apus_run.h"

#include "internal/pool.h"

#include <stddef.h>
#include <time.h>

/// Below this a second thread costs more than it brings; above, one thread for each such piece of work.
enum { shared_from_nanoseconds = 4000, nanoseconds_per_thread = 2000 };

static int32_t useful_threads(const apus_step *step, int32_t threads) {
  if (step->chunks < 2 || step->work < shared_from_nanoseconds) return 1;
  int64_t useful = step->work / nanoseconds_per_thread;
  if (useful > step->chunks) useful = step->chunks;
  return useful < threads ? (int32_t)useful : threads;
}

// Whether threads help a short run depends on where the system has put them: on cores that share a cache, or on far ones,
// or beside a busy neighbour. So the clock decides, in rounds: a few runs on all threads, a few on one, then many in the
// better way. Only how many threads run depends on it, never the numbers. Longer runs always gain from threads.
enum { trial_runs = 12, first_counted = 4, round_runs = 1024, long_run = 500000 };

static int runs_alone(const apus_choice *c) { return c->run < trial_runs ? 0 : c->run < 2 * trial_runs ? 1 : c->is_alone; }

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void learn(apus_choice *c, int64_t nanoseconds) {
  int64_t trial = c->run % trial_runs, *shortest = c->run < trial_runs ? &c->together : &c->alone;
  // The first runs after a change fetch data from the other threads' caches.
  if (trial == first_counted || (trial > first_counted && nanoseconds < *shortest)) *shortest = nanoseconds;
  c->run++;
  if (c->run == trial_runs && c->together > long_run) {
    c->is_alone = 0;
    c->run = 2 * trial_runs;
  } else if (c->run == 2 * trial_runs) {
    c->is_alone = c->alone < c->together;
  }
}

static int learns(const apus_choice *c) { return c->run < 2 * trial_runs; }

/// The pool, when this run has it to itself, and then the number of threads in `threads`.
static apus_pool *claim(apus_pool *pool, int32_t *threads) {
  if (pool && *threads > apus_pool_threads(pool)) *threads = apus_pool_threads(pool);
  if (pool && *threads > 1 && apus_pool_claim(pool)) return pool;
  *threads = 1;
  return NULL;
}

static void run_chunks(const apus_step *step, apus_context *context, apus_pool *pool, int32_t threads) {
  if (threads > 1) {
    apus_pool_spread(pool, step, context, threads);
  } else {
    for (int64_t chunk = 0; chunk < step->chunks; chunk++) step->kernel(step, context, chunk, context->scratch);
  }
}

static void run_steps(const apus_step *steps, int64_t count, apus_context *context, apus_pool *pool, int32_t threads) {
  uint64_t mode = apus_mode_flush();
  for (int64_t i = 0; i < count; i++) {
    const apus_step *step = &steps[i];
    int32_t useful = threads > 1 ? useful_threads(step, threads) : 1;
    if (step->prepare) {
      apus_step first = *step;
      first.kernel = step->prepare;
      first.chunks = step->prepare_chunks;
      run_chunks(&first, context, pool, useful);
    }
    run_chunks(step, context, pool, useful);
    if (step->finish) step->finish(step, context, 0, context->scratch);
  }
  apus_mode_restore(mode);
}

void apus_run_before(const apus_step *step, apus_context *context, apus_pool *pool, int32_t threads) {
  apus_choice *choice = &context->choice;
  apus_pool *claimed = claim(pool, &threads);
  if (claimed && learns(choice)) choice->begun = now();
  run_steps(step, 1, context, claimed, claimed && runs_alone(choice) ? 1 : threads);
  if (claimed) apus_pool_release(claimed);
}

apus_error apus_run(const apus_step *steps, int64_t count, apus_context *context, apus_pool *pool, int32_t threads) {
  context->error = APUS_OK;
  context->error_step = 0;
  context->error_value = 0;
  apus_choice *choice = &context->choice;
  apus_pool *claimed = claim(pool, &threads);
  if (claimed && learns(choice) && choice->begun == 0) choice->begun = now();
  run_steps(steps, count, context, claimed, claimed && runs_alone(choice) ? 1 : threads);
  if (claimed) {
    apus_pool_release(claimed);
    if (choice->begun) {
      learn(choice, now() - choice->begun);
    } else if (++choice->run >= round_runs) {
      choice->run = 0;
    }
  }
  choice->begun = 0;
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
