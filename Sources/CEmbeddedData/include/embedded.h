#ifndef APUS_EMBEDDED_H
#define APUS_EMBEDDED_H

#include <stddef.h>

/// Bytes of a file that is part of the program: constant data, paged in only when read.
typedef struct {
  const unsigned char *bytes;
  size_t count;
} apus_embedded_file;

apus_embedded_file apus_embedded_breast_cancer(void);
apus_embedded_file apus_embedded_diabetes(void);
apus_embedded_file apus_embedded_digits(void);
apus_embedded_file apus_embedded_iris(void);
apus_embedded_file apus_embedded_wine(void);

#endif
