/// What a plan is made of.
#pragma once

#include "apus_cpu.h"
#include <stdint.h>

/// Element types of tensors in memory. Booleans are bytes, 0 or 1.
typedef enum apus_dtype : uint8_t {
  APUS_F32 = 0,
  APUS_F64 = 1,
  APUS_I32 = 2,
  APUS_U8 = 3,
  APUS_BOOL = 4,
  APUS_I64 = 5,  ///< row indices only
} apus_dtype;

/// Bytes of one element.
static inline int64_t apus_dtype_size(apus_dtype t) {
  return t == APUS_F64 || t == APUS_I64 ? 8 : t == APUS_F32 || t == APUS_I32 ? 4 : 1;
}

#define APUS_BASES 16
/// The last bases are for values that live only while a block of rows does; see apus_together.h.
#define APUS_BLOCK_BASES 8

/// Where an operand lives: `bases[base] + offset` bytes. `base` < 0 means: there is none.
/// A usual choice: 0 the arena of activations and inputs, 1 parameters and state (shared by plans of different batch
/// sizes), 2 constants.
typedef struct apus_place {
  int64_t offset;
  int32_t base;
  int32_t reserved;
} apus_place;

static inline apus_place apus_place_at(int32_t base, int64_t offset) {
  apus_place p = {offset, base, 0};
  return p;
}

static inline apus_place apus_nowhere(void) {
  apus_place p = {0, -1, 0};
  return p;
}

/// What went wrong inside a run; the first error of a run is kept.
typedef enum apus_error : int32_t {
  APUS_OK = 0,
  APUS_INDEX_OUT_OF_RANGE = 1,  ///< a row index was negative or too large; its row was taken as zeros (or dropped)
  APUS_NO_RESULT = 2,           ///< another library could not compute; the place of the result has any numbers
} apus_error;

/// What runs of one execution have taught about threads; zeros at first. See run.c.
typedef struct apus_choice {
  int64_t run;          ///< of the present round
  int64_t together;     ///< shortest run on all threads, in nanoseconds
  int64_t alone;        ///< shortest run on one thread
  int64_t begun;        ///< when the present run did, if it counts
  int32_t is_alone;     ///< the present choice
  int32_t reserved;
} apus_choice;

/// Where the rows of an input come from while steps run: block by block, instead of from memory that holds them all (see
/// apus_together.h), or column by column (see apus_contract). May be called by several threads at once.
typedef struct apus_feed {
  /// Writes rows first..<end, one after the other. NULL: there is no source.
  void (*write)(void *source, int64_t first, int64_t end, char *to);
  /// The addresses that rows first..<end will be read from, and, returned, the bytes of each; 0 when that is not known.
  int64_t (*locate)(void *source, int64_t first, int64_t end, const void **rows);
  /// Writes columns first..<end of all rows into the input's memory. NULL: there is no source.
  void (*write_columns)(void *source, int64_t first, int64_t end);
  /// The same for bytes, one for each number; those of a row begin where the number of column `first` would. NULL: there are none.
  void (*write_bytes)(void *source, int64_t first, int64_t end);
  /// The 256 numbers that bytes stand for, the first of them 0.
  const void *table;
  void *source;
} apus_feed;

typedef struct apus_ahead apus_ahead;

/// One execution of a plan: its memory. One context serves one `apus_run` at a time.
typedef struct apus_context {
  char *bases[APUS_BASES];
  /// `scratch_stride` bytes for each thread, one after the other, aligned to `APUS_ALIGNMENT`.
  char *scratch;
  /// At least the largest `scratch` of the steps, a multiple of `APUS_ALIGNMENT`.
  int64_t scratch_stride;
  /// Memory of the running step that all threads see: at least the largest `shared` of the steps.
  char *shared;
  /// Set by `apus_run`: an `apus_error`, the index of its step, and the offending value.
  int64_t error;
  int64_t error_step;
  int64_t error_value;
  apus_choice choice;
  apus_feed feed;
  apus_ahead *ahead;   ///< what products ask memory for while they compute; or NULL; see internal/ahead.h
} apus_context;

typedef struct apus_step apus_step;

/// Runs piece `chunk` of `step`. `scratch` is the running thread's own.
typedef void (*apus_kernel)(const apus_step *step, apus_context *context, int64_t chunk, char *scratch);

/// One operation of a plan. Made by the `apus_…_step` functions, or by hand for kernels of others (oneDNN).
struct apus_step {
  /// NULL when the description was not supported.
  apus_kernel kernel;
  /// Runs once on the caller's thread when all chunks are done, with `chunk` 0; NULL when nothing is left to do.
  apus_kernel finish;
  /// Runs before `kernel`, in `prepare_chunks` pieces that all end before its first one begins; NULL when nothing is to be
  /// prepared. May fill `shared`.
  apus_kernel prepare;
  /// The description; not written while steps run; must outlive the step.
  const void *extras;
  /// Independent pieces: they may run in any order and at the same time. 0 when there is nothing to do.
  int64_t chunks;
  /// Rough cost of all chunks on one thread, in nanoseconds. Chooses only how many threads run.
  int64_t work;
  int64_t prepare_chunks;
  /// Bytes of scratch a thread needs.
  int64_t scratch;
  /// Bytes that all threads share while the step runs.
  int64_t shared;
  /// Where they begin in the context's shared memory: 0, but for steps that run together.
  int64_t shared_at;
};

/// The step's own part of the shared memory.
static inline char *apus_shared(const apus_step *step, const apus_context *context) {
  return context->shared + step->shared_at;
}

/// The address of a place.
static inline char *apus_address(const apus_context *context, apus_place place) {
  return context->bases[place.base] + place.offset;
}
