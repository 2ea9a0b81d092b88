// The operations for one instruction set; each set compiles kernels.inc in a file of its own.
#pragma once

#include "mft_decoder.h"

struct kernels {
  const char *name;
  void (*multiply)(const mft_product *, int thread, int threads);
  void (*embed)(const mft_op *, int thread, int threads);
  void (*qkv)(const mft_op *, int thread, int threads);
  void (*attention)(const mft_op *, int thread, int threads);
  void (*quantize)(const mft_op *, int thread, int threads);
  void (*attended)(const mft_op *, int thread, int threads);
  void (*swiglu)(const mft_op *, int thread, int threads);
  void (*fed)(const mft_op *, int thread, int threads);
};

extern const kernels kernels_plain;
extern const kernels kernels_avx2;
extern const kernels kernels_avx512;
extern const kernels kernels_avx512vnni;
extern const kernels kernels_neon;
