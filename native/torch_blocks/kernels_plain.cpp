#define KERNELS kernels_plain
#include "kernels.inc"
