/// Elementwise chains and row programs: a small program, run over tiles that stay in the first-level cache.
///
/// The space is a matrix [rows, cols] in row-major order; the planner folds any shape into it (no broadcasting: one
/// row of n columns). The program works on **registers**. A *full* register holds one number for each element of the
/// current tile, a *column* register one number for each of its rows. Numbers in registers have the type
/// `apus_tile.dtype`, float32 or float64, whatever the type of the operand: operands of another type are converted
/// as they are read and written. Truth values are 1 and 0; every number but 0 (NaN too) counts as true.
///
/// Conversions: to a narrower float, to nearest; float to int32 or uint8, towards zero, saturating, NaN to 0; anything
/// to bool, `x != 0`. So a cast is a program with no instructions or one `APUS_COPY`. int32 arithmetic is done in
/// float64 programs (exact while results stay below 2^53).
///
/// Without row instructions a tile is a piece of a row or several whole rows; with them a tile is always whole rows.
#pragma once

#include "apus_step.h"

/// Instructions: d is the destination, a, b, c the sources, s0 and s1 the instruction's numbers.
typedef enum apus_op : uint8_t {
  // one source
  APUS_COPY = 0,    ///< a
  APUS_NEG,         ///< -a
  APUS_ABS,         ///< |a|
  APUS_SIGN,        ///< 1, 0 or -1; NaN to NaN; ±0 to 0
  APUS_EXP,         ///< e^a
  APUS_EXPM1,       ///< e^a - 1, exact near 0
  APUS_LOG,         ///< ln a; 0 to -inf; negative to NaN
  APUS_LOG1P,       ///< ln(1 + a), exact near 0
  APUS_SQRT,        ///< √a
  APUS_RSQRT,       ///< 1 / √a, two correctly rounded operations
  APUS_RECIPROCAL,  ///< 1 / a
  APUS_SQUARE,      ///< a·a
  APUS_SIN,         ///< sin a
  APUS_COS,         ///< cos a
  APUS_TANH,        ///< tanh a
  APUS_SIGMOID,     ///< 1 / (1 + e^-a)
  APUS_ERF,         ///< 2/√π ∫₀ᵃ e^(-t²) dt
  APUS_SOFTPLUS,    ///< ln(1 + e^a) = max(a, 0) + ln(1 + e^-|a|)
  APUS_FLOOR,       ///< largest whole number ≤ a
  APUS_CEIL,        ///< smallest whole number ≥ a
  APUS_ROUND,       ///< nearest whole number, halves to even
  APUS_RELU,        ///< a > 0 ? a : 0, but NaN stays NaN
  APUS_STEP,        ///< a > 0 ? 1 : 0; NaN to 0
  APUS_NOT,         ///< a == 0
  APUS_IS_NAN,      ///< a != a
  APUS_CLIP,        ///< min(max(a, s0), s1); NaN stays NaN
  APUS_SCALE,       ///< a·s0
  APUS_OFFSET,      ///< a + s0
  APUS_AFFINE,      ///< a·s0 + s1, rounded twice
  // two sources
  APUS_ADD,  ///< a + b
  APUS_SUB,  ///< a - b
  APUS_MUL,  ///< a·b
  APUS_DIV,  ///< a / b
  APUS_POW,  ///< a^b as C's pow: negative bases with whole exponents only, else NaN; anything^0 = 1
  APUS_MAX,  ///< the larger; NaN when either is NaN
  APUS_MIN,  ///< the smaller; NaN when either is NaN
  APUS_EQ,   ///< a == b, and so on: 1 or 0; comparisons with NaN are 0, except NE, 1
  APUS_NE,
  APUS_LT,
  APUS_LE,
  APUS_GT,
  APUS_GE,
  APUS_AND,  ///< both true
  APUS_OR,   ///< either true
  APUS_COMBINE,  ///< a·s0 + b·s1, rounded three times
  // three sources
  APUS_SELECT,  ///< a true ? b : c
  APUS_FMA,     ///< a·b + c, rounded once
  // between full and column registers
  APUS_FILL,        ///< d = s0 everywhere (no source)
  APUS_IOTA,        ///< d (full) = number of the column, 0... (no source)
  APUS_EXPAND,      ///< d (full) = a (column) of its row
  APUS_ROW_SUM,     ///< d (column) = sum of a (full) over the row, blocks in fixed order, joined in float64
  APUS_ROW_MAX,     ///< d (column) = maximum of a over the row; NaN when one is NaN
  APUS_ROW_MIN,     ///< d (column) = minimum likewise
  APUS_ROW_ARGMAX,  ///< d (column) = first column of the maximum of a; the first NaN when one is NaN
  APUS_OPS,         ///< how many there are
} apus_op;

