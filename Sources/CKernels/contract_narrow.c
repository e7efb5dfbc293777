#include "internal/contract_job.h"

#define APUS_BODY "narrow_loops.h"
#include "internal/each_level.h"

apus_contract_loop apus_narrow_loop(apus_dtype dtype, apus_level level) { return APUS_PICK(narrow, dtype, level); }
apus_piece_loop apus_narrow_piece(apus_dtype dtype, apus_level level) { return APUS_PICK(piece, dtype, level); }
apus_join_loop apus_narrow_join(apus_dtype dtype, apus_level level) { return APUS_PICK(join, dtype, level); }
