#include "embedded.h"

// #embed is standard since C23 and an extension before.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char breast_cancer[] = {
#embed "tables/breast_cancer.csv"
};

static const unsigned char diabetes[] = {
#embed "tables/diabetes.csv"
};

static const unsigned char digits[] = {
#embed "tables/digits.csv"
};

static const unsigned char iris[] = {
#embed "tables/iris.csv"
};

static const unsigned char wine[] = {
#embed "tables/wine.csv"
};

apus_embedded_file apus_embedded_breast_cancer(void) {
  return (apus_embedded_file){breast_cancer, sizeof breast_cancer};
}

apus_embedded_file apus_embedded_diabetes(void) {
  return (apus_embedded_file){diabetes, sizeof diabetes};
}

apus_embedded_file apus_embedded_digits(void) {
  return (apus_embedded_file){digits, sizeof digits};
}

apus_embedded_file apus_embedded_iris(void) { return (apus_embedded_file){iris, sizeof iris}; }

apus_embedded_file apus_embedded_wine(void) { return (apus_embedded_file){wine, sizeof wine}; }
