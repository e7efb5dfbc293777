// Graphviz: where the nodes and edges of a graph go, loaded when the first one is drawn.
#pragma once

/// The version of the library, such as "2.43.0"; NULL when it cannot be loaded.
const char *apus_graphviz_version(void);
