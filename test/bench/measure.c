/*
 * Runs a command and writes what it cost to a file: user and system CPU in microseconds, wall time in microseconds,
 * peak resident memory in KiB. Exits as the command did. Small itself, so that the peak is the command's own.
 *
 *     measure RESULT COMMAND [ARGUMENT...]
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long microseconds(struct timeval t) { return t.tv_sec * 1000000LL + t.tv_usec; }

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  struct timespec before, after;
  clock_gettime(CLOCK_MONOTONIC, &before);
  pid_t child = fork();
  if (child < 0) return 2;
  if (child == 0) {
    execvp(argv[2], argv + 2);
    _exit(127);
  }
  int status = 0;
  struct rusage usage;
  if (wait4(child, &status, 0, &usage) < 0) return 2;
  clock_gettime(CLOCK_MONOTONIC, &after);
  long long wall = (after.tv_sec - before.tv_sec) * 1000000LL + (after.tv_nsec - before.tv_nsec) / 1000;
  FILE *result = fopen(argv[1], "w");
  if (!result) return 2;
#ifdef __APPLE__
  long resident = usage.ru_maxrss / 1024;
#else
  long resident = usage.ru_maxrss;
#endif
  fprintf(result, "%lld %lld %lld %ld\n", microseconds(usage.ru_utime), microseconds(usage.ru_stime), wall, resident);
  if (fclose(result)) return 2;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
