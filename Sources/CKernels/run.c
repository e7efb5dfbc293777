#include "apus_run.h"
