// libtorch's extension point for allocators, c10::SetCPUAllocator, without its headers, which its .NET packages lack: the two classes below have
// the layout of those of libtorch 2.10 (Itanium C++ ABI), and nothing is done where the vtable there has another size.
#include "mft_torch_memory.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

#include "range_pool.h"

namespace {

// Smaller ones come and go with everything else, from the heap.
constexpr std::size_t kLarge = std::size_t{64} << 10;
constexpr std::size_t kAlignment = 64;
constexpr std::size_t kMostAddresses = std::size_t{1} << 40;

mft::RangePool &pool() {
  // Never destroyed: tensors may outlive every static object.
  static auto *const instance = new mft::RangePool(kMostAddresses);
  return *instance;
}

void release(void *block) {
  if (pool().owns(block)) pool().give(block);
  else std::free(block);
}

struct Device {
  std::int8_t type = 0;  // CPU
  std::int8_t index = -1;
};

// As c10::DataPtr: what it points to, what is released with it and how, and where it lies.
struct DataPtr {
  void *data;
  std::unique_ptr<void, void (*)(void *)> context;
  Device device;
};

// As c10::Allocator: virtual functions in its order.
class Allocator {
 public:
  virtual ~Allocator() = default;
  virtual DataPtr allocate(std::size_t bytes) = 0;
  virtual bool is_simple_data_ptr(const DataPtr &pointer) const { return pointer.data == pointer.context.get(); }
  virtual void (*raw_deleter() const)(void *) { return nullptr; }
  virtual void copy_data(void *target, const void *source, std::size_t bytes) const = 0;
};

class TensorAllocator final : public Allocator {
 public:
  DataPtr allocate(std::size_t bytes) override {
    void *block = bytes >= kLarge ? pool().take(bytes) : nullptr;
    if (block == nullptr && bytes > 0 && posix_memalign(&block, kAlignment, bytes) != 0) throw std::bad_alloc();
    return {block, {block, release}, {}};
  }

  void (*raw_deleter() const)(void *) override { return release; }

  void copy_data(void *target, const void *source, std::size_t bytes) const override { std::memcpy(target, source, bytes); }
};

// Offset to the top, type, two destructors and four functions.
constexpr std::size_t kVtableBytes = 8 * sizeof(void *);

bool looks_as_expected(void *library) {
  void *const vtable = dlsym(library, "_ZTVN3c1019DefaultCPUAllocatorE");
  if (vtable == nullptr) return false;
  Dl_info owner;
  const ElfW(Sym) *symbol = nullptr;
  return dladdr1(vtable, &owner, reinterpret_cast<void **>(const_cast<ElfW(Sym) **>(&symbol)), RTLD_DL_SYMENT) != 0 && symbol != nullptr &&
         symbol->st_size == kVtableBytes;
}

}  // namespace

int32_t mft_torch_memory_use(void) {
  void *const library = dlopen("libc10.so", RTLD_NOW | RTLD_NOLOAD);
  if (library == nullptr) return 0;
  using Set = void (*)(Allocator *, std::uint8_t);
  const auto set = reinterpret_cast<Set>(dlsym(library, "_ZN3c1015SetCPUAllocatorEPNS_9AllocatorEh"));
  if (set == nullptr || !looks_as_expected(library)) return 0;
  static TensorAllocator allocator;
  // Above libtorch's own, which has 0.
  set(&allocator, 100);
  return 1;
}

void mft_torch_memory_get_counts(mft_torch_memory_counts *counts) {
  const auto now = pool().counts();
  *counts = {now.used, now.peak, now.resident};
}

void mft_torch_memory_reset_peak(void) { pool().reset_peak(); }

void mft_torch_memory_trim(void) { pool().trim(); }
