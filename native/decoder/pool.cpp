// Threads that run the tasks of a step one after another, each in as many parts as there are threads.
//
// Tasks are numbered through all steps: `done` counts the parts that are over, and `taken` for each part the tasks whose part of
// that number somebody has taken. A part may be taken once all parts of earlier tasks are over, and only by a thread that runs it
// at once. So a thread that the system has put aside between two parts holds nothing up: the others take its share. On a machine
// with other work this is the difference between the speed of one thread and waiting for time slices at every task. A thread
// takes the part of its own number first, as what it has read or fetched for that is in its caches.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "mft_decoder.h"

#if defined(_WIN32)
#include <windows.h>
#else
#include <sched.h>
#endif

namespace {

constexpr int kSpins = 1000;  // looks before a waiting thread lets others run: some ten microseconds

// How long an idle thread looks for work before it sleeps. Tokens are drawn between two steps of an engine, which takes less; a
// thread that looks for longer takes time from those of other contexts, even though it lets them run.
constexpr std::chrono::microseconds kIdle{200};

inline void rest(int looks) {
  if (looks > kSpins) {
#if defined(_WIN32)
    SwitchToThread();
#else
    sched_yield();
#endif
    return;
  }
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace

struct mft_pool {
  explicit mft_pool(int count) : parts((uint64_t)count), taken((size_t)count) {
    threads.reserve((size_t)count);
    try {
      for (int i = 1; i < count; i++) threads.emplace_back([this, i] { serve((uint64_t)i); });
    } catch (...) {
      // The system has no more: those that have started end too.
      stop();
      throw;
    }
  }

  ~mft_pool() { stop(); }

  void run(const mft_task *first, int count) {
    // A thread reads these only after it has taken a part of this run, which is not over before that part is.
    tasks = first;
    const uint64_t start = limit.load(std::memory_order_relaxed), end = start + (uint64_t)count * parts;
    begin = start / parts;
    limit.store(end);
    if (sleepers.load() > 0) {
      const std::lock_guard<std::mutex> lock(gate);
      wake.notify_all();
    }
    for (int looks = 0; done.load(std::memory_order_acquire) < end; looks++) {
      if (work(0)) looks = 0;
      else rest(looks);
    }
  }

 private:
  void stop() {
    {
      const std::lock_guard<std::mutex> lock(gate);
      stops.store(true);
    }
    wake.notify_all();
    for (std::thread &thread : threads) thread.join();
  }

  // Runs a part if one may be taken: the thread's own, else that of a thread that is not there.
  bool work(uint64_t own) {
    const uint64_t task = done.load(std::memory_order_acquire) / parts;
    if (task * parts >= limit.load(std::memory_order_acquire)) return false;
    for (uint64_t i = 0; i < parts; i++) {
      const uint64_t part = (own + i) % parts;
      uint64_t expected = task;
      // It fails where the part is taken, or all of the task is over by now.
      if (!taken[part].tasks.compare_exchange_strong(expected, task + 1, std::memory_order_acq_rel)) continue;
      const mft_task &run = tasks[task - begin];
      run.function(nullptr, (int)part, (int)parts, run.data);
      done.fetch_add(1, std::memory_order_acq_rel);
      return true;
    }
    return false;
  }

  void serve(uint64_t own) {
    using clock = std::chrono::steady_clock;
    clock::time_point idle_since = clock::now();
    int looks = 0;
    while (!stops.load(std::memory_order_relaxed)) {
      if (work(own)) {
        looks = 0;
        continue;
      }
      if (looks == 0) idle_since = clock::now();
      if (looks <= kSpins || clock::now() - idle_since < kIdle) {
        rest(looks++);
      } else {
        sleep();
        looks = 0;
      }
    }
  }

  void sleep() {
    std::unique_lock<std::mutex> lock(gate);
    // Counted before the limit is looked at: a run sets it before it counts the sleepers.
    sleepers.fetch_add(1);
    wake.wait(lock, [this] { return stops.load() || done.load() < limit.load(); });
    sleepers.fetch_sub(1);
  }

  struct alignas(64) counter {
    std::atomic<uint64_t> tasks{0};
  };

  const uint64_t parts;
  std::vector<counter> taken;
  const mft_task *tasks = nullptr;
  uint64_t begin = 0;  // number of the first task of this run
  alignas(64) std::atomic<uint64_t> done{0};
  alignas(64) std::atomic<uint64_t> limit{0};
  std::atomic<int> sleepers{0};
  std::atomic<bool> stops{false};
  std::mutex gate;
  std::condition_variable wake;
  std::vector<std::thread> threads;
};

mft_pool *mft_pool_create(int32_t threads) {
  try {
    return new mft_pool(threads);
  } catch (...) {
    return nullptr;
  }
}

void mft_pool_run(mft_pool *pool, const mft_task *tasks, int32_t count) { pool->run(tasks, count); }

void mft_pool_free(mft_pool *pool) { delete pool; }
