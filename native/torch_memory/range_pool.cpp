#include "range_pool.h"

#include <sys/mman.h>

#include <algorithm>
#include <iterator>

namespace mft {

namespace {

// Addresses become memory in steps of this.
constexpr std::size_t kCommit = std::size_t{64} << 20;

// What holes may add to the most that was ever in use: a sixteenth of it, and at least this.
constexpr std::uint64_t kSlackShare = 16;
constexpr std::uint64_t kLeastSlack = std::uint64_t{8} << 20;

void release(std::uintptr_t place, std::size_t size) { madvise(reinterpret_cast<void *>(place), size, MADV_DONTNEED); }

}  // namespace

RangePool::RangePool(std::size_t most) {
  constexpr std::size_t kLeast = std::size_t{1} << 30;
  for (auto size = most; size >= kLeast; size /= 2) {
    // No memory yet: where the system counts what it has promised, addresses alone are promised to nobody.
    void *range = mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (range == MAP_FAILED) continue;
    first_ = top_ = touched_ = committed_ = reinterpret_cast<std::uintptr_t>(range);
    end_ = first_ + size;
    madvise(range, size, MADV_HUGEPAGE);
    // A dump of the process would be as long as the range.
    madvise(range, size, MADV_DONTDUMP);
    return;
  }
}

RangePool::~RangePool() {
  if (first_ != 0) munmap(reinterpret_cast<void *>(first_), end_ - first_);
}

void *RangePool::take(std::size_t bytes) {
  if (bytes > end_ - first_) return nullptr;
  const auto size = (bytes + (kShifts - 1) * kShift + kPage - 1) / kPage * kPage;
  const std::lock_guard<std::mutex> lock(gate_);
  std::uintptr_t place;
  bool is_fresh;
  if (const auto fit = by_size_.lower_bound({size, 0}); fit != by_size_.end()) {
    place = fit->second;
    const auto hole = remove_hole(holes_.find(place));
    if (hole.size > size) add_hole(place + size, {hole.size - size, hole.touched});
    is_fresh = !hole.touched;
  } else {
    // No hole touches the top: one that did has lowered it.
    place = top_;
    if (size > end_ - place || !commit(place + size)) return nullptr;
    top_ = place + size;
    is_fresh = top_ > touched_;
    touched_ = std::max(touched_, top_);
  }
  used_.emplace(place, size);
  in_use_ += size;
  peak_ = std::max(peak_, in_use_);
  most_ = std::max(most_, in_use_);
  if (is_fresh) keep_within_limit();
  next_shift_ = (next_shift_ + 1) % kShifts;
  return reinterpret_cast<void *>(place + next_shift_ * kShift);
}

void RangePool::give(void *block) {
  auto place = reinterpret_cast<std::uintptr_t>(block) / kPage * kPage;
  const std::lock_guard<std::mutex> lock(gate_);
  const auto known = used_.find(place);
  if (known == used_.end()) return;
  auto size = known->second;
  used_.erase(known);
  in_use_ -= size;
  // With a neighbour whose pages have gone back, the whole counts as touched.
  if (const auto after = holes_.lower_bound(place); after != holes_.end() && place + size == after->first) size += remove_hole(after).size;
  if (const auto next = holes_.lower_bound(place); next != holes_.begin()) {
    if (const auto before = std::prev(next); before->first + before->second.size == place) {
      place = before->first;
      size += remove_hole(before).size;
    }
  }
  if (place + size == top_) top_ = place;
  else add_hole(place, {size, true});
}

void RangePool::trim() {
  const std::lock_guard<std::mutex> lock(gate_);
  for (auto &[place, hole] : holes_) {
    release(place, hole.size);
    hole.touched = false;
  }
  touched_holes_ = 0;
  release_above_top();
  most_ = in_use_;
}

RangePool::Counts RangePool::counts() {
  const std::lock_guard<std::mutex> lock(gate_);
  return {in_use_, peak_, resident_};
}

void RangePool::reset_peak() {
  const std::lock_guard<std::mutex> lock(gate_);
  peak_ = in_use_;
  resident_ = in_use_ + touched_holes_ + (touched_ - top_);
}

void RangePool::keep_within_limit() {
  const auto resident = [this] { return in_use_ + touched_holes_ + (touched_ - top_); };
  const auto limit = most_ + std::max(most_ / kSlackShare, kLeastSlack);
  if (resident() > limit) release_above_top();
  for (auto largest = by_size_.rbegin(); resident() > limit && touched_holes_ > 0 && largest != by_size_.rend(); ++largest) {
    auto &hole = holes_.find(largest->second)->second;
    if (!hole.touched) continue;
    release(largest->second, hole.size);
    hole.touched = false;
    touched_holes_ -= hole.size;
  }
  resident_ = std::max<std::uint64_t>(resident_, resident());
}

bool RangePool::commit(std::uintptr_t end) {
  if (end <= committed_) return true;
  const auto size = std::min((end - committed_ + kCommit - 1) / kCommit * kCommit, end_ - committed_);
  if (mprotect(reinterpret_cast<void *>(committed_), size, PROT_READ | PROT_WRITE) != 0) return false;
  committed_ += size;
  return true;
}

void RangePool::release_above_top() {
  if (touched_ > top_) release(top_, touched_ - top_);
  touched_ = top_;
}

void RangePool::add_hole(std::uintptr_t place, Hole hole) {
  holes_.emplace(place, hole);
  by_size_.emplace(hole.size, place);
  if (hole.touched) touched_holes_ += hole.size;
}

RangePool::Hole RangePool::remove_hole(Holes::iterator hole) {
  const auto removed = hole->second;
  by_size_.erase({removed.size, hole->first});
  if (removed.touched) touched_holes_ -= removed.size;
  holes_.erase(hole);
  return removed;
}

}  // namespace mft
