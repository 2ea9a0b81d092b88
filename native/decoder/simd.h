// Sixteen floats at a time, by the compiler's vector extension: it becomes one, two or four registers as the instruction
// set of the file has them. Only the conversion from and to float16 is written by hand.
#pragma once

#include <stdint.h>
#include <string.h>

#if defined(__AVX2__) || defined(__AVX512F__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

namespace {

constexpr int kLanes = 16;

typedef float v16 __attribute__((vector_size(64)));
typedef int32_t i16v __attribute__((vector_size(64)));
typedef uint32_t u16v __attribute__((vector_size(64)));

typedef uint8_t bytes64 __attribute__((vector_size(64)));
typedef uint16_t words32 __attribute__((vector_size(64)));

inline v16 load(const float *p) {
  v16 x;
  memcpy(&x, p, sizeof x);
  return x;
}

inline void store(float *p, v16 x) { memcpy(p, &x, sizeof x); }

inline v16 all(float x) { return v16{} + x; }

inline i16v all(int32_t x) { return i16v{} + x; }

inline v16 to_float(i16v x) { return __builtin_convertvector(x, v16); }

inline words32 load_words(const void *p) {
  words32 x;
  memcpy(&x, p, sizeof x);
  return x;
}

inline float sum(v16 x) {
  float s = 0;
  // In pairs, so that the order is the same for every instruction set.
  float t[kLanes];
  store(t, x);
  for (int width = kLanes / 2; width > 0; width /= 2)
    for (int i = 0; i < width; i++) t[i] += t[i + width];
  s += t[0];
  return s;
}

inline float half_to_float(uint16_t h) {
  const uint32_t sign = (uint32_t)(h & 0x8000) << 16;
  uint32_t exponent = (h >> 10) & 31, mantissa = h & 0x3ff, bits;
  if (exponent == 31) {
    bits = sign | 0x7f800000 | (mantissa << 13);
  } else if (exponent != 0) {
    bits = sign | ((exponent + 112) << 23) | (mantissa << 13);
  } else {
    float value = (float)mantissa * (1.0f / 16777216.0f);
    memcpy(&bits, &value, 4);
    bits |= sign;
  }
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

// Rounds to nearest, ties to even.
inline uint16_t float_to_half(float value) {
#if defined(__F16C__)
  return (uint16_t)_cvtss_sh(value, 0);
#elif defined(__ARM_NEON) && defined(__aarch64__)
  __fp16 h = (__fp16)value;
  uint16_t bits;
  memcpy(&bits, &h, 2);
  return bits;
#else
  uint32_t bits;
  memcpy(&bits, &value, 4);
  const uint16_t sign = (uint16_t)((bits >> 16) & 0x8000);
  bits &= 0x7fffffff;
  if (bits > 0x7f800000) return sign | 0x7e00;
  if (bits >= 0x477ff000) return sign | 0x7c00;
  if (bits < 0x38800000) {
    float magnitude;
    memcpy(&magnitude, &bits, 4);
    // Adding 2^-1 x 2^-13 aligns the subnormal's last bit with the float's.
    const float shifted = magnitude + 0.5f;
    uint32_t aligned;
    memcpy(&aligned, &shifted, 4);
    return sign | (uint16_t)(aligned - 0x3f000000);
  }
  const uint32_t rounded = bits + 0xfff + ((bits >> 13) & 1);
  return sign | (uint16_t)((rounded - 0x38000000) >> 13);
#endif
}

inline v16 load_half(const uint16_t *p) {
#if defined(__AVX512F__)
  // The masked form: GCC 12 warns about the other's undefined register.
  return (v16)_mm512_maskz_cvtph_ps(0xffff, _mm256_loadu_si256((const __m256i *)p));
#elif defined(__F16C__)
  v16 x;
  const __m256 low = _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p));
  const __m256 high = _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(p + 8)));
  memcpy(&x, &low, 32);
  memcpy((char *)&x + 32, &high, 32);
  return x;
#elif defined(__ARM_NEON) && defined(__aarch64__)
  v16 x;
  for (int i = 0; i < 4; i++) {
    const float32x4_t part = vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(p + 4 * i)));
    memcpy((char *)&x + 16 * i, &part, 16);
  }
  return x;
