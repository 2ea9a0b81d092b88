#include <dlfcn.h>

#include "kernels.h"

namespace {

// Of GCC's OpenMP, which libtorch is built with: kernels on other threads than its own would wait for each other.
using Region = void (*)(void *);
void (*begin_region)(Region, void *, unsigned threads, unsigned flags);
int (*thread_number)(void);
int (*thread_count)(void);

// Elements that a thread is worth waking for.
constexpr int64_t kFewElements = 1 << 13;

const kernels *best() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("fma")) return &kernels_plain;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
    return &kernels_avx512;
  if (__builtin_cpu_supports("avx2")) return &kernels_avx2;
#endif
  return &kernels_plain;
}

const kernels *const chosen = best();

template <typename Arguments>
struct Work {
  void (*kernel)(const Arguments *, int64_t, int64_t);
  const Arguments *arguments;
  int64_t rows;
};

template <typename Arguments>
void share(void *data) {
  const auto *work = (const Work<Arguments> *)data;
  const int64_t part = thread_number(), parts = thread_count();
  work->kernel(work->arguments, work->rows * part / parts, work->rows * (part + 1) / parts);
}

template <typename Arguments>
void divide(void (*kernel)(const Arguments *, int64_t, int64_t), const Arguments *arguments, int64_t rows, int64_t width) {
  Work<Arguments> work{kernel, arguments, rows};
  if (rows * width < kFewElements) kernel(arguments, 0, rows);
  else begin_region(share<Arguments>, &work, 0, 0);
}

}  // namespace

int32_t mft_torch_blocks_use(void) {
  void *torch = dlopen("libtorch_cpu.so", RTLD_NOLOAD | RTLD_LAZY);
  if (!torch) return 0;
  begin_region = (decltype(begin_region))dlsym(torch, "GOMP_parallel");
  thread_number = (decltype(thread_number))dlsym(torch, "omp_get_thread_num");
  thread_count = (decltype(thread_count))dlsym(torch, "omp_get_num_threads");
  return begin_region && thread_number && thread_count;
}

int32_t mft_torch_blocks_widest_head(void) { return kWidestHead; }

void mft_torch_blocks_norm(const mft_norm *a) { divide(chosen->norm, a, a->rows, a->width); }
void mft_torch_blocks_norm_back(const mft_norm_back *a) { divide(chosen->norm_back, a, a->rows, a->width); }
void mft_torch_blocks_heads(const mft_heads *a) { divide(chosen->heads, a, a->batch * a->length, a->count * a->width); }
void mft_torch_blocks_heads_back(const mft_heads *a) { divide(chosen->heads_back, a, a->batch * a->length, a->count * a->width); }
void mft_torch_blocks_softmax(const mft_softmax *a) { divide(chosen->softmax, a, a->matrices * a->length, a->length); }
void mft_torch_blocks_softmax_back(const mft_softmax *a) { divide(chosen->softmax_back, a, a->matrices * a->length, a->length); }
void mft_torch_blocks_swiglu(const mft_swiglu *a) { divide(chosen->swiglu, a, a->rows, a->width); }
void mft_torch_blocks_swiglu_back(const mft_swiglu *a) { divide(chosen->swiglu_back, a, a->rows, a->width); }
