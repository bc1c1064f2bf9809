/*
 * The floor: reads a little-endian pcap or pcapng capture of Ethernet frames 1 MiB at a time, walks its records, and
 * decodes every SYN over IPv4 down to its TSval. It keeps no state. Prints the count of SYNs and the sum of their TSvals.
 */
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CHUNK (1 << 20)
#define CARRY (1 << 19)

static uint8_t buffer[CARRY + CHUNK];
static unsigned long long syns, sum;

static uint32_t little(const uint8_t *p) {
  uint32_t word;
  memcpy(&word, p, 4);
  return word;
}
static uint32_t big(const uint8_t *p) { return __builtin_bswap32(little(p)); }

static void packet(const uint8_t *p, uint32_t length) {
  if (length < 54 || p[12] != 8 || p[13] != 0 || p[14] != 0x45 || p[23] != 6) return;
  if ((p[47] & 0x12) != 0x02) return;
  syns++;
  uint32_t end = 34 + (p[46] >> 4) * 4;
  if (end > length) end = length;
  for (uint32_t at = 54; at < end;) {
    if (p[at] == 0) break;
    if (p[at] == 1) {
      at++;
      continue;
    }
    if (at + 1 >= end || p[at + 1] < 2) break;
    if (p[at] == 8 && at + 10 <= end) sum += big(p + at + 2);
    at += p[at + 1];
  }
}

int main(int argc, char **argv) {
  int file = argc > 1 ? open(argv[1], O_RDONLY) : -1;
  if (file < 0) return 2;
  uint8_t *start = buffer + CARRY, *end = start;
  int opened = 0, blocks = 0;
  for (;;) {
    ssize_t count = read(file, buffer + CARRY, CHUNK);
    if (count <= 0) break;
    end = buffer + CARRY + count;
    if (!opened) {
      opened = 1;
      blocks = little(start) == 0x0a0d0d0a;
      if (!blocks) start += 24;
    }
    if (blocks) {
      while (end - start >= 12) {
        uint32_t length = little(start + 4);
        if (length < 12 || length > CARRY) return 1;
        if (end - start < (ptrdiff_t)length) break;
        if (little(start) == 6) packet(start + 28, little(start + 20));
        start += length;
      }
    } else {
      while (end - start >= 16) {
        uint32_t length = little(start + 8);
        if (length > CARRY - 16) return 1;
        if (end - start < (ptrdiff_t)(16 + length)) break;
        packet(start + 16, length);
        start += 16 + length;
      }
    }
    size_t tail = end - start;
    memmove(buffer + CARRY - tail, start, tail);
    start = buffer + CARRY - tail;
  }
  printf("%llu %llu\n", syns, sum);
  return 0;
}
