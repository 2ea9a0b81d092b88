// The pool: every part of every task once, in order, however the threads are disturbed.

#include <atomic>
#include <chrono>
#include <utility>

#include "mft_decoder.h"
#include "test_support.h"

namespace {

// A task that knows how many parts of earlier tasks have to be over.
struct record {
  std::atomic<int> *over;
  int before;
  std::atomic<int> runs[8];
  std::atomic<int> early{0};
  int slow_part = -1;
};

void note(ggml_tensor *, int part, int parts, void *data) {
  record &r = *static_cast<record *>(data);
  if (r.over->load() < r.before || parts < 1) r.early++;
  if (part == r.slow_part) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  r.runs[part]++;
  r.over->fetch_add(1);
}

void test_order(int threads, int count, int steps, bool sleeps) {
  const std::string name = std::to_string(threads) + " threads, " + std::to_string(count) + " tasks";
  mft_pool *pool = mft_pool_create(threads);
  check(pool != nullptr, name + ": a pool");
  for (int step = 0; step < steps; step++) {
    std::atomic<int> over{0};
    std::vector<record> records(count);
    std::vector<mft_task> tasks(count);
    for (int i = 0; i < count; i++) {
      records[i].over = &over;
      records[i].before = i * threads;
      records[i].slow_part = i % 7 == 3 ? (int)(generator() % threads) : -1;
      for (auto &runs : records[i].runs) runs = 0;
      tasks[i] = {note, &records[i]};
    }
    mft_pool_run(pool, tasks.data(), count);
    check(over == count * threads, name + ": all parts are over when the run is");
    for (const record &r : records) {
      check(r.early == 0, name + ": no part runs before earlier tasks are over");
      for (int part = 0; part < 8; part++) check(r.runs[part] == (part < threads ? 1 : 0), name + ": every part runs once");
    }
    // Long enough for idle threads to fall asleep.
    if (sleeps) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  mft_pool_free(pool);
}

// Two parts that wait for each other: they end only if a thread that fell asleep wakes up.
void test_wakes() {
  mft_pool *pool = mft_pool_create(2);
  std::atomic<int> arrived{0}, met{0};
  std::pair<std::atomic<int> *, std::atomic<int> *> both{&arrived, &met};
  const mft_task meeting{[](ggml_tensor *, int, int, void *data) {
                           auto &counts = *static_cast<std::pair<std::atomic<int> *, std::atomic<int> *> *>(data);
                           counts.first->fetch_add(1);
                           const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
                           while (counts.first->load() < 2 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
                           if (counts.first->load() == 2) counts.second->fetch_add(1);
                         },
                         &both};
  for (int i = 0; i < 5; i++) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    arrived = 0, met = 0;
    mft_pool_run(pool, &meeting, 1);
    check(met == 2, "a thread that sleeps is woken");
  }
  mft_pool_free(pool);
}

}  // namespace

int main() {
  for (int threads = 1; threads <= 8; threads++) {
    test_order(threads, 1, 50, false);
    test_order(threads, 40, 20, false);
    test_order(threads, 3, 3, true);
  }
  test_order(4, 0, 3, false);
  test_wakes();
  return finish();
}
