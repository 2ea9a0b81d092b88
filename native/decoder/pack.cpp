// Matrices of a GGUF file in panels of 16 outputs. The bits are the file's, in another order; nothing is rounded.
//
// In a block of 32 inputs, `group` g is inputs 4g to 4g + 3, and a vector has 64 bytes: [16 outputs][4 inputs of a group].
//
//   format     weights of a block                               scales, after the weights of all blocks
//   F32 F16    [32 inputs][16 outputs]
//   Q4_0       vectors 0-3: groups 0-3 low, 4-7 high nibbles    a block: float16 d[16]
//   Q8_0       vectors 0-7: q + 128                             a block: float16 d[16]
//   Q4_K       as Q4_0                                          8 blocks: float16 d[16], dmin[16], 8 x (uint8 scale[16], min[16])
//   Q6_K       as Q4_0, then vectors 4-5: the upper two bits    8 blocks: float16 d[16], 8 x int8 scale[2][16]
//              of group g in vector g % 2 at bit 2 (g / 2)
//
// Outputs beyond the last are zero.

#include <cstring>

#include "mft_decoder.h"
#include "panels.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace {

constexpr int kSuper = 256;  // inputs of a K-quant's block

// A block of 32 weights of one output, unpacked.
struct unpacked {
  uint8_t values[32];
};

void place_nibbles(const unpacked &from, int output, uint8_t *block) {
  for (int i = 0; i < 16; i++) block[i / 4 * 64 + output * 4 + i % 4] = (uint8_t)((from.values[i] & 15) | (from.values[i + 16] & 15) << 4);
}

void place_bytes(const unpacked &from, int output, uint8_t *block) {
  for (int i = 0; i < 32; i++) block[i / 4 * 64 + output * 4 + i % 4] = from.values[i];
}

void place_upper_bits(const unpacked &from, int output, uint8_t *block) {
  for (int i = 0; i < 32; i++) {
    const int group = i / 4;
    block[group % 2 * 64 + output * 4 + i % 4] |= (uint8_t)((from.values[i] >> 4) << (group / 2 * 2));
  }
}

void copy_half(const uint8_t *from, uint8_t *to, int output) { memcpy(to + 2 * output, from, 2); }

// {float16 d; uint8 nibbles[16]}: input i in the low nibble of byte i, i + 16 in the high one.
void pack_q4_0(const uint8_t *row, int blocks, int output, uint8_t *panel) {
  for (int b = 0; b < blocks; b++, row += 18) {
    unpacked u;
    for (int i = 0; i < 16; i++) u.values[i] = row[2 + i] & 15, u.values[i + 16] = row[2 + i] >> 4;
    place_nibbles(u, output, panel + (int64_t)b * kNibbleBlock);
    copy_half(row, panel + (int64_t)blocks * kNibbleBlock + b * 32, output);
  }
}

// {float16 d; int8 values[32]}
void pack_q8_0(const uint8_t *row, int blocks, int output, uint8_t *panel) {
  for (int b = 0; b < blocks; b++, row += 34) {
    unpacked u;
    for (int i = 0; i < 32; i++) u.values[i] = (uint8_t)(row[2 + i] ^ 128);
    place_bytes(u, output, panel + (int64_t)b * kByteBlock);
    copy_half(row, panel + (int64_t)blocks * kByteBlock + b * 32, output);
  }
}

// {float16 d, dmin; uint8 scales[12]; uint8 nibbles[128]}: eight scales and mins of 6 bits, 64 inputs in every 32 bytes of nibbles.
void pack_q4_k(const uint8_t *row, int blocks, int output, uint8_t *panel) {
  uint8_t *scales = panel + (int64_t)blocks * kNibbleBlock;
  for (int super = 0; super < blocks / 8; super++, row += 144, scales += kQ4KScales) {
    const uint8_t *packed = row + 4, *nibbles = row + 16;
    copy_half(row, scales, output);
    copy_half(row + 2, scales + 32, output);
    for (int b = 0; b < 8; b++) {
      // The first four of each lie in the low 6 bits of bytes 0-7, the others in nibbles of bytes 8-11 and the bits left over.
      const int scale = b < 4 ? packed[b] & 63 : (packed[b + 4] & 15) | (packed[b - 4] >> 6) << 4;
      const int min = b < 4 ? packed[b + 4] & 63 : (packed[b + 4] >> 4) | (packed[b] >> 6) << 4;
      scales[64 + 32 * b + output] = (uint8_t)scale;
      scales[64 + 32 * b + 16 + output] = (uint8_t)min;
      unpacked u;
      for (int i = 0; i < 32; i++) u.values[i] = (uint8_t)(nibbles[b / 2 * 32 + i] >> (b % 2 * 4) & 15);
      place_nibbles(u, output, panel + ((int64_t)super * 8 + b) * kNibbleBlock);
    }
  }
}

