// The kernels for one instruction set, each for the rows (of softmax: of all matrices) first to last - 1; each set compiles kernels.inc in a file of its own.
#pragma once

#include "mft_torch_blocks.h"

constexpr int kWidestHead = 1024;

struct kernels {
  void (*norm)(const mft_norm *, int64_t first, int64_t last);
  void (*norm_back)(const mft_norm_back *, int64_t first, int64_t last);
  void (*heads)(const mft_heads *, int64_t first, int64_t last);
  void (*heads_back)(const mft_heads *, int64_t first, int64_t last);
  void (*softmax)(const mft_softmax *, int64_t first, int64_t last);
  void (*softmax_back)(const mft_softmax *, int64_t first, int64_t last);
  void (*swiglu)(const mft_swiglu *, int64_t first, int64_t last);
  void (*swiglu_back)(const mft_swiglu *, int64_t first, int64_t last);
};

extern const kernels kernels_plain;
extern const kernels kernels_avx2;
extern const kernels kernels_avx512;
