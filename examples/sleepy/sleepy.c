// Sleeps in ticks and logs each one, so that logs can be watched while they come.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static long positive(const char *text, long most)
{
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    return errno == 0 && end != text && *end == '\0' && value >= 1 && value <= most ? value : -1;
}

int main(int argc, char **argv)
{
    long ticks = argc == 3 ? positive(argv[1], 1000000) : -1;
    long millis = argc == 3 ? positive(argv[2], 3600000) : -1;
    if (ticks < 0 || millis < 0) {
        fputs("usage: sleepy TICKS MILLISECONDS, both at least 1\n", stderr);
        return 2;
    }

    struct timespec pause = { .tv_sec = millis / 1000, .tv_nsec = millis % 1000 * 1000000 };
    for (long tick = 1; tick <= ticks; tick++) {
        nanosleep(&pause, NULL);
        fprintf(stderr, "tick %ld of %ld\n", tick, ticks);
    }
    printf("slept %ld times for %ld ms\n", ticks, millis);
    return 0;
}