#else
  v16 x;
  for (int i = 0; i < kLanes; i++) x[i] = half_to_float(p[i]);
  return x;
#endif
}

inline v16 load_brain(const uint16_t *p) {
#if defined(__AVX512F__)
  return (v16)((i16v)_mm512_maskz_cvtepu16_epi32(0xffff, _mm256_loadu_si256((const __m256i *)p)) << 16);
#else
  v16 x;
  for (int i = 0; i < kLanes; i++) {
    const uint32_t bits = (uint32_t)p[i] << 16;
    float value;
    memcpy(&value, &bits, 4);
    x[i] = value;
  }
  return x;
#endif
}

inline v16 load_bytes(const uint8_t *p) {
#if defined(__AVX512F__)
  return to_float((i16v)_mm512_maskz_cvtepu8_epi32(0xffff, _mm_loadu_si128((const __m128i *)p)));
#else
  v16 x;
  for (int i = 0; i < kLanes; i++) x[i] = p[i];
  return x;
#endif
}

inline v16 load_signed_bytes(const uint8_t *p) {
#if defined(__AVX512F__)
  return to_float((i16v)_mm512_maskz_cvtepi8_epi32(0xffff, _mm_loadu_si128((const __m128i *)p)));
#else
  v16 x;
  for (int i = 0; i < kLanes; i++) x[i] = (int8_t)p[i];
  return x;
#endif
}

inline int32_t sum(i16v x) {
  int32_t t[kLanes];
  memcpy(t, &x, sizeof t);
  for (int width = kLanes / 2; width > 0; width /= 2)
    for (int i = 0; i < width; i++) t[i] += t[i + width];
  return t[0];
}

// The largest magnitude of all values; NaN is larger than any number, as its bits are.
inline float largest_magnitude(v16 a, v16 b) {
  const i16v x = (i16v)a & 0x7fffffff, y = (i16v)b & 0x7fffffff, most = x > y ? x : y;
  int32_t t[kLanes];
  memcpy(t, &most, sizeof t);
  for (int width = kLanes / 2; width > 0; width /= 2)
    for (int i = 0; i < width; i++) t[i] = t[i] > t[i + width] ? t[i] : t[i + width];
  float value;
  memcpy(&value, t, 4);
  return value;
}

// Ties to even; for magnitudes below 2^22.
inline i16v to_nearest(v16 x) {
  const v16 magic = all(12582912.0f);  // 1.5 x 2^23
  return (i16v)(x + magic) - 0x4b400000;
}

// Values of -128 to 127.
inline void store_bytes(i16v x, int8_t *p) {
#if defined(__AVX512F__)
  _mm_storeu_si128((__m128i *)p, _mm512_maskz_cvtepi32_epi8(0xffff, (__m512i)x));
#else
  for (int i = 0; i < kLanes; i++) p[i] = (int8_t)x[i];
#endif
}

// sum[i] += the products of bytes 4i to 4i + 3 of w, at most 127, with the four signed bytes of a word.
inline i16v dot4(i16v sum, bytes64 w, int32_t word) {
#if defined(__AVX512VNNI__)
  return (i16v)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)w, _mm512_set1_epi32(word));
#elif defined(__AVX512BW__)
  const __m512i pairs = _mm512_maddubs_epi16((__m512i)w, _mm512_set1_epi32(word));
  return sum + (i16v)_mm512_madd_epi16(pairs, _mm512_set1_epi16(1));
#elif defined(__AVX2__)
  __m256i half[2], sums[2];
  memcpy(half, &w, 64);
  memcpy(sums, &sum, 64);
  for (int i = 0; i < 2; i++)
    sums[i] = _mm256_add_epi32(sums[i], _mm256_madd_epi16(_mm256_maddubs_epi16(half[i], _mm256_set1_epi32(word)), _mm256_set1_epi16(1)));
  memcpy(&sum, sums, 64);
  return sum;
#else
  int8_t x[4];
  memcpy(x, &word, 4);
  for (int i = 0; i < kLanes; i++)
    for (int k = 0; k < 4; k++) sum[i] += w[4 * i + k] * x[k];
  return sum;
