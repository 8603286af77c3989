// SPDX-License-Identifier: MIT
// A disk that is slow, for a program that is started with this as LD_PRELOAD: what it writes into files at a place, and what it
// synchronises, takes as many milliseconds longer as the file says that the environment names.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void delay(int part) {
  const char *path = getenv("MESH_SLOW_DISK");
  FILE *file = path ? fopen(path, "r") : NULL;
  long milliseconds = 0;
  if (!file) return;
  if (fscanf(file, "%ld", &milliseconds) != 1) milliseconds = 0;
  fclose(file);
  milliseconds /= part;
  struct timespec left = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  while (nanosleep(&left, &left) != 0) continue;
}

#define SYNCHRONISE(name)                                  \
  int name(int file) {                                     \
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, #name); \
    delay(1);                                              \
    return real(file);                                     \
  }

SYNCHRONISE(fsync)
SYNCHRONISE(fdatasync)

#define WRITE(name, place)                                                                                   \
  ssize_t name(int file, const void *octets, size_t count, place where) {                                    \
    ssize_t (*real)(int, const void *, size_t, place) = (ssize_t (*)(int, const void *, size_t, place))dlsym(RTLD_NEXT, #name); \
    delay(50);                                                                                               \
    return real(file, octets, count, where);                                                                 \
  }

WRITE(pwrite, off_t)
WRITE(pwrite64, off64_t)
