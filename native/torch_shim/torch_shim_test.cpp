// Loads the shim as the product does, globally, and calls its symbol by the name that TorchSharp asks for.
#include <dlfcn.h>

#include <cstdio>

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: torch_shim_test LIBRARY\n");
    return 2;
  }
  void *library = dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL);
  if (library == nullptr) {
    std::fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  void *symbol = dlsym(library, "_ZSt21ios_base_library_initv");
  if (symbol == nullptr) {
    std::fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  Dl_info owner;
  if (dladdr(symbol, &owner) == 0) {
    std::fprintf(stderr, "the symbol belongs to no library\n");
    return 1;
  }
  reinterpret_cast<void (*)()>(symbol)();
  std::printf("called _ZSt21ios_base_library_initv of %s\n", owner.dli_fname);
  return 0;
}
