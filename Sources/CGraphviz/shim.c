// Calls Graphviz through dlopen: programs that draw no graph do not pay for loading it.
#include "CGraphviz.h"

#if __has_include(<graphviz/gvc.h>)

#include <dlfcn.h>
#include <graphviz/gvc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FUNCTIONS(X) \
  X(gvContext) X(gvcVersion) X(gvLayout) X(gvFreeLayout) X(agopen) X(agclose) X(agnode) X(agedge) \
  X(agsafeset) X(agseterrf)

#define DECLARE(name) __typeof__(&name) name##_;
static struct {
  GVC_t *context;
  Agdesc_t *directed;
  FUNCTIONS(DECLARE)
} library;
static pthread_once_t once = PTHREAD_ONCE_INIT;
// Graphviz keeps its state in globals.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

// What Graphviz would print; the first lines tell the cause.
static char messages[512];

static int keep_message(char *text) {
  size_t used = strlen(messages);
  snprintf(messages + used, sizeof messages - used, "%s", text);
  return 0;
}

static void load(void) {
  void *handle = dlopen("libgvc.so.6", RTLD_NOW | RTLD_LOCAL);
  if (!handle) return;
  int is_whole = 1;
#define FIND(name) \
  library.name##_ = (__typeof__(&name))dlsym(handle, #name); \
  if (!library.name##_) is_whole = 0;
  FUNCTIONS(FIND)
  library.directed = dlsym(handle, "Agdirected");
  if (!is_whole || !library.directed) return;
  library.agseterrf_(keep_message);
  library.context = library.gvContext_();
}

const char *apus_graphviz_version(void) {
  pthread_once(&once, load);
  return library.context ? library.gvcVersion_(library.context) : NULL;
}

typedef struct curve {
  double *points;
  size_t count;
} curve;

struct apus_placement {
  char error[512];
  double *nodes;
  curve *edges;
  int32_t edge_count;
};

static void set(void *object, char *name, const char *value) {
  library.agsafeset_(object, name, (char *)value, "");
}

static void set_inches(void *object, char *name, double points) {
  char text[32];
  snprintf(text, sizeof text, "%.4f", points / 72);
  set(object, name, text);
}

static Agnode_t *add_node(Agraph_t *graph, const apus_graph_node *node, int32_t index) {
  char name[16];
  snprintf(name, sizeof name, "%d", index);
  Agnode_t *added = library.agnode_(graph, name, 1);
  set(added, "shape", node->is_circle ? "circle" : "box");
  set(added, "label", "");
  set(added, "fixedsize", "true");
  set_inches(added, "width", node->width);
  set_inches(added, "height", node->height);
  return added;
}

static Agedge_t *add_edge(Agraph_t *graph, Agnode_t **added, const apus_graph_node *nodes,
                          const apus_graph_edge *edge, int32_t index) {
  char key[16];
  snprintf(key, sizeof key, "%d", index);
  Agedge_t *result = library.agedge_(graph, added[edge->tail], added[edge->head], key, 1);
  set(result, "dir", "none");
  set(result, "tailport", nodes[edge->tail].is_wire ? "e" : "");
  set(result, "headport", nodes[edge->head].is_wire ? "w" : "");
  return result;
}

/// The points of all pieces of an edge; pieces meet, so that each after the first drops one.
static int read_curve(Agedge_t *edge, curve *into) {
  splines *drawn = ED_spl(edge);
  if (!drawn) return 0;
  size_t most = 0;
  for (int piece = 0; piece < drawn->size; piece++) most += (size_t)drawn->list[piece].size;
  into->points = malloc(2 * sizeof(double) * (most + 1));
  if (!into->points) return 0;
  for (int piece = 0; piece < drawn->size; piece++) {
    for (int point = piece ? 1 : 0; point < drawn->list[piece].size; point++) {
      into->points[2 * into->count] = drawn->list[piece].list[point].x;
      into->points[2 * into->count + 1] = drawn->list[piece].list[point].y;
      into->count++;
    }
  }
  return 1;
}

static void place(apus_placement *placement, Agraph_t *graph, Agnode_t **added, Agedge_t **lines,
                  const apus_graph_node *nodes, int32_t node_count, const apus_graph_edge *edges,
                  double node_gap, double rank_gap) {
  set(graph, "rankdir", "LR");
  set_inches(graph, "nodesep", node_gap);
  set_inches(graph, "ranksep", rank_gap);
  for (int32_t i = 0; i < node_count; i++) added[i] = add_node(graph, &nodes[i], i);
  for (int32_t i = 0; i < placement->edge_count; i++) {
    lines[i] = add_edge(graph, added, nodes, &edges[i], i);
  }
  if (library.gvLayout_(library.context, graph, "dot") != 0) {
    snprintf(placement->error, sizeof placement->error, "%s",
             messages[0] ? messages : "no reason is given");
    return;
  }
  for (int32_t i = 0; i < node_count; i++) {
    placement->nodes[2 * i] = ND_coord(added[i]).x;
    placement->nodes[2 * i + 1] = ND_coord(added[i]).y;
  }
  for (int32_t i = 0; i < placement->edge_count; i++) {
    if (!read_curve(lines[i], &placement->edges[i])) {
      snprintf(placement->error, sizeof placement->error, "an edge has no line");
    }
  }
  library.gvFreeLayout_(library.context, graph);
}

apus_placement *apus_graphviz_place(const apus_graph_node *nodes, int32_t node_count,
                                    const apus_graph_edge *edges, int32_t edge_count,
                                    double node_gap, double rank_gap) {
  if (!apus_graphviz_version()) return NULL;
  apus_placement *placement = calloc(1, sizeof *placement);
  Agnode_t **added = calloc((size_t)node_count + 1, sizeof *added);
  Agedge_t **lines = calloc((size_t)edge_count + 1, sizeof *lines);
  if (placement) {
    placement->edge_count = edge_count;
    placement->nodes = calloc(2 * (size_t)node_count + 1, sizeof(double));
    placement->edges = calloc((size_t)edge_count + 1, sizeof(curve));
  }
  if (placement && placement->nodes && placement->edges && added && lines) {
    pthread_mutex_lock(&lock);
    messages[0] = 0;
    Agraph_t *graph = library.agopen_("apus", *library.directed, NULL);
    if (graph) {
      place(placement, graph, added, lines, nodes, node_count, edges, node_gap, rank_gap);
      library.agclose_(graph);
    } else {
      snprintf(placement->error, sizeof placement->error, "the memory does not suffice");
    }
    pthread_mutex_unlock(&lock);
  } else {
    apus_placement_free(placement);
    placement = NULL;
  }
  free(added);
  free(lines);
  return placement;
}

const char *apus_placement_error(const apus_placement *placement) {
  return placement->error[0] ? placement->error : NULL;
}

const double *apus_placement_nodes(const apus_placement *placement) { return placement->nodes; }

const double *apus_placement_edge(const apus_placement *placement, int32_t edge, size_t *count) {
  *count = placement->edges[edge].count;
  return placement->edges[edge].points;
}

void apus_placement_free(apus_placement *placement) {
  if (!placement) return;
  if (placement->edges) {
    for (int32_t i = 0; i < placement->edge_count; i++) free(placement->edges[i].points);
  }
  free(placement->edges);
  free(placement->nodes);
  free(placement);
}

#else

const char *apus_graphviz_version(void) { return NULL; }
apus_placement *apus_graphviz_place(const apus_graph_node *nodes, int32_t node_count,
                                    const apus_graph_edge *edges, int32_t edge_count,
                                    double node_gap, double rank_gap) {
  return NULL;
}
const char *apus_placement_error(const apus_placement *placement) { return NULL; }
const double *apus_placement_nodes(const apus_placement *placement) { return NULL; }
const double *apus_placement_edge(const apus_placement *placement, int32_t edge, size_t *count) {
  *count = 0;
  return NULL;
}
void apus_placement_free(apus_placement *placement) {}

#endif
