// Trial division, on purpose: it needs no memory, only a processor.
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { LIMIT = 100 * 1000 * 1000 };

static bool is_prime(uint32_t n)
{
    if (n < 4)
        return n >= 2;
    if (n % 2 == 0 || n % 3 == 0)
        return false;
    // Every prime above 3 is one less or one more than a multiple of 6.
    for (uint32_t d = 5; d * d <= n; d += 6) {
        if (n % d == 0 || n % (d + 2) == 0)
            return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    char *end = NULL;
    errno = 0;
    long below = argc == 2 ? strtol(argv[1], &end, 10) : -1;
    if (errno != 0 || end == NULL || end == argv[1] || *end != '\0' || below < 0 || below > LIMIT) {
        fprintf(stderr, "usage: primes N, with N from 0 to %d\n", LIMIT);
        return 2;
    }

    uint32_t count = 0;
    for (uint32_t n = 2; n < (uint32_t)below; n++)
        count += is_prime(n);
    printf("%u primes below %ld\n", (unsigned)count, below);
    return 0;
}
