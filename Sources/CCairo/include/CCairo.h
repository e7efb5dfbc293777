// Cairo: pictures as PNG and PDF, loaded when the first one is made.
#pragma once

/// The version of the library, such as "1.16.0"; NULL when it cannot be loaded.
const char *apus_cairo_version(void);
