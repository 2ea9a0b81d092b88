// Every instruction set's kernels against plain loops in double precision.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <random>
#include <vector>

#include "kernels.h"

namespace {

std::mt19937 generator(7);
int failures = 0;

float narrow(float value, int32_t type) {
  if (type == MFT_FLOAT32) return value;
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  bits = (bits + 0x7fffu + ((bits >> 16) & 1)) & 0xffff0000u;
  std::memcpy(&value, &bits, sizeof bits);
  return value;
}

// Values of one type, as a kernel sees them and as numbers.
class Values {
 public:
  Values(int64_t count, int32_t type) : type_(type), bytes_((size_t)count * (type == MFT_FLOAT32 ? 4 : 2)) {}

  static Values random(int64_t count, int32_t type, float size = 1) {
    Values values(count, type);
    std::normal_distribution<float> normal(0, size);
    for (int64_t i = 0; i < count; i++) values.set(i, normal(generator));
    return values;
  }

  void *data() { return bytes_.data(); }
  float *floats() { return (float *)bytes_.data(); }

  void set(int64_t i, float value) {
    value = narrow(value, type_);
    if (type_ == MFT_FLOAT32) std::memcpy(&bytes_[(size_t)i * 4], &value, 4);
    else std::memcpy(&bytes_[(size_t)i * 2], (const char *)&value + 2, 2);
  }

  double operator[](int64_t i) const {
    float value = 0;
    if (type_ == MFT_FLOAT32) std::memcpy(&value, &bytes_[(size_t)i * 4], 4);
    else std::memcpy((char *)&value + 2, &bytes_[(size_t)i * 2], 2);
    return value;
  }