/// d = op(a, b, c). Unused sources are 0. `d` may be one of the sources, except for `APUS_EXPAND` and `APUS_ROW_…`.
typedef struct apus_instruction {
  apus_op op;
  uint8_t d, a, b, c;
  /// 1: the registers are column registers (elementwise ops and `APUS_FILL` only). 0: full registers.
  uint8_t column;
  uint8_t reserved[2];
  double s[2];
} apus_instruction;

/// How an operand lies under the space.
typedef enum apus_mode : uint8_t {
  APUS_FULL = 0,    ///< element (r, c) at r·row_stride + c. A full register.
  APUS_SCALAR = 1,  ///< one number. A register usable both as full and as column (inputs only).
  APUS_ROW = 2,     ///< cols numbers, the same for every row. A full register (inputs only).
  APUS_COLUMN = 3,  ///< one number for each row, at r·row_stride. A column register.
  APUS_PRODUCT = 4, ///< the block of a contraction whose epilogue this is. A full register (inputs only).
} apus_mode;

typedef struct apus_tile_operand {
  apus_place place;
  /// In elements. `APUS_FULL`: cols when rows follow each other; larger for a slice of columns.
  /// `APUS_COLUMN`: 1 when dense.
  int64_t row_stride;
  apus_dtype dtype;
  apus_mode mode;
  uint8_t reg;       ///< the register it is read into or written from
  uint8_t direct;    ///< set by `apus_tile_step`: instruction `writer` writes the operand's own memory
  uint8_t reserved[2];
  int16_t writer;    ///< set by `apus_tile_step`
} apus_tile_operand;

#define APUS_MAX_REGISTERS 48

/// Reads all inputs, runs the code, writes all outputs, for every element of [rows, cols].
///
/// Rules: an input's register is never a destination, and belongs to one input. A register is written before it is
/// read. An output may be any register, also an input's.
/// Aliasing: an output may share memory with an input when both have the same place, mode, dtype and row_stride (in
/// place: the old value is read before the new one is written); any other overlap of an output with another operand is
/// an error of the planner.
typedef struct apus_tile {
  int64_t rows, cols;
  int64_t cut_rows;       ///< rows of every chunk, where steps run together block by block; 0: chosen by the step
  apus_dtype dtype;       ///< APUS_F32 or APUS_F64: type of the registers
  uint8_t registers;      ///< how many, ≤ APUS_MAX_REGISTERS
  uint8_t has_rows;       ///< set by `apus_tile_step`: there are row instructions
  uint8_t is_far;         ///< set by `apus_tile_step`: what it reads is in no near cache
  int32_t inputs, outputs, instructions;
  const apus_instruction *code;
  apus_tile_operand *input;
  apus_tile_operand *output;
  // The rest is set by `apus_tile_step`.
  int64_t length;         ///< elements of a tile
  int64_t slot;           ///< bytes of a register in scratch memory
  int64_t chunk_rows, chunk_cols;
  uint64_t once;          ///< bit r: register r is a constant written by one `APUS_FILL` or `APUS_IOTA`
  uint64_t last;          ///< bit i: instruction i is the writer of a direct output
  int64_t moments;        ///< the instruction from which on the program is Adam's update, done by one loop; or -1
  const void *table;
} apus_tile;

/// Checks the program, fills what is "set by" this function, and gives its step (kernel NULL when it breaks a rule).
apus_step apus_tile_step(apus_tile *tile, apus_level level);

/// Runs a program over rows r0..<r1 and columns c0..<c1 of its space. `product` holds that block, `product_stride`
/// elements from row to row (NULL where there is no `APUS_PRODUCT`).
/// `scratch` holds `slot` bytes for each register. The program has gone through `apus_tile_step`.
void apus_tile_block(
  const apus_tile *tile, apus_context *context, int64_t r0, int64_t r1, int64_t c0, int64_t c1,
  const void *product, int64_t product_stride, char *scratch);
