// Kernels and thread pool of the mixed-adapter decoder: a decode step whose rows belong to different agents, over packed matrices.
//
// Each mft_op_* has the form of a ggml custom operation: it is called for every thread as (destination, thread, threads, user
// data), and mft_op is the user data. Where all matrices are packed, a pool of this library runs the operations; else ggml
// does, between products of its own. Everything else is plain pointers that the caller owns and keeps alive, so
// this library needs no header of ggml. All numbers are float32 unless a name says otherwise; matrices are row-major.
//
// Nothing here checks its arguments: the managed side does.
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32)
#define MFT_API __declspec(dllexport)
#else
#define MFT_API __attribute__((visibility("default")))
#endif

// Linear layers of a block that adapters reach, in the order of the pairs of a row (mft_rows.adapters).
enum { MFT_QUERIES, MFT_KEYS, MFT_VALUES, MFT_OUTPUT, MFT_GATE, MFT_UP, MFT_DOWN, MFT_TARGETS };

// Eight ranks of a LoRA pair in 8 bits: bytes hold q + 128, and ranks beyond the last are zero. A vector of 64 bytes has eight
// inputs of all ranks in A, and four ranks of 16 outputs in B. Both are aligned to 64 bytes.
typedef struct {
  const uint8_t *a;  // [inputs / 8][8 ranks][8 inputs]
  const uint8_t *b;  // [outputs / 16, rounded up][2][16 outputs][4 ranks]
  float scales[8];   // of y, for every rank
} mft_octet;

// One LoRA pair: y += scale B (A x). rank 0 is no pair, 256 the most. Pairs in 8 bits read their rows in 8 bits too.
typedef struct {
  const uint16_t *a;        // float16 [rank][inputs]
  const uint16_t *b;        // float16 [rank][outputs]: transposed
  const mft_octet *octets;  // [rank / 8, rounded up] instead of a and b; null: float16
  int32_t rank;
  float scale;  // of a and b, which are stored relative to their largest, so that none is lost in float16
} mft_pair;

// The most ranks of a pair.
enum { MFT_MOST_RANK = 256 };

// How a matrix holds its weights. All but the first three are quantized: their products take rows in 8 bits.
enum { MFT_F32, MFT_F16, MFT_BF16, MFT_Q4_0, MFT_Q8_0, MFT_Q4_K, MFT_Q6_K, MFT_FORMATS };

// A matrix in panels of 16 outputs. A panel goes through the inputs in blocks of 32 and holds, for every block, the weights
// of all its outputs side by side, then for all blocks what scales them; see pack.cpp. The values are those of the file.
typedef struct {
  int32_t format;
  int32_t inputs;   // whole blocks of the format
  int32_t outputs;  // the last panel may hold fewer than 16
  int32_t reserved;
  const uint8_t *panels;  // aligned to 64 bytes
} mft_matrix;

// 32 neighbouring values of a row in 8 bits: x = scale values.
typedef struct {
  int8_t values[32];
  float scale;
  float offset;          // scale times the sum of all values
  int32_t minus_sum;     // minus the sum of all values,
  int32_t minus_first;   // of the first 16,
  int32_t minus_second;  // and of the others
  int32_t reserved[3];
} mft_cell;

// The rows of one step.
typedef struct {
  int32_t count;
  int32_t outputs;                  // rows whose logits are wanted
  const int32_t *tokens;            // [count]
  const int32_t *slots;             // [count] sequence of the row
  const int32_t *positions;         // [count] place in its sequence
  const int32_t *output_index;      // [count] place among the outputs, ascending with the row; -1: none
  const mft_pair *const *adapters;  // [count] pairs [blocks][MFT_TARGETS] of the row's adapter; null: none
} mft_rows;

// Sizes of the model, and tables that all blocks share.
typedef struct {
  int32_t embedding;
  int32_t heads;
  int32_t kv_heads;
  int32_t head_length;  // a multiple of 16
  int32_t feed_forward;
  int32_t rope_dimensions;  // even, at most head_length
  int32_t rope_halves;      // 1: pairs are (i, i + rope_dimensions / 2); 0: (2i, 2i + 1)
  int32_t slot_context;     // positions of a slot, a multiple of 16
  float epsilon;
  float score_scale;               // of query-key products
  const float *rope;               // [slot_context][rope_dimensions / 2][cos, sin]
  const uint8_t *token_embedding;  // [tokens] rows of token_bytes each
  int64_t token_bytes;
  void (*to_float)(const void *row, float *values, int64_t count);  // decodes a row of token_embedding
  const float *output_norm;                                         // [embedding]
} mft_model;

// One block.
typedef struct {
  int32_t index;
  int32_t reserved;
  const float *attention_norm;     // [embedding]
  const float *feed_forward_norm;  // [embedding]
  const float *query_norm;         // [head_length] or null
  const float *key_norm;           // [head_length] or null
  const float *bias;               // [q + k + v] or null
  const float *output_bias;        // [embedding] or null
  // float16, or int8 where there are scales, which are float16: x = scale q, one scale for 32 values (or the last 16) of a
  // head at a position.
  void *keys;              // [slots][kv_heads][slot_context / 16][head_length][16 positions]
  void *values;            // [slots][kv_heads][slot_context][head_length]
  uint16_t *key_scales;    // [slots][kv_heads][slot_context / 16][ceil(head_length / 32)][16 positions]; null: float16
  uint16_t *value_scales;  // [slots][kv_heads][slot_context][ceil(head_length / 32)]
} mft_block;

