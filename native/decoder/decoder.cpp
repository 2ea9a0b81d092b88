#include <atomic>
#include <cstring>

#include "kernels.h"

namespace {

bool runs_here(const kernels &k) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("fma");
  if (&k == &kernels_avx512vnni) return avx512 && __builtin_cpu_supports("avx512vnni");
  if (&k == &kernels_avx512) return avx512;
  // Every processor with AVX2 and FMA has F16C.
  if (&k == &kernels_avx2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
  (void)k;
  return true;
}

// Best first.
const kernels *const kAll[] = {
#if defined(__x86_64__)
    &kernels_avx512vnni,
    &kernels_avx512,
    &kernels_avx2,
#elif defined(__aarch64__)
    &kernels_neon,
#endif
    &kernels_plain,
};

const kernels *find(const char *name) {
  for (const kernels *k : kAll)
    if (runs_here(*k) && (name == nullptr || strcmp(name, k->name) == 0)) return k;
  return nullptr;
}

std::atomic<const kernels *> chosen{find(nullptr)};

const kernels &current() { return *chosen.load(std::memory_order_relaxed); }

const mft_op *read(void *op) { return static_cast<const mft_op *>(op); }

}  // namespace

void mft_op_multiply(ggml_tensor *, int thread, int threads, void *product) {
  current().multiply(static_cast<const mft_product *>(product), thread, threads);
}

void mft_op_embed(ggml_tensor *, int thread, int threads, void *op) { current().embed(read(op), thread, threads); }

void mft_op_qkv(ggml_tensor *, int thread, int threads, void *op) { current().qkv(read(op), thread, threads); }

void mft_op_attention(ggml_tensor *, int thread, int threads, void *op) { current().attention(read(op), thread, threads); }

void mft_op_quantize(ggml_tensor *, int thread, int threads, void *op) { current().quantize(read(op), thread, threads); }

void mft_op_attended(ggml_tensor *, int thread, int threads, void *op) { current().attended(read(op), thread, threads); }

void mft_op_swiglu(ggml_tensor *, int thread, int threads, void *op) { current().swiglu(read(op), thread, threads); }

void mft_op_fed(ggml_tensor *, int thread, int threads, void *op) { current().fed(read(op), thread, threads); }

void mft_copy_floats(const void *row, float *values, int64_t count) { memcpy(values, row, sizeof(float) * count); }

void mft_decoder_sizes(int32_t *sizes) {
  sizes[0] = sizeof(mft_pair);
  sizes[1] = sizeof(mft_rows);
  sizes[2] = sizeof(mft_model);
  sizes[3] = sizeof(mft_block);
  sizes[4] = sizeof(mft_activations);
  sizes[5] = sizeof(mft_op);
  sizes[6] = sizeof(mft_matrix);
  sizes[7] = sizeof(mft_cell);
  sizes[8] = sizeof(mft_product);
  sizes[9] = sizeof(mft_task);
  sizes[10] = sizeof(mft_octet);
}

int mft_multiplies(int32_t format) {
#if defined(__x86_64__)
  return format >= 0 && format < MFT_FORMATS && &current() != &kernels_plain;
#else
  (void)format;
  return 0;
#endif
}

const char *mft_decoder_kernels(void) { return current().name; }

int mft_decoder_select(const char *name) {
  const kernels *found = find(name);
  if (found == nullptr) return -1;
  chosen.store(found, std::memory_order_relaxed);
  return 0;
}
