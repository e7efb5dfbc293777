#include "internal/contract_job.h"

#define APUS_BODY "blocked_loops.h"
#include "internal/each_level.h"

apus_contract_loop apus_blocked_loop(apus_dtype dtype, apus_level level) { return APUS_PICK(blocked, dtype, level); }

apus_pack_loop apus_blocked_pack(apus_dtype dtype, apus_level level) { return APUS_PICK(pack_piece, dtype, level); }

apus_blocking apus_blocking_of(apus_dtype dtype, apus_level level) { return *APUS_PICK(blocking, dtype, level); }