#endif
}

#if defined(__AVX2__)
// sum[i] += the products of four bytes q + 128 with those of x, as |q| x with q's sign: pairs of such products fit 16 bits,
// those of q + 128 do not.
inline __m256i add_dots(__m256i sum, __m256i bytes, __m256i x) {
  const __m256i q = _mm256_xor_si256(bytes, _mm256_set1_epi8(-128));
  const __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(q), _mm256_sign_epi8(x, q));
  return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}
#endif

// The same for `count` vectors whose bytes are q + 128: the sum of q times x. `minus` is minus the sum of all x.
template <int Count>
inline i16v dots_of_bytes(int32_t minus, const bytes64 *w, const int8_t *x) {
#if defined(__AVX512VNNI__)
  i16v sum = all(minus) << 7;
  for (int g = 0; g < Count; g++) {
    int32_t word;
    memcpy(&word, x + 4 * g, 4);
    sum = (i16v)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)w[g], _mm512_set1_epi32(word));
  }
  return sum;
#elif defined(__AVX2__)
  (void)minus;
  __m256i sums[2] = {};
  for (int g = 0; g < Count; g++) {
    int32_t word;
    memcpy(&word, x + 4 * g, 4);
    __m256i half[2];
    memcpy(half, &w[g], 64);
    for (int i = 0; i < 2; i++) sums[i] = add_dots(sums[i], half[i], _mm256_set1_epi32(word));
  }
  i16v sum;
  memcpy(&sum, sums, 64);
  return sum;
#else
  i16v sum = all(minus) << 7;
  for (int g = 0; g < Count; g++)
    for (int i = 0; i < kLanes; i++)
      for (int k = 0; k < 4; k++) sum[i] += w[g][4 * i + k] * x[4 * g + k];
  return sum;
#endif
}

// The same for a block of 32 values of x, eight at every vector: lanes 2i and 2i + 1 together sum the products of bytes 8i to
// 8i + 7 of all vectors, of which each gets half of what 128 adds.
inline i16v dots_of_octet(int32_t minus, const bytes64 *w, const int8_t *x) {
  int64_t eight[4];
  memcpy(eight, x, sizeof eight);
#if defined(__AVX512VNNI__)
  i16v sum = all(minus) << 6;
  for (int g = 0; g < 4; g++) sum = (i16v)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)w[g], _mm512_set1_epi64(eight[g]));
  return sum;
#elif defined(__AVX2__)
  (void)minus;
  __m256i sums[2] = {};
  for (int g = 0; g < 4; g++) {
    __m256i half[2];
    memcpy(half, &w[g], 64);
    for (int i = 0; i < 2; i++) sums[i] = add_dots(sums[i], half[i], _mm256_set1_epi64x(eight[g]));
  }
  i16v sum;
  memcpy(&sum, sums, 64);
  return sum;
#else
  i16v sum = all(minus) << 6;
  for (int g = 0; g < 4; g++)
    for (int i = 0; i < kLanes; i++)
      for (int k = 0; k < 4; k++) sum[i] += w[g][4 * i + k] * x[8 * g + i % 2 * 4 + k];
  return sum;
#endif
}

// e^x to a relative error of 2e-7; 0 below -87, NaN for NaN.
inline v16 exp16(v16 x) {
  const i16v nan = x != x;
  const v16 given = x, low = all(-87.0f), high = all(88.0f);
  const i16v tiny = x < low;
  x = x < low ? low : x;
  x = x > high ? high : x;
  // x = n ln 2 + r with |r| <= ln 2 / 2; adding 1.5 x 2^23 rounds to the nearest integer.
  const v16 magic = all(12582912.0f);
  const v16 shifted = x * 1.44269504f + magic;
  const v16 n = shifted - magic;
  const v16 r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  v16 p = all(1.9875691500e-4f);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  // Unsigned, as lanes of NaN overflow.
  const u16v exponent = ((u16v)shifted - 0x4b400000) << 23;
  const v16 scaled = (v16)((u16v)p + exponent);
  return nan ? given : tiny ? v16{} : scaled;
}

}  // namespace
