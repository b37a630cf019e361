#include <stdio.h>

int main(int argc, char **argv)
{
    const char *who = argc > 1 ? argv[1] : "world";
    fputs("Hello, ", stdout);
    fputs(who, stdout);
    puts("!");
    return 0;
}
