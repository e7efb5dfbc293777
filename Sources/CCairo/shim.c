// Calls Cairo through dlopen: programs that write no PNG and no PDF do not pay for loading it.
#include "CCairo.h"

#include <stddef.h>

#if __has_include(<cairo/cairo.h>)

#include <cairo/cairo.h>
#include <dlfcn.h>
#include <pthread.h>

typedef struct apus_cairo {
  int loaded;
  __typeof__(&cairo_version_string) version;
} apus_cairo;

static apus_cairo library;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  void *handle = dlopen("libcairo.so.2", RTLD_NOW | RTLD_LOCAL);
  if (!handle) return;
  library.version = (__typeof__(&cairo_version_string))dlsym(handle, "cairo_version_string");
  library.loaded = library.version != NULL;
}

const char *apus_cairo_version(void) {
  pthread_once(&once, load);
  return library.loaded ? library.version() : NULL;
}

#else

const char *apus_cairo_version(void) { return NULL; }

#endif
