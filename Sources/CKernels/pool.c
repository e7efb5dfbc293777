// A pool of threads that take chunks of one step at a time.
//
// Each worker watches a word of its own, `offer`. The caller writes the job, then the job's number into the offers of
// the workers it wants. A worker accepts by exchanging its offer for 0, and says so when done. When the caller finds
// no chunk left, it withdraws the offers that nobody has accepted and waits for the others: a worker that the
// system has not woken yet never holds up the step.
//
// Chunks are dealt out in equal runs, the same to the same worker every time, so that data stays in its cache; whoever
// is done takes over chunks of the others.
#include "internal/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum { line = 64, spin_nanoseconds = 50000, pauses_per_look = 32 };

typedef struct worker {
  _Alignas(line) _Atomic uint64_t offer;   // job on offer; 0: none
  _Alignas(line) _Atomic uint64_t done;    // last job finished
  _Atomic int parked;
  pthread_mutex_t mutex;
  pthread_cond_t wake;
  pthread_t thread;
  apus_pool *pool;
  int32_t index;
} worker;

typedef struct run_of_chunks {
  _Alignas(line) _Atomic int64_t next;
  int64_t end;
} run_of_chunks;

struct apus_pool {
  int32_t threads;
  _Alignas(line) _Atomic int busy;
  _Atomic int stopping;
  uint64_t job;                // the rest belongs to the run that has claimed the pool
  const apus_step *step;
  apus_context *context;
  int32_t participants;
  run_of_chunks *runs;         // [threads]
  worker *workers;             // [threads]; number 0, the caller, is not used
  void (*started)(void *);
  void *argument;
};

static void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void take_chunks(apus_pool *pool, int32_t self) {
  const apus_step *step = pool->step;
  apus_context *context = pool->context;
  char *scratch = context->scratch ? context->scratch + self * context->scratch_stride : NULL;
  for (int32_t i = 0; i < pool->participants; i++) {
    run_of_chunks *run = &pool->runs[(self + i) % pool->participants];
    for (;;) {
      int64_t chunk = atomic_fetch_add_explicit(&run->next, 1, memory_order_relaxed);
      if (chunk >= run->end) break;
      step->kernel(step, context, chunk, scratch);
    }
  }
}

static int has_news(worker *w) {
  return atomic_load_explicit(&w->offer, memory_order_acquire) != 0
         || atomic_load_explicit(&w->pool->stopping, memory_order_acquire);
}

static void park(worker *w) {
  pthread_mutex_lock(&w->mutex);
  // Sequentially consistent, as the caller's store of the offer and load of `parked`: one of the two sees the other.
  atomic_store(&w->parked, 1);
  while (atomic_load(&w->offer) == 0 && !atomic_load(&w->pool->stopping)) pthread_cond_wait(&w->wake, &w->mutex);
  atomic_store(&w->parked, 0);
  pthread_mutex_unlock(&w->mutex);
}

static void wait_for_news(worker *w) {
  int64_t until = 0;
  for (;;) {
    for (int i = 0; i < pauses_per_look; i++) {
      if (has_news(w)) return;
      pause_briefly();
    }
    int64_t t = now();
    if (until == 0) until = t + spin_nanoseconds;
    if (t >= until) {
      park(w);
      return;
    }
  }
}

static void *work(void *argument) {
  worker *w = argument;
  if (w->pool->started) w->pool->started(w->pool->argument);
  apus_mode_flush();
  while (!atomic_load_explicit(&w->pool->stopping, memory_order_acquire)) {
    wait_for_news(w);
    uint64_t job = atomic_exchange(&w->offer, 0);
    if (job == 0) continue;
    take_chunks(w->pool, w->index);
    atomic_store_explicit(&w->done, job, memory_order_release);
  }
  return NULL;
}

static void wake_if_parked(worker *w) {
  if (!atomic_load(&w->parked)) return;
  pthread_mutex_lock(&w->mutex);
  pthread_cond_signal(&w->wake);
  pthread_mutex_unlock(&w->mutex);
}

static void wait_until_done(const worker *w, uint64_t job) {
  for (int spins = 1; atomic_load_explicit(&w->done, memory_order_acquire) != job; spins++) {
    pause_briefly();
    // More threads than cores: let the worker run.
    if (spins % 4096 == 0) sched_yield();
  }
}

void apus_pool_spread(apus_pool *pool, const apus_step *step, apus_context *context, int32_t threads) {
  uint64_t job = ++pool->job;
  pool->step = step;
  pool->context = context;
  pool->participants = threads;
  for (int32_t i = 0; i < threads; i++) {
    atomic_store_explicit(&pool->runs[i].next, step->chunks * i / threads, memory_order_relaxed);
    pool->runs[i].end = step->chunks * (i + 1) / threads;
  }
  for (int32_t i = 1; i < threads; i++) {
    atomic_store(&pool->workers[i].offer, job);
    wake_if_parked(&pool->workers[i]);
  }
  take_chunks(pool, 0);
  for (int32_t i = 1; i < threads; i++) {
    worker *w = &pool->workers[i];
    if (atomic_exchange(&w->offer, 0) == 0) wait_until_done(w, job);
  }
}

int apus_pool_claim(apus_pool *pool) {
  int idle = 0;
  return atomic_compare_exchange_strong_explicit(&pool->busy, &idle, 1, memory_order_acquire, memory_order_relaxed);
}

void apus_pool_release(apus_pool *pool) { atomic_store_explicit(&pool->busy, 0, memory_order_release); }

int32_t apus_pool_threads(const apus_pool *pool) { return pool->threads; }

static void *zeroed(size_t bytes) {
  void *block = NULL;
  if (posix_memalign(&block, line, bytes) != 0) return NULL;
  for (size_t i = 0; i < bytes; i++) ((char *)block)[i] = 0;
  return block;
}

static int start(apus_pool *pool, int32_t index) {
  worker *w = &pool->workers[index];
  w->pool = pool;
  w->index = index;
  pthread_mutex_init(&w->mutex, NULL);
  pthread_cond_init(&w->wake, NULL);
  return pthread_create(&w->thread, NULL, work, w) == 0;
}

/// Stops workers 1..<count and frees everything.
static void dismantle(apus_pool *pool, int32_t count) {
  atomic_store(&pool->stopping, 1);
  for (int32_t i = 1; i < count; i++) {
    worker *w = &pool->workers[i];
    pthread_mutex_lock(&w->mutex);
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->mutex);
    pthread_join(w->thread, NULL);
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->mutex);
  }
  free(pool->workers);
  free(pool->runs);
  free(pool);
}

apus_pool *apus_pool_create(int32_t threads, void (*started)(void *argument), void *argument) {
  if (threads < 1 || threads > 1024) return NULL;
  apus_pool *pool = zeroed(sizeof *pool);
  if (!pool) return NULL;
  pool->threads = threads;
  pool->started = started;
  pool->argument = argument;
  pool->runs = zeroed(sizeof *pool->runs * (size_t)threads);
  pool->workers = zeroed(sizeof *pool->workers * (size_t)threads);
  if (!pool->runs || !pool->workers) {
    dismantle(pool, 0);
    return NULL;
  }
  for (int32_t i = 1; i < threads; i++) {
    if (!start(pool, i)) {
      dismantle(pool, i);
      return NULL;
    }
  }
  return pool;
}

void apus_pool_destroy(apus_pool *pool) {
  if (pool) dismantle(pool, pool->threads);
}
