// Every operation, with every set of kernels that this machine runs and 1 to 5 threads, against plain loops in double.

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "mft_decoder.h"
#include "test_support.h"

namespace {

struct sizes {
  int embedding, heads, kv_heads, head_length, feed_forward, rope_dimensions;
  bool halves, norms, bias;
  bool bytes;   // keys and values in 8 bits
  bool octets;  // adapters in 8 bits, where their inputs are whole blocks
};

// What mft_activations.projected holds for an octet.
struct octet_sums {
  int8_t values[8];
  float scale;
  int32_t minus_sum;
};

// Three slots, two adapters and rows without one; one adapter has no pair for some targets, ranks differ.
struct world {
  static constexpr int kSlots = 3, kContext = 208, kRows = 21, kTokens = 9;

  sizes s;
  floats rope, embedding, output_norm, attention_norm, next_norm, ff_norm, q_norm, k_norm, bias, o_bias;
  std::vector<uint16_t> keys, values, key_scales, value_scales;
  std::vector<int8_t> byte_keys, byte_values;
  std::vector<std::vector<uint16_t>> factors;
  std::deque<aligned> factor_bytes;
  std::deque<std::vector<mft_octet>> octets;
  std::vector<mft_pair> first, second;
  std::vector<int32_t> tokens, slots, positions, output_index;
  std::vector<const mft_pair *> adapters;
  floats residual, normed, qkv, mixed, added, gate_up, hidden, selected, projected;
  mft_model model{};
  mft_rows rows{};
  mft_block block{}, next{};
  mft_activations at{}, chosen{};
  mft_op op{};

  int width() const { return (s.heads + 2 * s.kv_heads) * s.head_length; }

  int scales_of_head() const { return (s.head_length + 31) / 32; }

  // Where a value lies, and what scales it.
  size_t cell(int slot, int head, int position) const { return (((size_t)slot * s.kv_heads + head) * kContext + position) * s.head_length; }
  size_t key(int slot, int head, int position, int i) const { return cell(slot, head, position / 16 * 16) + i * 16 + position % 16; }
  size_t key_scale(int slot, int head, int position, int i) const {
    return ((((size_t)slot * s.kv_heads + head) * kContext + position) / 16 * scales_of_head() + i / 32) * 16 + position % 16;
  }
  size_t value_scale(int slot, int head, int position, int i) const {
    return (((size_t)slot * s.kv_heads + head) * kContext + position) * scales_of_head() + i / 32;
  }
  double key_at(int slot, int head, int position, int i) const {
    const size_t at = key(slot, head, position, i);
    return s.bytes ? (double)from_half(key_scales[key_scale(slot, head, position, i)]) * byte_keys[at] : from_half(keys[at]);
  }
  double value_at(int slot, int head, int position, int i) const {
    const size_t at = cell(slot, head, position) + i;
    return s.bytes ? (double)from_half(value_scales[value_scale(slot, head, position, i)]) * byte_values[at] : from_half(values[at]);
  }

  uint8_t *random_bytes(int count) {
    uint8_t *bytes = factor_bytes.emplace_back((size_t)count).start;
    for (int i = 0; i < count; i++) bytes[i] = (uint8_t)(1 + generator() % 255);
    return bytes;
  }

  mft_pair pair(int rank, int inputs, int outputs) {
    if (s.octets && inputs % 32 == 0) {
      std::vector<mft_octet> &all = octets.emplace_back((size_t)(rank + 7) / 8);
      for (mft_octet &octet : all) {
        octet = {random_bytes(inputs * 8), random_bytes((outputs + 15) / 16 * 128), {}};
        const int ranks = std::min(8, rank - 8 * (int)(&octet - all.data()));
        for (int r = 0; r < ranks; r++) octet.scales[r] = (0.5f + (float)r) / 127 / 127;
      }
      return {nullptr, nullptr, all.data(), rank, 0};
    }
    factors.push_back(random_halves((size_t)rank * inputs));
    const uint16_t *a = factors.back().data();
    factors.push_back(random_halves((size_t)rank * outputs));
    return {a, factors.back().data(), nullptr, rank, 0.75f};
  }

