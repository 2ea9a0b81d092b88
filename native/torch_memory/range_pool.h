#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <unordered_map>
#include <utility>

namespace mft {

// Large blocks out of one reserved range of addresses: the best fit, lowest address first; neighbours that are free become one. Nothing small
// lies between them that would keep them apart, as in a heap that serves both. Addresses are plenty: where holes would make more resident than
// blocks have ever taken, and a little, pages of the largest holes go back to the system. Thread-safe.
class RangePool {
 public:
  struct Counts {
    std::uint64_t used;      // bytes of blocks in use
    std::uint64_t peak;      // the most that were, since reset_peak
    std::uint64_t resident;  // the most that was resident with the holes between them, since reset_peak
  };

  // Reserves at most so many bytes of addresses, and fewer where the system refuses; without any, take gives nothing.
  explicit RangePool(std::size_t most);
  ~RangePool();
  RangePool(const RangePool &) = delete;
  RangePool &operator=(const RangePool &) = delete;

  // 64-byte aligned; nullptr where no room is left.
  void *take(std::size_t bytes);

  // A block of this pool.
  void give(void *block);

  bool owns(const void *address) const {
    const auto place = reinterpret_cast<std::uintptr_t>(address);
    return place >= first_ && place < end_;
  }

  // Gives the pages of free blocks back to the system.
  void trim();

  Counts counts();

  void reset_peak();

 private:
  // Blocks begin on pages, and what is handed out some lines after that: streams at equal offsets in their pages would be in each other's way.
  static constexpr std::size_t kPage = 4096;
  static constexpr std::size_t kShift = 320;
  static constexpr std::size_t kShifts = 12;

  struct Hole {
    std::size_t size;
    bool touched;  // whether pages of it may be resident
  };
  using Holes = std::map<std::uintptr_t, Hole>;

  void add_hole(std::uintptr_t place, Hole hole);
  Hole remove_hole(Holes::iterator hole);
  // Makes memory of the addresses up to there; false where the system has none.
  bool commit(std::uintptr_t end);
  // Gives pages of holes back where more is resident than the limit.
  void keep_within_limit();
  void release_above_top();

  std::mutex gate_;
  std::uintptr_t first_ = 0;
  std::uintptr_t end_ = 0;
  std::uintptr_t top_ = 0;        // nothing is in use from here on
  std::uintptr_t touched_ = 0;    // nothing is resident from here on
  std::uintptr_t committed_ = 0;  // no memory from here on
  Holes holes_;
  std::set<std::pair<std::size_t, std::uintptr_t>> by_size_;
  std::unordered_map<std::uintptr_t, std::size_t> used_;
  std::size_t next_shift_ = 0;
  std::uint64_t in_use_ = 0;
  std::uint64_t touched_holes_ = 0;
  std::uint64_t most_ = 0;  // that has ever been in use
  std::uint64_t peak_ = 0;
  std::uint64_t resident_ = 0;
};

}  // namespace mft
