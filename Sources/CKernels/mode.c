#include "internal/pool.h"

#if defined(__x86_64__)
#include <xmmintrin.h>

uint64_t apus_mode_flush(void) {
  uint32_t mode = _mm_getcsr();
  _mm_setcsr(mode | 0x8040);  // FTZ is bit 15, DAZ bit 6
  return mode;
}

void apus_mode_restore(uint64_t mode) { _mm_setcsr((uint32_t)mode); }
#elif defined(__aarch64__)
uint64_t apus_mode_flush(void) {
  uint64_t mode;
  __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
  __asm__ volatile("msr fpcr, %0" : : "r"(mode | (uint64_t)1 << 24));  // FZ
  return mode;
}

void apus_mode_restore(uint64_t mode) { __asm__ volatile("msr fpcr, %0" : : "r"(mode)); }
#else
uint64_t apus_mode_flush(void) { return 0; }
void apus_mode_restore(uint64_t mode) { (void)mode; }
#endif
