#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MFT_TORCH_MEMORY_API __attribute__((visibility("default")))

// What large tensors on the CPU take, in bytes: now, at most since the last reset, and the most that was resident for them since then.
typedef struct mft_torch_memory_counts {
  uint64_t used;
  uint64_t peak;
  uint64_t resident;
} mft_torch_memory_counts;

// Makes libtorch, which is loaded already, take memory of large tensors on the CPU from a range of its own. Returns 1 where it does from now on, and
// 0 where this libtorch's allocators look different from those that this library was written for: then nothing has changed.
MFT_TORCH_MEMORY_API int32_t mft_torch_memory_use(void);

MFT_TORCH_MEMORY_API void mft_torch_memory_get_counts(mft_torch_memory_counts *counts);

MFT_TORCH_MEMORY_API void mft_torch_memory_reset_peak(void);

// Gives pages that no tensor uses back to the system.
MFT_TORCH_MEMORY_API void mft_torch_memory_trim(void);

#ifdef __cplusplus
}
#endif
