// What the tests of this folder share.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "mft_decoder.h"

using floats = std::vector<float>;

inline int failures = 0;

inline void check(bool holds, const std::string &what) {
  if (holds) return;
  failures++;
  std::printf("FAILED: %s\n", what.c_str());
}

inline std::mt19937 generator(7);

inline floats random_floats(size_t n, float reach = 1) {
  std::uniform_real_distribution<float> uniform(-reach, reach);
  floats x(n);
  for (float &v : x) v = uniform(generator);
  return x;
}

// Magnitudes of 2^-5 to 2.
inline std::vector<uint16_t> random_halves(size_t n) {
  std::uniform_int_distribution<int> mantissa(0, 1023), exponent(10, 15), sign(0, 1);
  std::vector<uint16_t> x(n);
  for (uint16_t &h : x) h = (uint16_t)(sign(generator) << 15 | exponent(generator) << 10 | mantissa(generator));
  return x;
}

inline float from_half(uint16_t h) {
  const int exponent = (h >> 10) & 31, mantissa = h & 0x3ff;
  const float magnitude = exponent == 0 ? std::ldexp((float)mantissa, -24) : std::ldexp((float)(1024 + mantissa), exponent - 25);
  return h & 0x8000 ? -magnitude : magnitude;
}

// As ggml does: all threads at once.
inline void on_threads(void (*operation)(ggml_tensor *, int, int, void *), int threads, void *data) {
  std::vector<std::thread> others;
  for (int thread = 1; thread < threads; thread++) others.emplace_back(operation, nullptr, thread, threads, data);
  operation(nullptr, 0, threads, data);
  for (std::thread &other : others) other.join();
}

struct aligned {
  explicit aligned(size_t bytes) : memory(bytes + 64) { start = memory.data() + (64 - (uintptr_t)memory.data() % 64) % 64; }
  aligned(const aligned &) = delete;
  std::vector<uint8_t> memory;
  uint8_t *start;
};

// Rows in 8 bits, as the kernels make them: mft_op_quantize on a model of one wide head.
inline std::vector<mft_cell> cells_of(const floats &x, int rows, int inputs) {
  std::vector<mft_cell> cells((size_t)rows * (inputs / 32));
  mft_model model{};
  model.heads = 1;
  model.head_length = inputs;
  mft_rows step{};
  step.count = rows;
  mft_activations at{};
  at.mixed = const_cast<float *>(x.data());
  at.mixed_cells = cells.data();
  mft_op op{&model, &step, &at, nullptr, nullptr, nullptr};
  on_threads(mft_op_quantize, 3, &op);
  return cells;
}

inline int finish() {
  std::printf("%d failures\n", failures);
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