 private:
  int32_t type_;
  std::vector<char> bytes_;
};

void near(const char *what, double expected, double actual, double size, int32_t type) {
  const double allowed = size * (type == MFT_FLOAT32 ? 2e-6 : 1.0 / 250);
  if (std::fabs(expected - actual) <= allowed) return;
  if (failures++ < 20) std::printf("%s: expected %.9g, found %.9g\n", what, expected, actual);
}

void norms(const kernels &k, int32_t type) {
  const int64_t rows = 3, width = 37;
  for (const bool adds : {false, true}) {
    Values x = Values::random(rows * width, MFT_FLOAT32), added = Values::random(rows * width, type), sum(rows * width, MFT_FLOAT32);
    Values weight = Values::random(width, MFT_FLOAT32), y(rows * width, type), scale(rows, MFT_FLOAT32);
    const mft_norm a{x.floats(), adds ? added.data() : nullptr, sum.floats(), weight.floats(), y.data(), scale.floats(), rows, width, 1e-5f, type};
    k.norm(&a, 0, 2);
    k.norm(&a, 2, rows);
    Values slope = Values::random(rows * width, type), before = Values::random(rows * width, MFT_FLOAT32), after = before, small(rows * width, type);
    const mft_norm_back b{adds ? sum.floats() : x.floats(), weight.floats(), scale.floats(), slope.data(), after.floats(), small.data(), rows, width, type};
    k.norm_back(&b, 0, rows);
    for (int64_t row = 0; row < rows; row++) {
      auto value = [&](int64_t i) { return x[row * width + i] + (adds ? added[row * width + i] : 0); };
      double squares = 0, along = 0;
      for (int64_t i = 0; i < width; i++) squares += value(i) * value(i);
      const double r = 1 / std::sqrt(squares / width + 1e-5);
      for (int64_t i = 0; i < width; i++) along += slope[row * width + i] * weight[i] * value(i);
      near("scale", r, scale[row], r, MFT_FLOAT32);
      for (int64_t i = 0; i < width; i++) {
        const int64_t at = row * width + i;
        if (adds) near("sum", value(i), sum[at], 4, MFT_FLOAT32);
        near("norm", value(i) * r * weight[i], y[at], std::fabs(value(i) * r * weight[i]) + 1e-3, type);
        const double expected = before[at] + slope[at] * weight[i] * r - value(i) * along * r * r * r / width;
        near("norm back", expected, after[at], 8, MFT_FLOAT32);
        near("norm back, narrow", expected, small[at], type == MFT_FLOAT32 ? 8 : std::fabs(expected) + 1e-2, type);
      }
    }
  }
}

void heads(const kernels &k, int32_t type) {
  const int64_t batch = 2, length = 5, count = 3, group = 2, width = 22, stride = count * width + 9;
  for (const int32_t halves : {0, 1}) {
    for (const int64_t turned : {int64_t{0}, int64_t{14}, width}) {
      Values rows = Values::random(batch * length * stride, type), there(batch * count * group * length * width, type);
      Values bias = Values::random(count * width, MFT_FLOAT32), turns = Values::random(length * (turned + 1), MFT_FLOAT32);
      mft_heads a{rows.data(), there.data(), bias.floats(), turned ? turns.floats() : nullptr, batch, length, count, group, width, turned, stride, halves, 0.25f, type};
      k.heads(&a, 0, 4);
      k.heads(&a, 4, batch * length);
      Values slopes = Values::random(batch * count * group * length * width, type), back(batch * length * stride, type);
      mft_heads b = a;
      b.rows = back.data();
      b.heads = slopes.data();
      k.heads_back(&b, 0, batch * length);
      // Element i of a turned head, or of one turned back.
      auto turn = [&](const std::function<double(int64_t)> &head, int64_t position, int64_t i, double sign) {
        if (i >= turned) return head(i);
        const int64_t half = turned / 2, pair = halves ? i % half : i / 2;
        const bool second = halves ? i >= half : i % 2 == 1;
        const double x = head(halves ? pair : 2 * pair), y = head(halves ? pair + half : 2 * pair + 1);
        const double cosine = turns[position * turned + 2 * pair], sine = sign * turns[position * turned + 2 * pair + 1];
        return second ? x * sine + y * cosine : x * cosine - y * sine;
      };
      for (int64_t row = 0; row < batch * length; row++) {
        for (int64_t h = 0; h < count; h++) {
          for (int64_t i = 0; i < width; i++) {
            const int64_t position = row % length;
            auto place = [&](int64_t copy, int64_t element) { return (((row / length) * count * group + h * group + copy) * length + position) * width + element; };
            const double expected = 0.25 * turn([&](int64_t e) { return rows[row * stride + h * width + e] + bias[h * width + e]; }, position, i, 1);
            for (int64_t copy = 0; copy < group; copy++) near("heads", expected, there[place(copy, i)], 2, type);
            const double returned = 0.25 * turn([&](int64_t e) { return slopes[place(0, e)] + slopes[place(1, e)]; }, position, i, -1);
            near("heads back", returned, back[row * stride + h * width + i], 2, type);
          }
        }
      }
    }
  }
}

void softmaxes(const kernels &k, int32_t type) {
  const int64_t matrices = 2, length = 41;
  // Far apart, too: weights that vanish and one that is all.
  for (const float size : {1.0f, 60.0f}) {
    Values scores = Values::random(matrices * length * length, type, size), weights = scores;
    const mft_softmax a{weights.data(), nullptr, matrices, length, type};
    k.softmax(&a, 0, 50);
    k.softmax(&a, 50, matrices * length);
    Values slopes = Values::random(matrices * length * length, type), back = slopes;
    const mft_softmax b{back.data(), weights.data(), matrices, length, type};
    k.softmax_back(&b, 0, matrices * length);
    for (int64_t row = 0; row < matrices * length; row++) {
      const int64_t seen = row % length + 1;
      double largest = -1e30, sum = 0, mean = 0;
      for (int64_t i = 0; i < seen; i++) largest = std::fmax(largest, scores[row * length + i]);
      for (int64_t i = 0; i < seen; i++) sum += std::exp(scores[row * length + i] - largest);
      for (int64_t i = 0; i < seen; i++) mean += weights[row * length + i] * slopes[row * length + i];
      for (int64_t i = 0; i < length; i++) {
        const int64_t at = row * length + i;
        near("softmax", i < seen ? std::exp(scores[at] - largest) / sum : 0, weights[at], 1, type);
        near("softmax back", i < seen ? weights[at] * (slopes[at] - mean) : 0, back[at], 2, type);
      }
    }
  }
}

void swiglus(const kernels &k, int32_t type) {
  const int64_t rows = 3, width = 35, stride = 80;
  for (const float size : {1.0f, 40.0f}) {
    // Both in one matrix, as joined layers have them.
    Values both = Values::random(rows * stride, type, size), y(rows * width, type), before = both;
    char *const gate = (char *)both.data(), *const up = gate + width * (type == MFT_FLOAT32 ? 4 : 2);
    const mft_swiglu a{gate, up, y.data(), rows, width, stride, type};
    k.swiglu(&a, 0, rows);
    Values slopes = Values::random(rows * width, type);
    const mft_swiglu b{gate, up, slopes.data(), rows, width, stride, type};
    k.swiglu_back(&b, 0, 1);
    k.swiglu_back(&b, 1, rows);
    for (int64_t row = 0; row < rows; row++) {
      for (int64_t i = 0; i < stride; i++) {
        const int64_t at = row * stride + i, here = i % width;
        if (i >= 2 * width) {
          near("between rows", before[at], both[at], 0, type);
          continue;
        }
        const double x = before[row * stride + here], u = before[row * stride + width + here], slope = slopes[row * width + here];
        const double share = 1 / (1 + std::exp(-x));
        if (i < width) near("swiglu", x * share * u, y[row * width + here], std::fabs(x * share * u) + 1e-3, type);
        const double expected = i < width ? slope * u * share * (1 + x * (1 - share)) : slope * x * share;
        near("swiglu back", expected, both[at], std::fabs(slope) * (i < width ? std::fabs(u) * (1 + std::fabs(x)) : std::fabs(x)) + 1e-2, type);
      }
    }
  }
}

void all(const char *name, const kernels &k) {
  std::printf("%s\n", name);
  for (const int32_t type : {(int32_t)MFT_FLOAT32, (int32_t)MFT_BFLOAT16}) {
    norms(k, type);
    heads(k, type);
    softmaxes(k, type);
    swiglus(k, type);
  }
}

}  // namespace

int main() {
  all("plain", kernels_plain);
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) all("avx2", kernels_avx2);
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
    all("avx512", kernels_avx512);
#endif
  // Nothing has loaded libtorch here.
  if (mft_torch_blocks_use() != 0) {
    std::printf("threads of a libtorch that is not there\n");
    failures++;
  }
  if (failures) std::printf("%d failures\n", failures);
  return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
