#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    const char *greeting = getenv("GREETING");
    printf("%s, %s, from a component!\n", greeting ? greeting : "Hello", argc > 1 ? argv[1] : "world");
    return 0;
}