  std::vector<mft_pair> adapter(int rank, int missing) {
    const int q = s.heads * s.head_length, k = s.kv_heads * s.head_length, d = s.embedding, f = s.feed_forward;
    const int inputs[] = {d, d, d, q, d, d, f}, outputs[] = {q, k, k, d, f, f, d};
    std::vector<mft_pair> pairs(2 * MFT_TARGETS);  // of two blocks; the second is the one under test
    for (int target = 0; target < MFT_TARGETS; target++)
      pairs[MFT_TARGETS + target] = target == missing ? mft_pair{} : pair(rank + target % 2, inputs[target], outputs[target]);
    return pairs;
  }

  explicit world(sizes sizes_) : s(sizes_) {
    factors.reserve(64);
    const size_t d = s.embedding, n = kRows;
    rope = random_floats((size_t)kContext * s.rope_dimensions);
    embedding = random_floats(kTokens * d);
    output_norm = random_floats(d), attention_norm = random_floats(d), next_norm = random_floats(d), ff_norm = random_floats(d);
    q_norm = random_floats(s.head_length), k_norm = random_floats(s.head_length), bias = random_floats(width()), o_bias = random_floats(d);
    const size_t cells = (size_t)kSlots * s.kv_heads * kContext * s.head_length;
    keys = random_halves(cells), values = random_halves(cells);
    // What lies behind the rows of slots 1 and 2 has never been written: it must not be seen.
    for (int slot = 1; slot < kSlots; slot++)
      for (int head = 0; head < s.kv_heads; head++) {
        const size_t base = ((size_t)slot * s.kv_heads + head) * kContext * s.head_length;
        for (size_t p = slot == 1 ? 118 + kRows : 1; p < kContext; p++)
          for (int i = 0; i < s.head_length; i++)
            keys[base + p / 16 * s.head_length * 16 + i * 16 + p % 16] = values[base + p * s.head_length + i] = 0x7e00;
      }
    if (s.bytes) {
      byte_keys.resize(cells), byte_values.resize(cells);
      for (int8_t &q : byte_keys) q = (int8_t)generator();
      for (int8_t &q : byte_values) q = (int8_t)generator();
      const size_t scales = cells / s.head_length * scales_of_head();
      key_scales = random_halves(scales), value_scales = random_halves(scales);
      for (uint16_t &h : key_scales) h = (uint16_t)((h & 0x7fff) - (6 << 10));
      for (uint16_t &h : value_scales) h = (uint16_t)((h & 0x7fff) - (6 << 10));
      for (int slot = 1; slot < kSlots; slot++)
        for (int head = 0; head < s.kv_heads; head++)
          for (int p = slot == 1 ? 118 + kRows : 1; p < kContext; p++)
            for (int i = 0; i < s.head_length; i += 32)
              key_scales[key_scale(slot, head, p, i)] = value_scales[value_scale(slot, head, p, i)] = 0x7e00;
    }
    first = adapter(8, MFT_KEYS), second = adapter(3, -1);
    // Slot 0 decodes far along, slot 1 reads a prompt of 19 rows across a span's end, slot 2 starts.
    for (int row = 0; row < kRows; row++) {
      const int slot = row == 0 ? 0 : row == kRows - 1 ? 2 : 1;
      slots.push_back(slot);
      positions.push_back(slot == 0 ? 200 : slot == 1 ? 118 + row : 0);
      tokens.push_back(row * 5 % kTokens);
      adapters.push_back(slot == 0 ? first.data() : slot == 1 ? second.data() : nullptr);
      output_index.push_back(row == 0 ? 0 : row == kRows - 2 ? 1 : row == kRows - 1 ? 2 : -1);
    }
    residual = random_floats(n * d), normed = random_floats(n * d), qkv = random_floats(n * width());
    mixed = random_floats(n * s.heads * s.head_length), added = random_floats(n * d);
    gate_up = random_floats(n * 2 * s.feed_forward, 3), hidden = random_floats(n * s.feed_forward);
    selected = floats(3 * d), projected = floats(n * 3 * MFT_MOST_RANK);
  }

  world(const world &) = delete;

