// std::ios_base_library_init() is an empty hook that GCC 13's headers call and that libstdc++ has since GLIBCXX_3.4.32.
// TorchSharp's native library needs nothing else from that version, so on systems with an older libstdc++ (Debian 12,
// Ubuntu 22.04) this definition, loaded globally beforehand, stands in for it. The name is the mangled one: a C++
// definition would be compiled against the very headers whose version varies.
extern "C" __attribute__((visibility("default"))) void _ZSt21ios_base_library_initv() {}
