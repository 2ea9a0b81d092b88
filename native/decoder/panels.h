// Bytes of the parts of a packed panel; see pack.cpp.
#pragma once

constexpr int kNibbleBlock = 256;        // 32 inputs of 16 outputs in 4 bits
constexpr int kByteBlock = 512;          // in 8 bits
constexpr int kSixBitBlock = 256 + 128;  // in 4 and 2 bits
constexpr int kQ4KScales = 64 + 8 * 32;  // of 256 inputs
constexpr int kQ6KScales = 32 + 8 * 32;