  void connect() {
    const int length = s.head_length;
    model = {s.embedding,
             s.heads,
             s.kv_heads,
             length,
             s.feed_forward,
             s.rope_dimensions,
             s.halves,
             kContext,
             1e-5f,
             1 / std::sqrt((float)length),
             rope.data(),
             (const uint8_t *)embedding.data(),
             (int64_t)sizeof(float) * s.embedding,
             mft_copy_floats,
             output_norm.data()};
    rows = {kRows, 3, tokens.data(), slots.data(), positions.data(), output_index.data(), adapters.data()};
    block = {1,
             0,
             attention_norm.data(),
             ff_norm.data(),
             s.norms ? q_norm.data() : nullptr,
             s.norms ? k_norm.data() : nullptr,
             s.bias ? bias.data() : nullptr,
             s.bias ? o_bias.data() : nullptr,
             keys.data(),
             values.data(),
             nullptr,
             nullptr};
    if (s.bytes)
      block.keys = byte_keys.data(), block.values = byte_values.data(), block.key_scales = key_scales.data(),
      block.value_scales = value_scales.data();
    next = block;
    next.attention_norm = next_norm.data();
    float *k = qkv.data() + s.heads * length;
    at = {residual.data(),
          normed.data(),
          qkv.data(),
          k,
          k + s.kv_heads * length,
          width(),
          width(),
          width(),
          mixed.data(),
          added.data(),
          gate_up.data(),
          gate_up.data() + s.feed_forward,
          2 * s.feed_forward,
          2 * s.feed_forward,
          hidden.data(),
          projected.data(),
          nullptr,
          nullptr,
          nullptr};
    chosen = at;
    chosen.residual = selected.data();
    op = {&model, &rows, &at, &block, &next, nullptr};
  }

  void run(void (*operation)(ggml_tensor *, int, int, void *), int threads) { on_threads(operation, threads, &op); }

  // The first half of adapters, which the product before an operation computes.
  void project(const floats &x, int inputs, int first_target, int targets, int threads, const std::string &name) {
    const auto cells = s.octets ? cells_of(x, rows.count, inputs) : std::vector<mft_cell>();
    mft_product product{nullptr, &rows, &block, x.data(), cells.data(), nullptr, projected.data(), inputs, first_target, targets, {}, nullptr};
    on_threads(mft_op_multiply, threads, &product);
    for (int row = 0; row < rows.count && adapters[row] != nullptr && s.octets; row++)
      for (int place = 0; place < targets; place++) check_sums(adapters[row][MFT_TARGETS + first_target + place], cells, row, place, inputs, name);
  }

  octet_sums sums(int row, int place, int octet) const {
    octet_sums found;
    memcpy(&found, projected.data() + ((size_t)row * 3 + place) * MFT_MOST_RANK + 8 * octet, sizeof found);
    return found;
  }

