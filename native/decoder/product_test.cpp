// Products with packed matrices of every format and every set of kernels, against loops in double over the file's bytes.

#include <cstring>

#include "mft_decoder.h"
#include "test_support.h"

namespace {

struct format {
  int id;
  const char *name;
  int block;  // inputs of a block in the file
  int block_bytes;
};

const format kFormats[] = {
    {MFT_F32, "F32", 1, 4},     {MFT_F16, "F16", 1, 2},       {MFT_BF16, "BF16", 1, 2},     {MFT_Q4_0, "Q4_0", 32, 18},
    {MFT_Q8_0, "Q8_0", 32, 34}, {MFT_Q4_K, "Q4_K", 256, 144}, {MFT_Q6_K, "Q6_K", 256, 210},
};

// Random weights in a file's form: any bytes, but for scales that have to be numbers.
std::vector<uint8_t> random_weights(const format &f, int64_t count) {
  std::vector<uint8_t> bytes((size_t)(count / f.block * f.block_bytes));
  for (uint8_t &b : bytes) b = (uint8_t)generator();
  const auto half = [&](size_t at) {
    const uint16_t h = random_halves(1)[0];
    memcpy(&bytes[at], &h, 2);
  };
  if (f.id == MFT_F32) {
    const floats x = random_floats((size_t)count);
    memcpy(bytes.data(), x.data(), bytes.size());
  }
  if (f.id == MFT_F16)
    for (int64_t i = 0; i < count; i++) half((size_t)i * 2);
  if (f.id == MFT_BF16) {
    const floats x = random_floats((size_t)count);
    for (int64_t i = 0; i < count; i++) memcpy(&bytes[(size_t)i * 2], (const char *)&x[i] + 2, 2);
  }
  for (int64_t b = 0; b < count / f.block; b++) {
    const size_t at = (size_t)b * f.block_bytes;
    if (f.id == MFT_Q4_0 || f.id == MFT_Q8_0 || f.id == MFT_Q4_K) half(at);
    if (f.id == MFT_Q4_K) half(at + 2);
    if (f.id == MFT_Q6_K) half(at + 208);
  }
  return bytes;
}

double half_at(const uint8_t *p) {
  uint16_t h;
  memcpy(&h, p, 2);
  return from_half(h);
}

// One weight of a row, straight from the description of the format.
double weight(const format &f, const uint8_t *row, int i) {
  const uint8_t *b = row + (int64_t)(i / f.block) * f.block_bytes;
  const int k = i % f.block;
  switch (f.id) {
    case MFT_F32: {
      float x;
      memcpy(&x, b, 4);
      return x;
    }
    case MFT_F16:
      return half_at(b);
    case MFT_BF16: {
      float x;
      const uint32_t bits = (uint32_t)b[0] << 16 | (uint32_t)b[1] << 24;
      memcpy(&x, &bits, 4);
      return x;
    }
    case MFT_Q4_0:
      return half_at(b) * ((k < 16 ? b[2 + k] & 15 : b[2 + k - 16] >> 4) - 8);
    case MFT_Q8_0:
      return half_at(b) * (int8_t)b[2 + k];
    case MFT_Q4_K: {
      const int j = k / 32;
      const uint8_t *s = b + 4;
      const int scale = j < 4 ? s[j] & 63 : (s[j + 4] & 15) | (s[j - 4] >> 6) << 4;
      const int min = j < 4 ? s[j + 4] & 63 : s[j + 4] >> 4 | (s[j] >> 6) << 4;
      const int q = b[16 + j / 2 * 32 + k % 32] >> (j % 2 * 4) & 15;
      return half_at(b) * scale * q - half_at(b + 2) * min;
    }
    default: {
      const int half = k / 128, r = k % 128, quarter = r / 32, l = r % 32;
      const int low = b[half * 64 + quarter % 2 * 32 + l] >> (quarter / 2 * 4) & 15;
      const int high = b[128 + half * 32 + l] >> (quarter * 2) & 3;
      return half_at(b + 208) * (int8_t)b[192 + k / 16] * ((low | high << 4) - 32);
    }
  }
}

void test_cells(const std::string &name) {
  const int rows = 3, inputs = 96;
  floats x = random_floats(rows * inputs, 5);
  for (int i = 0; i < 32; i++) x[i] = 0;
  x[40] = 1e20f;  // one value far above its block
  const auto cells = cells_of(x, rows, inputs);
  for (int row = 0; row < rows; row++)
    for (int b = 0; b < inputs / 32; b++) {
      const mft_cell &cell = cells[(size_t)b * rows + row];
      const float *from = x.data() + row * inputs + 32 * b;
      float most = 0;
      int sum = 0, first = 0;
      for (int i = 0; i < 32; i++) {
        most = std::max(most, std::fabs(from[i]));
        sum += cell.values[i];
        if (i < 16) first += cell.values[i];
        check(std::fabs(cell.scale * cell.values[i] - from[i]) <= 0.501f * cell.scale, name + " cell: value");
      }
      check(std::fabs(cell.scale - most / 127) <= 1e-6f * most, name + " cell: scale");
      check(cell.minus_sum == -sum && cell.minus_first == -first && cell.minus_second == first - sum, name + " cell: sums");
      check(cell.offset == cell.scale * (float)sum, name + " cell: offset");
    }
  for (float bad : {NAN, INFINITY}) {
    x[70] = bad;
    check(std::isnan(cells_of(x, rows, inputs)[2 * rows].scale), name + " cell: what is not finite is noticed");
  }
}

void test_product(const format &f, int inputs, int outputs, int rows, int threads, const std::string &name) {
  const auto weights = random_weights(f, (int64_t)inputs * outputs);
  const int64_t bytes = mft_panel_bytes(f.id, inputs);
  const int panels = (outputs + 15) / 16;
  aligned packed((size_t)(bytes * panels));
  mft_pack(f.id, inputs, outputs, 0, panels / 2, weights.data(), packed.start);
  mft_pack(f.id, inputs, outputs, panels / 2, panels, weights.data(), packed.start);

  const bool quantized = f.id > MFT_BF16;
  const floats x = random_floats((size_t)rows * inputs, 2);
  const auto cells = quantized ? cells_of(x, rows, inputs) : std::vector<mft_cell>();
  const mft_matrix matrix{f.id, inputs, outputs, 0, packed.start};
  mft_rows step{};
  step.count = rows;
  floats y((size_t)rows * outputs + 1, 77);
  mft_product product{&matrix, &step, nullptr, x.data(), cells.data(), y.data(), nullptr, inputs, 0, 0, {}, nullptr};
  on_threads(mft_op_multiply, threads, &product);

  const int64_t row_bytes = (int64_t)inputs / f.block * f.block_bytes;
  for (int row = 0; row < rows; row++)
    for (int output = 0; output < outputs; output++) {
      double expected = 0, size = 0;
      for (int i = 0; i < inputs; i++) {
        const mft_cell *cell = quantized ? &cells[(size_t)(i / 32) * rows + row] : nullptr;
        const double term = weight(f, weights.data() + output * row_bytes, i) *
                            (quantized ? (double)cell->scale * cell->values[i % 32] : (double)x[(size_t)row * inputs + i]);
        expected += term;
        size += std::fabs(term);
      }
      const double error = std::fabs(expected - y[(size_t)row * outputs + output]) / (1 + size);
      if (error < 2e-6) continue;
      return check(false,
                   name + ": relative error " + std::to_string(error) + " in row " + std::to_string(row) + ", output " + std::to_string(output));
    }
  check(y.back() == 77, name + ": nothing is written behind the last output");

  // A row alone gives the same bits.
  for (int row = 0; row < rows; row += 3) {
    const floats one(x.begin() + (int64_t)row * inputs, x.begin() + (int64_t)(row + 1) * inputs);
    const auto own = quantized ? cells_of(one, 1, inputs) : std::vector<mft_cell>();
    floats alone(outputs);
    step.count = 1;
    mft_product single{&matrix, &step, nullptr, one.data(), own.data(), alone.data(), nullptr, inputs, 0, 0, {}, nullptr};
    on_threads(mft_op_multiply, 1, &single);
    check(memcmp(alone.data(), y.data() + (size_t)row * outputs, sizeof(float) * outputs) == 0, name + ": a row alone gives the same bits");
  }
}

// A product that projects for adapters and fetches what comes next gives the bits of one that does not, and those of a
// projection alone.
void test_with_adapters(const format &f, const std::string &name) {
  const int inputs = 256, outputs = 80, rows = 5, rank = 11;
  const auto weights = random_weights(f, (int64_t)inputs * outputs);
  aligned packed((size_t)(mft_panel_bytes(f.id, inputs) * ((outputs + 15) / 16)));
  mft_pack(f.id, inputs, outputs, 0, (outputs + 15) / 16, weights.data(), packed.start);
  const floats x = random_floats((size_t)rows * inputs, 2);
  const auto cells = cells_of(x, rows, inputs);
  const mft_matrix matrix{f.id, inputs, outputs, 0, packed.start};
  // An agent with float16 factors, one with octets, and rows of neither.
  const auto a = random_halves((size_t)rank * inputs), b = random_halves((size_t)rank * outputs);
  aligned bytes((size_t)2 * 8 * (inputs + outputs));
  for (int i = 0; i < 2 * 8 * (inputs + outputs); i++) bytes.start[i] = (uint8_t)(1 + generator() % 255);
  mft_octet octets[2] = {{bytes.start, bytes.start + 16 * inputs, {}}, {bytes.start + 8 * inputs, bytes.start + 16 * inputs + 8 * outputs, {}}};
  for (mft_octet &octet : octets)
    for (float &scale : octet.scales) scale = 0.01f;
  mft_pair halves[MFT_TARGETS] = {{a.data(), b.data(), nullptr, rank, 0.5f}}, eights[MFT_TARGETS] = {{nullptr, nullptr, octets, rank, 0}};
  const mft_pair *adapters[rows] = {halves, nullptr, eights, eights, halves};
  mft_rows step{};
  step.count = rows;
  step.adapters = adapters;
  mft_block block{};
  floats plain((size_t)rows * outputs), y(plain.size()), alone((size_t)rows * 3 * MFT_MOST_RANK), projected(alone.size());
  mft_product product{&matrix, &step, &block, x.data(), cells.data(), plain.data(), nullptr, inputs, MFT_QUERIES, 0, {}, nullptr};
  on_threads(mft_op_multiply, 2, &product);
  mft_product projection{nullptr, &step, &block, x.data(), cells.data(), nullptr, alone.data(), inputs, MFT_QUERIES, 1, {outputs}, nullptr};
  on_threads(mft_op_multiply, 2, &projection);
  for (int threads : {1, 2, 7}) {
    mft_product both{&matrix, &step, &block, x.data(), cells.data(), y.data(), projected.data(), inputs, MFT_QUERIES, 1, {outputs}, &projection};
    on_threads(mft_op_multiply, threads, &both);
    check(memcmp(y.data(), plain.data(), sizeof(float) * y.size()) == 0, name + ": adapters leave the product as it is");
    check(memcmp(projected.data(), alone.data(), sizeof(float) * alone.size()) == 0, name + ": adapters are projected beside a product");
  }
  bool any = false;
  for (float v : alone) any |= v != 0;
  check(any, name + ": something is projected");
}

}  // namespace

int main() {
  for (const char *kernels : {"plain", "avx2", "avx512", "avx512vnni", "neon"}) {
    if (mft_decoder_select(kernels) != 0) {
      std::printf("%s: not on this machine\n", kernels);
      continue;
    }
    generator.seed(5);
    test_cells(kernels);
    for (const format &f : kFormats) {
      const std::string name = std::string(kernels) + ", " + f.name;
      // Widths that are no whole panels, more rows than a tile, fewer panels than threads.
      for (int rows : {1, 2, 5, 16, 17, 37}) test_product(f, 256, 50, rows, 1 + rows % 3, name + ", " + std::to_string(rows) + " rows");
      test_product(f, 512, 16, 3, 4, name + ", one panel");
      test_with_adapters(f, name + ", with adapters");
      test_product(f, 768, 33, 9, 2, name + ", 768 inputs");
      if (f.block == 1) test_product(f, 45, 20, 3, 2, name + ", odd width");
      check(mft_panel_bytes(f.id, 255) == 0 || f.block == 1, name + ": rows of broken blocks are refused");
    }
  }
  check(mft_decoder_select(nullptr) == 0, "the best kernels are chosen");
  return finish();
}
