#define KERNELS kernels_avx512vnni
#define KERNELS_NAME "avx512vnni"
#include "kernels.inc"