  // Those of 8 bits are within half a step of the exact ones.
  void check_sums(const mft_pair &pair, const std::vector<mft_cell> &cells, int row, int place, int inputs, const std::string &name) const {
    for (int o = 0; pair.octets != nullptr && o < (pair.rank + 7) / 8; o++) {
      const octet_sums found = sums(row, place, o);
      double most = 0;
      int minus = 0;
      for (int r = 0; r < 8; r++) {
        double exact = 0;
        for (int i = 0; i < inputs; i++) {
          const mft_cell &cell = cells[(size_t)(i / 32) * rows.count + row];
          const int place_of_input = i / 8 * 64 + r * 8 + i % 8;
          exact += (double)cell.scale * cell.values[i % 32] * (pair.octets[o].a[place_of_input] - 128);
        }
        exact *= pair.octets[o].scales[r];
        most = std::max(most, std::fabs(exact));
        minus -= found.values[r];
        check(std::fabs(found.scale * found.values[r] - exact) <= 0.501 * found.scale, name + " sums in 8 bits");
      }
      check(std::fabs(found.scale - most / 127) <= 1e-5 * most, name + " scale of sums in 8 bits");
      check(found.minus_sum == minus, name + " sum of sums in 8 bits");
    }
  }
};

// Plain twins of the operations, in double.

// Sums in 8 bits are taken as the kernels have them: check_sums has looked at them.
void apply(const world &w, int row, int target, int place, const float *x, int inputs, int outputs, std::vector<double> &y) {
  const mft_pair *adapter = w.adapters[row];
  if (adapter == nullptr) return;
  const mft_pair &pair = adapter[MFT_TARGETS + target];
  if (pair.octets != nullptr) {
    for (int r = 0; r < pair.rank; r++) {
      const octet_sums s = w.sums(row, place, r / 8);
      const uint8_t *b = pair.octets[r / 8].b;
      for (int o = 0; o < outputs; o++) y[o] += (double)s.scale * s.values[r % 8] * (b[o / 16 * 128 + r % 8 / 4 * 64 + o % 16 * 4 + r % 4] - 128);
    }
    return;
  }
  for (int r = 0; r < pair.rank; r++) {
    double s = 0;
    for (int i = 0; i < inputs; i++) s += (double)from_half(pair.a[r * inputs + i]) * x[i];
    for (int o = 0; o < outputs; o++) y[o] += pair.scale * s * from_half(pair.b[r * outputs + o]);
  }
}

std::vector<double> norm(const std::vector<double> &x, const float *weight) {
  double squares = 0;
  for (double v : x) squares += v * v;
  const double scale = 1 / std::sqrt(squares / x.size() + 1e-5);
  std::vector<double> y(x.size());
  for (size_t i = 0; i < x.size(); i++) y[i] = x[i] * scale * weight[i];
  return y;
}

std::vector<double> doubles(const float *x, size_t n) { return std::vector<double>(x, x + n); }

void compare(const std::vector<double> &expected, const float *found, const std::string &what) {
  for (size_t i = 0; i < expected.size(); i++) {
    const double error = std::fabs(expected[i] - found[i]) / (1 + std::fabs(expected[i]));
    // Written so that NaN fails.
    if (error < 2e-5) continue;
    return check(false, what + ": relative error " + std::to_string(error) + " at " + std::to_string(i));
  }
}

void test_embed(world &w, int threads, const std::string &name) {
  w.op.block = nullptr;
  w.run(mft_op_embed, threads);
  for (int row = 0; row < w.rows.count; row++) {
    const auto x = doubles(w.embedding.data() + (size_t)w.tokens[row] * w.s.embedding, w.s.embedding);
    compare(x, w.residual.data() + (size_t)row * w.s.embedding, name + " embed, residual");
    compare(norm(x, w.next_norm.data()), w.normed.data() + (size_t)row * w.s.embedding, name + " embed, normed");
  }
}

void test_qkv(world &w, int threads, const std::string &name) {
  const floats before = w.qkv;
  const int length = w.s.head_length, q = w.s.heads * length, k = w.s.kv_heads * length;
  w.project(w.normed, w.s.embedding, MFT_QUERIES, 3, threads, name);
  w.run(mft_op_qkv, threads);
  for (int row = 0; row < w.rows.count; row++) {
    const float *x = w.normed.data() + (size_t)row * w.s.embedding, *y = before.data() + (size_t)row * w.width();
    std::vector<double> parts[] = {doubles(y, q), doubles(y + q, k), doubles(y + q + k, k)};
    const int begins[] = {0, q, q + k};
    for (int part = 0; part < 3; part++) {
      const int size = (int)parts[part].size();
      if (w.s.bias)
        for (int i = 0; i < size; i++) parts[part][i] += w.bias[begins[part] + i];
      apply(w, row, part, part, x, w.s.embedding, size, parts[part]);
      for (int head = 0; head < size / length; head++) {
        std::vector<double> h(parts[part].begin() + head * length, parts[part].begin() + (head + 1) * length);
        if (part < 2) {
          if (w.s.norms) h = norm(h, (part == 0 ? w.q_norm : w.k_norm).data());
          const float *turns = w.rope.data() + (size_t)w.positions[row] * w.s.rope_dimensions;
          for (int i = 0; i < w.s.rope_dimensions / 2; i++) {
            double &a = h[w.s.halves ? i : 2 * i], &b = h[w.s.halves ? i + w.s.rope_dimensions / 2 : 2 * i + 1];
            const double c = turns[2 * i], s = turns[2 * i + 1], turned = a * c - b * s;
            b = a * s + b * c;
            a = turned;
          }
        }
        if (part == 0) {
          compare(h, w.qkv.data() + (size_t)row * w.width() + head * length, name + " qkv, queries");
          continue;
        }
        const int slot = w.slots[row], p = w.positions[row];
        for (int i = 0; i < length; i++) {
          const double stored = part == 1 ? w.key_at(slot, head, p, i) : w.value_at(slot, head, p, i);
          double most = 0;
          for (int k = i / 32 * 32; k < length && k < i / 32 * 32 + 32; k++) most = std::max(most, std::fabs(h[k]));
          const double allowed = w.s.bytes ? most / 127 * 0.51 : 1e-3 * (0.1 + std::fabs(h[i]));
          check(std::fabs(stored - h[i]) <= allowed, name + " qkv, stored " + std::to_string(part));
        }
      }
    }
  }
}

void test_attention(world &w, int threads, bool selects, const std::string &name) {
  if (selects) w.op.selected = &w.chosen;
  w.run(mft_op_attention, threads);
  const int length = w.s.head_length, group = w.s.heads / w.s.kv_heads;
  for (int row = 0; row < w.rows.count; row++) {
    const int place = selects ? w.output_index[row] : row;
    if (place < 0) continue;
    if (selects)
      compare(doubles(w.residual.data() + (size_t)row * w.s.embedding, w.s.embedding), w.selected.data() + (size_t)place * w.s.embedding,
              name + " attention, residual of an output");
    for (int head = 0; head < w.s.heads; head++) {
      const int slot = w.slots[row], from = head / group;
      const float *query = w.qkv.data() + (size_t)row * w.width() + head * length;
      std::vector<double> e(w.positions[row] + 1), out(length);
      double total = 0, most = -1e300;
      for (size_t p = 0; p < e.size(); p++) {
        for (int i = 0; i < length; i++) e[p] += (double)query[i] * w.key_at(slot, from, (int)p, i);
        e[p] *= w.model.score_scale;
        most = std::max(most, e[p]);
      }
      for (double &v : e) total += v = std::exp(v - most);
      for (size_t p = 0; p < e.size(); p++)
        for (int i = 0; i < length; i++) out[i] += e[p] / total * w.value_at(slot, from, (int)p, i);
      compare(out, w.mixed.data() + ((size_t)place * w.s.heads + head) * length, name + " attention");
    }
  }
}

// A NaN with a payload, as a damaged file may hold: its row becomes NaN, and no other.
void test_nan(world &w, int threads, const std::string &name) {
  const uint32_t bits = 0x7fc00001;
  memcpy(&w.qkv[0], &bits, 4);
  w.positions[0] = 191;  // whole groups of 16: no masked lane adds a NaN of its own
  w.run(mft_op_attention, threads);
  for (int i = 0; i < w.s.head_length; i++) check(std::isnan(w.mixed[(size_t)i]), name + " attention, NaN is kept");
  const size_t second = (size_t)w.s.heads * w.s.head_length;
  for (size_t i = 0; i < second; i++) check(!std::isnan(w.mixed[second + i]), name + " attention, NaN of another row");
}

// What is not finite in 8 bits makes its row's sums NaN, and no other's.
void test_nan_sums(world &w, int threads, const std::string &name) {
  for (int i = 0; i < 32; i++) w.normed[(size_t)i] = NAN;
  const auto cells = cells_of(w.normed, w.rows.count, w.s.embedding);
  mft_product product{nullptr, &w.rows, &w.block, w.normed.data(), cells.data(), nullptr, w.projected.data(), w.s.embedding, MFT_QUERIES, 1, {}, nullptr};
  on_threads(mft_op_multiply, threads, &product);
  check(std::isnan(w.sums(0, 0, 0).scale), name + " sums, NaN is kept");
  check(!std::isnan(w.sums(1, 0, 0).scale), name + " sums, NaN of another row");
}

void test_added(world &w, int threads, bool feeds, const std::string &name) {
  const floats before = w.residual, products = w.added;
  const floats &input = feeds ? w.hidden : w.mixed;
  const int d = w.s.embedding, inputs = feeds ? w.s.feed_forward : w.s.heads * w.s.head_length;
  w.project(input, inputs, feeds ? MFT_DOWN : MFT_OUTPUT, 1, threads, name);
  w.run(feeds ? mft_op_fed : mft_op_attended, threads);
  for (int row = 0; row < w.rows.count; row++) {
    auto y = doubles(products.data() + (size_t)row * d, d);
    if (!feeds && w.s.bias)
      for (int i = 0; i < d; i++) y[i] += w.o_bias[i];
    apply(w, row, feeds ? MFT_DOWN : MFT_OUTPUT, 0, input.data() + (size_t)row * inputs, inputs, d, y);
    for (int i = 0; i < d; i++) y[i] += before[(size_t)row * d + i];
    compare(y, w.residual.data() + (size_t)row * d, name + (feeds ? " fed" : " attended"));
    compare(norm(y, (feeds ? w.next_norm : w.ff_norm).data()), w.normed.data() + (size_t)row * d, name + (feeds ? " fed" : " attended") + ", normed");
  }
}

void test_swiglu(world &w, int threads, const std::string &name) {
  const floats before = w.gate_up;
  const int f = w.s.feed_forward;
  w.project(w.normed, w.s.embedding, MFT_GATE, 2, threads, name);
  w.run(mft_op_swiglu, threads);
  for (int row = 0; row < w.rows.count; row++) {
    const float *x = w.normed.data() + (size_t)row * w.s.embedding, *y = before.data() + (size_t)row * 2 * f;
    auto gate = doubles(y, f), up = doubles(y + f, f);
    apply(w, row, MFT_GATE, 0, x, w.s.embedding, f, gate);
    apply(w, row, MFT_UP, 1, x, w.s.embedding, f, up);
    for (int i = 0; i < f; i++) gate[i] = gate[i] / (1 + std::exp(-gate[i])) * up[i];
    compare(gate, w.hidden.data() + (size_t)row * f, name + " swiglu");
  }
}

void with(const sizes &shape, const std::function<void(world &)> &test) {
  generator.seed(11);
  world w(shape);
  w.connect();
  test(w);
}

}  // namespace

