// Calls Graphviz through dlopen: programs that draw no graph do not pay for loading it.
#include "CGraphviz.h"

#include <stddef.h>

#if __has_include(<graphviz/gvc.h>)

#include <dlfcn.h>
#include <graphviz/gvc.h>
#include <pthread.h>

typedef struct apus_graphviz {
  GVC_t *context;
  __typeof__(&gvcVersion) version;
} apus_graphviz;

static apus_graphviz library;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  void *handle = dlopen("libgvc.so.6", RTLD_NOW | RTLD_LOCAL);
  if (!handle) return;
  __typeof__(&gvContext) context = (__typeof__(&gvContext))dlsym(handle, "gvContext");
  library.version = (__typeof__(&gvcVersion))dlsym(handle, "gvcVersion");
  if (context && library.version) library.context = context();
}

const char *apus_graphviz_version(void) {
  pthread_once(&once, load);
  return library.context ? library.version(library.context) : NULL;
}

#else

const char *apus_graphviz_version(void) { return NULL; }

#endif
