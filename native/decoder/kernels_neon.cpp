#define KERNELS kernels_neon
#define KERNELS_NAME "neon"
#include "kernels.inc"
