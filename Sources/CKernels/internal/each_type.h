// double first: some functions of float are computed in double.
#define APUS_TYPE f64
#define APUS_IS_F32 0
#define T double
#define TI int64_t
#include "vector.h"
#include APUS_BODY
#undef APUS_TYPE
#undef APUS_IS_F32
#undef T
#undef TI

#define APUS_TYPE f32
#define APUS_IS_F32 1
#define T float
#define TI int32_t
#include "vector.h"
#include APUS_BODY
#undef APUS_TYPE
#undef APUS_IS_F32
#undef T
#undef TI
