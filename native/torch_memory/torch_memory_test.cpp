// The pool against its plain twin: a list of who has which bytes.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include "range_pool.h"

namespace {

int failures = 0;

void expect(bool holds, const char *what) {
  if (holds) return;
  std::fprintf(stderr, "FAILED: %s\n", what);
  failures++;
}

struct Block {
  unsigned char *data;
  std::size_t bytes;
  unsigned char mark;
};

// Blocks of random sizes are taken and given back in random order; nobody writes into another's.
void random_walk(mft::RangePool &pool, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<Block> blocks;
  const auto check = [](const Block &block) {
    return block.data[0] == block.mark && block.data[block.bytes / 2] == block.mark && block.data[block.bytes - 1] == block.mark;
  };
  for (int step = 0; step < 20000; step++) {
    if (blocks.size() < 40 && random() % 2 == 0) {
      const std::size_t bytes = 1 + random() % (std::size_t{1} << (10 + random() % 11));
      auto *data = static_cast<unsigned char *>(pool.take(bytes));
      expect(data != nullptr && pool.owns(data) && pool.owns(data + bytes - 1), "a block lies in the range");
      expect(reinterpret_cast<std::uintptr_t>(data) % 64 == 0, "a block is aligned");
      const auto mark = static_cast<unsigned char>(random());
      data[0] = data[bytes / 2] = data[bytes - 1] = mark;
      blocks.push_back({data, bytes, mark});
    } else if (!blocks.empty()) {
      const auto at = random() % blocks.size();
      expect(check(blocks[at]), "a block holds what was written");
      pool.give(blocks[at].data);
      blocks[at] = blocks.back();
      blocks.pop_back();
    }
    if (step % 5000 == 0) pool.trim();
  }
  for (const auto &block : blocks) {
    expect(check(block), "a block holds what was written, to the end");
    pool.give(block.data);
  }
}

void steps_reuse_what_is_there() {
  mft::RangePool pool(std::size_t{4} << 30);
  const std::size_t sizes[] = {8 << 20, 2 << 20, 2 << 20, 24 << 20, 700 << 10, 8 << 20};
  for (int step = 0; step < 50; step++) {
    std::vector<void *> blocks;
    for (const auto size : sizes) blocks.push_back(pool.take(size));
    for (std::size_t i = 0; i < blocks.size(); i += 2) pool.give(blocks[i]);
    for (std::size_t i = 1; i < blocks.size(); i += 2) pool.give(blocks[i]);
  }
  const auto counts = pool.counts();
  expect(counts.used == 0, "all is given back");
  expect(counts.peak == counts.resident, "equal steps leave no holes");
  expect(counts.peak < (std::size_t{45} << 20) + 6 * 8192, "blocks take what they asked for, and a page or two");
}

void neighbours_become_one() {
  mft::RangePool pool(std::size_t{1} << 30);
  void *first = pool.take(1 << 20), *second = pool.take(1 << 20), *third = pool.take(1 << 20), *last = pool.take(1 << 20);
  const auto resident = pool.counts().resident;
  pool.give(first);
  pool.give(third);
  pool.give(second);
  void *whole = pool.take(3 << 20);
  expect(pool.counts().resident == resident, "three that are free hold one of three times the size");
  pool.give(whole);
  pool.give(last);
  pool.reset_peak();
  expect(pool.counts().peak == 0, "an empty pool begins anew");
  pool.give(last);
  expect(pool.counts().used == 0, "what is no block is left alone");
}

// Every other block is given back, and none of the holes fits the larger ones that come next: addresses grow, what is resident does not.
void holes_do_not_stay_resident() {
  mft::RangePool pool(std::size_t{8} << 30);
  constexpr std::size_t kBlock = std::size_t{2} << 20;
  std::vector<void *> blocks;
  for (int i = 0; i < 64; i++) blocks.push_back(pool.take(kBlock));
  for (std::size_t i = 0; i < blocks.size(); i += 2) pool.give(blocks[i]);
  std::vector<unsigned char *> larger;
  for (int i = 0; i < 20; i++) {
    larger.push_back(static_cast<unsigned char *>(pool.take(kBlock * 3 / 2)));
    std::memset(larger.back(), i, kBlock * 3 / 2);
  }
  const auto counts = pool.counts();
  expect(counts.resident <= counts.peak + counts.peak / 8, "holes go back to the system");
  // Pages that went back are there again when they are asked for.
  auto *again = static_cast<unsigned char *>(pool.take(kBlock));
  std::memset(again, 77, kBlock);
  for (int i = 0; i < 20; i++) expect(larger[i][0] == i && larger[i][kBlock * 3 / 2 - 1] == i, "blocks in use keep what they hold");
  expect(again[0] == 77 && again[kBlock - 1] == 77, "a hole is taken again");
}

void too_much_is_refused() {
  mft::RangePool pool(std::size_t{1} << 30);
  expect(pool.take(std::size_t{2} << 30) == nullptr, "more than the range");
  expect(pool.take(~std::size_t{0}) == nullptr, "more than there are addresses");
  void *most = pool.take(std::size_t{1023} << 20);
  expect(most != nullptr && pool.take(std::size_t{2} << 20) == nullptr, "more than is left");
  pool.give(most);
  expect(!pool.owns(nullptr) && !pool.owns(&pool), "others' addresses are not the pool's");
}

}  // namespace

int main() {
  mft::RangePool pool(std::size_t{4} << 30);
  std::vector<std::thread> threads;
  for (unsigned seed = 1; seed <= 4; seed++) threads.emplace_back([&pool, seed] { random_walk(pool, seed); });
  for (auto &thread : threads) thread.join();
  expect(pool.counts().used == 0, "all threads have given back all");
  steps_reuse_what_is_there();
  neighbours_become_one();
  holes_do_not_stay_resident();
  too_much_is_refused();
  if (failures == 0) std::printf("ok\n");
  return failures == 0 ? 0 : 1;
}