// {uint8 low[128]; uint8 high[64]; int8 scales[16]; float16 d}: 128 inputs in every 64 low and 32 high bytes.
void pack_q6_k(const uint8_t *row, int blocks, int output, uint8_t *panel) {
  uint8_t *scales = panel + (int64_t)blocks * kSixBitBlock;
  for (int super = 0; super < blocks / 8; super++, row += 210, scales += kQ6KScales) {
    copy_half(row + 208, scales, output);
    for (int b = 0; b < 8; b++) {
      const uint8_t *low = row + b / 4 * 64 + b % 2 * 32, *high = row + 128 + b / 4 * 32;
      const int quarter = b % 4;
      unpacked u;
      for (int i = 0; i < 32; i++) u.values[i] = (uint8_t)((low[i] >> (quarter / 2 * 4) & 15) | (high[i] >> (2 * quarter) & 3) << 4);
      uint8_t *block = panel + ((int64_t)super * 8 + b) * kSixBitBlock;
      place_nibbles(u, output, block);
      place_upper_bits(u, output, block + kNibbleBlock);
      for (int part = 0; part < 2; part++) scales[32 + 32 * b + 16 * part + output] = row[192 + 2 * b + part];
    }
  }
}

template <typename T>
void pack_floats(const uint8_t *row, int inputs, int output, uint8_t *panel) {
  for (int i = 0; i < inputs; i++) memcpy(panel + ((int64_t)i * 16 + output) * sizeof(T), row + (int64_t)i * sizeof(T), sizeof(T));
}

int64_t row_bytes(int format, int64_t inputs) {
  switch (format) {
    case MFT_F32:
      return inputs * 4;
    case MFT_F16:
    case MFT_BF16:
      return inputs * 2;
    case MFT_Q4_0:
      return inputs / 32 * 18;
    case MFT_Q8_0:
      return inputs / 32 * 34;
    case MFT_Q4_K:
      return inputs / kSuper * 144;
    default:
      return inputs / kSuper * 210;
  }
}

}  // namespace

int64_t mft_panel_bytes(int32_t format, int32_t inputs) {
  const int whole = format <= MFT_BF16 ? 1 : format <= MFT_Q8_0 ? 32 : kSuper;
  if (inputs < 1 || inputs % whole != 0) return 0;
  const int64_t blocks = inputs / 32;
  int64_t bytes;
  switch (format) {
    case MFT_F32:
      bytes = (int64_t)inputs * 64;
      break;
    case MFT_F16:
    case MFT_BF16:
      bytes = (int64_t)inputs * 32;
      break;
    case MFT_Q4_0:
      bytes = blocks * (kNibbleBlock + 32);
      break;
    case MFT_Q8_0:
      bytes = blocks * (kByteBlock + 32);
      break;
    case MFT_Q4_K:
      bytes = blocks * kNibbleBlock + blocks / 8 * kQ4KScales;
      break;
    case MFT_Q6_K:
      bytes = blocks * kSixBitBlock + blocks / 8 * kQ6KScales;
      break;
    default:
      return 0;
  }
  return (bytes + 63) / 64 * 64;
}

void mft_pack(int32_t format, int32_t inputs, int32_t outputs, int32_t first, int32_t last, const void *rows, uint8_t *panels) {
  const int64_t bytes = mft_panel_bytes(format, inputs), stride = row_bytes(format, inputs);
  for (int panel = first; panel < last; panel++) {
    uint8_t *to = panels + panel * bytes;
    memset(to, 0, (size_t)bytes);
    for (int output = 0; output < 16 && panel * 16 + output < outputs; output++) {
      const uint8_t *row = static_cast<const uint8_t *>(rows) + ((int64_t)panel * 16 + output) * stride;
      switch (format) {
        case MFT_F32:
          pack_floats<uint32_t>(row, inputs, output, to);
          break;
        case MFT_F16:
        case MFT_BF16:
          pack_floats<uint16_t>(row, inputs, output, to);
          break;
        case MFT_Q4_0:
          pack_q4_0(row, inputs / 32, output, to);
          break;
        case MFT_Q8_0:
          pack_q8_0(row, inputs / 32, output, to);
          break;
        case MFT_Q4_K:
          pack_q4_k(row, inputs / 32, output, to);
          break;
        case MFT_Q6_K:
          pack_q6_k(row, inputs / 32, output, to);
          break;
        default:
          break;
      }
    }
  }
}

void mft_prefer_large_pages(void *start, int64_t bytes) {
#if defined(__linux__)
  // Only whole pages can be advised on.
  const uintptr_t page = 4096, begin = ((uintptr_t)start + page - 1) / page * page, end = ((uintptr_t)start + (uintptr_t)bytes) / page * page;
  if (end > begin) madvise((void *)begin, end - begin, MADV_HUGEPAGE);
#else
  (void)start;
  (void)bytes;
#endif
}