int main() {
  const sizes shapes[] = {
      {64, 4, 2, 16, 96, 16, false, false, false, false, false},
      {96, 6, 2, 32, 80, 24, true, true, true, false, false},     // groups of 3, partial rotation
      {72, 10, 1, 48, 100, 48, true, false, true, false, false},  // groups above 8, widths that are no multiple of 16
      {96, 6, 2, 32, 80, 24, true, true, true, true, false},
      {72, 10, 1, 48, 100, 48, true, false, true, true, false},  // a last scale for 16 values
      {64, 4, 2, 16, 96, 16, false, false, false, false, true},
      {96, 6, 2, 32, 80, 24, true, true, true, true, true},      // one target in float16
      {72, 10, 1, 48, 100, 48, true, false, true, false, true},  // most of them; a last panel of 8 outputs
  };
  int sets = 0;
  for (const char *kernels : {"plain", "avx2", "avx512", "avx512vnni", "neon"}) {
    if (mft_decoder_select(kernels) != 0) {
      std::printf("%s: not on this machine\n", kernels);
      continue;
    }
    sets++;
    check(std::strcmp(mft_decoder_kernels(), kernels) == 0, "the selected kernels are in use");
    for (const sizes &shape : shapes) {
      for (int threads = 1; threads <= 5; threads++) {
        const std::string name = std::string(kernels) + ", " + std::to_string(threads) + " threads, width " + std::to_string(shape.embedding) +
                                 (shape.bytes ? ", 8 bits" : "") + (shape.octets ? ", octets:" : ":");
        with(shape, [&](world &w) { test_embed(w, threads, name); });
        with(shape, [&](world &w) { test_qkv(w, threads, name); });
        with(shape, [&](world &w) { test_attention(w, threads, false, name); });
        with(shape, [&](world &w) { test_attention(w, threads, true, name); });
        with(shape, [&](world &w) { test_nan(w, threads, name); });
        if (shape.octets && shape.embedding % 32 == 0) with(shape, [&](world &w) { test_nan_sums(w, threads, name); });
        with(shape, [&](world &w) { test_added(w, threads, false, name); });
        with(shape, [&](world &w) { test_swiglu(w, threads, name); });
        with(shape, [&](world &w) { test_added(w, threads, true, name); });
      }
      // Fewer rows than threads: the columns of a row are divided.
      for (int rows = 1; rows <= 4; rows++) {
        const std::string name = std::string(kernels) + ", " + std::to_string(rows) + " rows, 7 threads:";
        const auto few = [&](void (*test)(world &, int, const std::string &)) {
          with(shape, [&](world &w) {
            w.rows.count = rows;
            test(w, 7, name);
          });
        };
        few(test_embed);
        few(test_qkv);
        few(test_swiglu);
        few([](world &w, int threads, const std::string &n) { test_attention(w, threads, false, n); });
        few([](world &w, int threads, const std::string &n) { test_added(w, threads, false, n); });
        few([](world &w, int threads, const std::string &n) { test_added(w, threads, true, n); });
      }
    }
  }
  check(sets >= 1, "at least the plain kernels run");
  check(mft_decoder_select("abacus") != 0, "unknown kernels are refused");
  check(mft_decoder_select(nullptr) == 0, "the best kernels are chosen");
  return finish();
}
