/// The vector loops of the fast engine, its steps, its runner and its thread pool.
///
/// How the parts fit: the planner describes an operation in a plain struct (`apus_tile`, `apus_contract`,
/// `apus_reduce`, …), asks the matching `apus_…_step` function for a step, keeps struct and step in memory the plan
/// owns, and hands the array of steps to `apus_run`. Nothing here allocates while steps run. Descriptions hold
/// offsets, never pointers to data, so one immutable plan serves many contexts at once.
///
/// Bits: a step is cut into chunks by its shape only, and what a chunk computes does not depend on who runs it, so
/// results are the same for any number of threads on one `apus_level`. Levels may differ in the last bits.
/// Contraction policy: the compiler may not fuse (`FP_CONTRACT OFF`); multiply-adds are fused exactly where this code
/// says so: inside the products, the polynomials and `APUS_FMA`. `a * b + c` written as two tile instructions rounds
/// twice. (At `APUS_LEVEL_BASE`, which has no fused instruction, those too round twice.)
/// Subnormals: `apus_run` computes with flush-to-zero and denormals-are-zero.
#pragma once

#include "apus_contract.h"
#include "apus_cpu.h"
#include "apus_memory.h"
#include "apus_move.h"
#include "apus_random.h"
#include "apus_reduce.h"
#include "apus_round.h"
#include "apus_rows.h"
#include "apus_run.h"
#include "apus_step.h"
#include "apus_tile.h"
#include "apus_together.h"
