// Graphviz: where the nodes and edges of a graph go, loaded when the first one is drawn.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// The version of the library, such as "2.43.0"; NULL when it cannot be loaded.
const char *apus_graphviz_version(void);

/// Sizes are in points.
typedef struct apus_graph_node {
  double width, height;
  /// Edges end at its circle, not at its rectangle.
  int32_t is_circle;
  /// Edges come in at the middle of the left side and leave at that of the right one.
  int32_t is_wire;
} apus_graph_node;

/// Numbers of nodes, from 0.
typedef struct apus_graph_edge {
  int32_t tail, head;
} apus_graph_edge;

typedef struct apus_placement apus_placement;

/// Places the nodes of a graph from left to right, by Graphviz's "dot". Safe to call from several
/// threads; one works at a time. NULL when the library or memory is missing.
apus_placement *apus_graphviz_place(const apus_graph_node *nodes, int32_t node_count,
                                    const apus_graph_edge *edges, int32_t edge_count,
                                    double node_gap, double rank_gap);

/// What went wrong; NULL when all went well.
const char *apus_placement_error(const apus_placement *placement);

/// x and y of the middle of every node, one after the other; y counts upwards.
const double *apus_placement_nodes(const apus_placement *placement);

/// The control points of an edge's cubic curves from tail to head, x and y of each: 1 + 3n of them.
const double *apus_placement_edge(const apus_placement *placement, int32_t edge, size_t *count);

void apus_placement_free(apus_placement *placement);
