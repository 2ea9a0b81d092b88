// What lies between the products of a decoder block in training, each in one pass over its rows; src/MultiagentFT.Training/Model/FusedBlock.cs puts
// them together. Values in the type of the products are float32 or bfloat16, rounded to the nearest even.
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MFT_TORCH_BLOCKS_API __attribute__((visibility("default")))

typedef enum mft_value_type { MFT_FLOAT32 = 0, MFT_BFLOAT16 = 1 } mft_value_type;

// sum = x + added; y = sum / rms(sum) * weight (arXiv 1910.07467), scale = 1 / rms(sum).
typedef struct mft_norm {
  const float *x;       // [rows, width]
  const void *added;    // [rows, width]; null adds nothing, and sum is not written
  float *sum;           // [rows, width]; may be x
  const float *weight;  // [width]; null: nothing is normed
  void *y;              // [rows, width]
  float *scale;         // [rows]
  int64_t rows, width;
  float epsilon;
  int32_t type;
} mft_norm;

// gradient += that of x by y's gradient; narrow is the new gradient in the type of the products.
typedef struct mft_norm_back {
  const float *x;
  const float *weight;
  const float *scale;
  const void *y;    // gradient of y, [rows, width]
  float *gradient;  // [rows, width]
  void *narrow;     // [rows, width] or null
  int64_t rows, width;
  int32_t type;
} mft_norm_back;

// Between rows [batch * length, stride], of which the first heads * width of each are read or written, and heads [batch, heads * group, length, width]:
// every head is group times there. Forward: heads = factor * turned(rows + bias). Back, for gradients: rows = factor * sum over group of heads turned back.
typedef struct mft_heads {
  void *rows;
  void *heads;
  const float *bias;   // [heads * width] or null; has no part on the way back
  const float *turns;  // cosine and sine [length, turned / 2, 2] times the magnitude, or null: nothing is turned
  int64_t batch, length, count, group, width, turned, stride;
  int32_t halves;  // a pair is the elements i and i + turned / 2, else 2i and 2i + 1
  float factor;
  int32_t type;
} mft_heads;

// Causal softmax of scores [matrices, length, length] in place; what lies after a row's own position becomes zero.
// Back, with the softmax in weights: scores holds the gradient of the weights and becomes that of the scores.
typedef struct mft_softmax {
  void *scores;
  const void *weights;
  int64_t matrices, length;
  int32_t type;
} mft_softmax;

// y = silu(gate) * up. Back: y holds the gradient of y; gate and up become their own gradients.
typedef struct mft_swiglu {
  void *gate;  // [rows, stride], of which the first width are read
  void *up;    // the same
  void *y;     // [rows, width]
  int64_t rows, width, stride;
  int32_t type;
} mft_swiglu;

// Takes the threads of libtorch, which is loaded already (its OpenMP). Returns 1, or 0 where they are not found: then nothing else may be called.
MFT_TORCH_BLOCKS_API int32_t mft_torch_blocks_use(void);

// The most elements of a head.
MFT_TORCH_BLOCKS_API int32_t mft_torch_blocks_widest_head(void);

MFT_TORCH_BLOCKS_API void mft_torch_blocks_norm(const mft_norm *);
MFT_TORCH_BLOCKS_API void mft_torch_blocks_norm_back(const mft_norm_back *);
MFT_TORCH_BLOCKS_API void mft_torch_blocks_heads(const mft_heads *);
MFT_TORCH_BLOCKS_API void mft_torch_blocks_heads_back(const mft_heads *);
MFT_TORCH_BLOCKS_API void mft_torch_blocks_softmax(const mft_softmax *);
MFT_TORCH_BLOCKS_API void mft_torch_blocks_softmax_back(const mft_softmax *);
MFT_TORCH_BLOCKS_API void mft_torch_blocks_swiglu(const mft_swiglu *);
MFT_TORCH_BLOCKS_API void mft_torch_blocks_swiglu_back(const mft_swiglu *);

#ifdef __cplusplus
}
#endif
