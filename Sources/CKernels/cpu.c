#include "apus_cpu.h"

#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>

static int has_amx(uint32_t bit) {
  uint32_t a, b, c, d;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d >> bit & 1);
}

apus_level apus_cpu_level(void) {
  __builtin_cpu_init();
#ifdef APUS_WIDE_ON_AVX2
  if (__builtin_cpu_supports("x86-64-v3")) return APUS_LEVEL_AVX512;
#endif
  if (__builtin_cpu_supports("x86-64-v4")) return APUS_LEVEL_AVX512;
  if (__builtin_cpu_supports("x86-64-v3")) return APUS_LEVEL_AVX2;
  return APUS_LEVEL_BASE;
}
#else
apus_level apus_cpu_level(void) { return APUS_LEVEL_BASE; }
#endif

const char *apus_level_name(apus_level level) {
  return level == APUS_LEVEL_AVX512 ? "avx512" : level == APUS_LEVEL_AVX2 ? "avx2" : "base";
}

static void append(char *text, int64_t capacity, int64_t *length, const char *name) {
  int64_t size = (int64_t)strlen(name);
  int64_t at = *length + (*length > 0);
  if (*length > 0 && *length < capacity) text[*length] = ' ';
  for (int64_t i = 0; i < size && at + i < capacity; i++) text[at + i] = name[i];
  *length = at + size;
}

int64_t apus_cpu_features(char *text, int64_t capacity) {
  int64_t length = 0;
#if defined(__x86_64__)
  __builtin_cpu_init();
#define FEATURE(name) \
  if (__builtin_cpu_supports(name)) append(text, capacity, &length, name);
  FEATURE("sse4.2") FEATURE("avx") FEATURE("avx2") FEATURE("fma") FEATURE("avx512f") FEATURE("avx512bw")
  FEATURE("avx512dq") FEATURE("avx512vl") FEATURE("avx512vnni")
#undef FEATURE
  if (__builtin_cpu_supports("avx512bf16")) append(text, capacity, &length, "avx512_bf16");
#ifdef APUS_WIDE_ON_AVX2
  append(text, capacity, &length, "wide_on_avx2");
#endif
  if (has_amx(24)) append(text, capacity, &length, "amx_tile");
  if (has_amx(25)) append(text, capacity, &length, "amx_int8");
  if (has_amx(22)) append(text, capacity, &length, "amx_bf16");
#elif defined(__aarch64__)
  append(text, capacity, &length, "neon");
#endif
  if (capacity > 0) text[length < capacity ? length : capacity - 1] = 0;
  return length;
}
