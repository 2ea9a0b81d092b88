// What happens when a mapped file shrinks: the next look at what is gone raises SIGBUS, which no caller can catch.

#include <csignal>
#include <cstdint>
#include <cstring>

#include "mft_decoder.h"

#if defined(_WIN32)

extern "C" MFT_API void mft_report_lost_mappings(const char *, int32_t) {}

#else

#include <unistd.h>

namespace {

char text[4096];
size_t length = 0;
int code = 1;
struct sigaction previous;

void on_bus_error(int signal, siginfo_t *info, void *context) {
  if (info->si_code == BUS_ADRERR) {
    [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text, length);
    _exit(code);
  }
  if (previous.sa_flags & SA_SIGINFO) {
    previous.sa_sigaction(signal, info, context);
  } else if (previous.sa_handler != SIG_IGN && previous.sa_handler != SIG_DFL) {
    previous.sa_handler(signal);
  } else {
    sigaction(SIGBUS, &previous, nullptr);  // The instruction runs again, and the system does what it did before.
  }
}

}  // namespace

extern "C" MFT_API void mft_report_lost_mappings(const char *message, int32_t exit_code) {
  const bool installed = length > 0;
  const size_t wanted = strlen(message);
  length = wanted < sizeof(text) ? wanted : sizeof(text);
  memcpy(text, message, length);
  code = exit_code;
  if (installed) return;
  struct sigaction action = {};
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, &previous);
}

#endif