// Activations, each [rows][width]. A stride is the distance of rows: matrices that are stored as one give one wide row.
typedef struct {
  float *residual;  // embedding
  float *normed;    // embedding
  float *queries;   // heads head_length
  float *keys;      // kv_heads head_length
  float *values;    // kv_heads head_length
  int64_t query_stride, key_stride, value_stride;
  float *mixed;     // heads head_length: what attention gives
  float *added;     // embedding: what attention or the feed-forward layer adds to the residual stream
  float *gate;      // feed_forward
  float *up;        // feed_forward
  int64_t gate_stride, up_stride;
  float *hidden;     // feed_forward
  float *projected;  // [rows][3][MFT_MOST_RANK]: A x of up to three targets that read the same input, or memory for it in 8 bits
  // The same rows in 8 bits, [width / 32][rows]; null where no quantized matrix reads them.
  mft_cell *normed_cells, *mixed_cells, *hidden_cells;
} mft_activations;

// y = x matrix, and the first half A x of adapters that read the same x.
typedef struct mft_product {
  const mft_matrix *matrix;  // null: only the adapters
  const mft_rows *rows;
  const mft_block *block;  // null where targets is 0
  const float *x;          // [rows][inputs]
  const mft_cell *cells;   // x in 8 bits, [inputs / 32][rows]; null where neither the matrix nor a pair needs it
  float *y;                // [rows][outputs]
  float *projected;        // as in mft_activations
  int32_t inputs;
  int32_t first_target;            // the targets are first_target to first_target + targets - 1
  int32_t targets;                 // 0 to 3
  int32_t outputs[3];              // of the targets
  const struct mft_product *next;  // the next with targets, whose factors are fetched meanwhile; null: none
} mft_product;

// The last block computes keys and values of all rows, and from attention on only the rows whose logits are wanted, which
// then stand side by side: its operations have `rows` with as many rows as outputs, and their own residual stream.
typedef struct {
  const mft_model *model;
  const mft_rows *rows;
  const mft_activations *at;
  const mft_block *block;           // null for mft_op_embed
  const mft_block *next;            // the following block; null after the last
  const mft_activations *selected;  // attention of the last block: where output rows go; null in other blocks
} mft_op;

struct ggml_tensor;

// Computes a product; user data is its mft_product.
MFT_API void mft_op_multiply(struct ggml_tensor *, int thread, int threads, void *product);

// residual = embedding of the tokens; normed = norm for the first block (op->next).
MFT_API void mft_op_embed(struct ggml_tensor *, int thread, int threads, void *op);

// queries, keys and values += bias and adapters; queries and keys are normed where the model asks for it, and rotated; keys
// and values are stored.
MFT_API void mft_op_qkv(struct ggml_tensor *, int thread, int threads, void *op);

// mixed = softmax(q k) v over the positions of the row's slot up to its own. With op->selected only for output rows, whose
// residual is copied there too.
MFT_API void mft_op_attention(struct ggml_tensor *, int thread, int threads, void *op);

// mixed_cells = mixed.
MFT_API void mft_op_quantize(struct ggml_tensor *, int thread, int threads, void *op);

// added += bias and adapters of the output; residual += added; normed = norm for the feed-forward layer.
MFT_API void mft_op_attended(struct ggml_tensor *, int thread, int threads, void *op);

// gate and up += adapters; hidden = silu(gate) up.
MFT_API void mft_op_swiglu(struct ggml_tensor *, int thread, int threads, void *op);

// added += adapters of down; residual += added; normed = norm for the next block, or the output norm.
MFT_API void mft_op_fed(struct ggml_tensor *, int thread, int threads, void *op);

// Decodes a row that is float32 already, for mft_model.to_float.
MFT_API void mft_copy_floats(const void *row, float *values, int64_t count);

// Whether the kernels in use multiply this format; where not, ggml is the faster one.
MFT_API int mft_multiplies(int32_t format);

// Bytes of one panel; 0 where the inputs are no whole blocks of the format.
MFT_API int64_t mft_panel_bytes(int32_t format, int32_t inputs);

// Packs panels [first, last). rows: the matrix as a GGUF file has it, [outputs][inputs]; panels: all of them.
MFT_API void mft_pack(int32_t format, int32_t inputs, int32_t outputs, int32_t first, int32_t last, const void *rows, uint8_t *panels);

// Asks the system to back memory with large pages, where it has them.
MFT_API void mft_prefer_large_pages(void *start, int64_t bytes);

// One of the operations above with its user data.
typedef struct {
  void (*function)(struct ggml_tensor *, int thread, int threads, void *data);
  void *data;
} mft_task;

typedef struct mft_pool mft_pool;

// Threads for tasks, the caller's included; null where the system has no more.
MFT_API mft_pool *mft_pool_create(int32_t threads);

// Runs tasks in order, each on all threads. One call at a time; the tasks are the caller's and stay as they are meanwhile.
MFT_API void mft_pool_run(mft_pool *pool, const mft_task *tasks, int32_t count);

MFT_API void mft_pool_free(mft_pool *pool);

// From now on a look at a part of a mapped file that is no longer there writes the message, UTF-8 of at most 4096 bytes, to standard
// error and ends the process with the exit code. Called again it replaces message and code; not thread-safe.
MFT_API void mft_report_lost_mappings(const char *message, int32_t exit_code);

// Sizes of the structs above in the order pair, rows, model, block, activations, op, matrix, cell, product, task, octet: both sides have to agree.
MFT_API void mft_decoder_sizes(int32_t *sizes);

// Name of the kernels in use: by default the best that this machine has.
MFT_API const char *mft_decoder_kernels(void);

// Chooses kernels by name ("avx512", "avx2", "neon", "plain"); null takes the best. Returns 0, or -1 where this machine lacks
// them: then the ones in use stay.
MFT_API int mft_decoder_select(const char *name);

#ifdef __cplusplus
}
#endif
