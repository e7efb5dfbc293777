#include "internal/library.h"

#ifdef APUS_HAS_DNNL

#include <dlfcn.h>
#include <pthread.h>

#define APUS_TEXT_(x) #x
#define APUS_TEXT(x) APUS_TEXT_(x)

static apus_dnnl library;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/// Loads the version whose header was compiled against, so that the types of the calls are right.
static void load(void) {
  void *handle = dlopen("libdnnl.so." APUS_TEXT(DNNL_VERSION_MAJOR), RTLD_NOW | RTLD_LOCAL);
  if (!handle) return;
#define FIND(name) library.name = (__typeof__(&dnnl_##name))dlsym(handle, "dnnl_" #name);
  FIND(sgemm)
  FIND(version)
  APUS_DNNL_PRIMITIVES(FIND)
#undef FIND
  // Of the OpenMP runtime that it brings; absent in builds without OpenMP.
  library.get_threads = (int (*)(void))dlsym(handle, "omp_get_max_threads");
  library.set_threads = (void (*)(int))dlsym(handle, "omp_set_num_threads");
  library.loaded = library.sgemm && library.version;
#define IS_THERE(name) && library.name
  library.has_primitives = library.loaded APUS_DNNL_PRIMITIVES(IS_THERE);
#undef IS_THERE
}

const apus_dnnl *apus_dnnl_library(void) {
  pthread_once(&once, load);
  return &library;
}

#endif
