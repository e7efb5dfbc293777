#include "internal/tile_table.h"

#define APUS_BODY "tile_loops.h"
#include "internal/each_level.h"

const apus_tile_table *apus_tile_table_for(apus_dtype dtype, apus_level level) {
  return APUS_PICK(table, dtype, level);
}
