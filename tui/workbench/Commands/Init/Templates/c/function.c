/* Says hello to the world, or to whom the first argument names.
 *
 * stdin is the job's input, stdout its result, stderr its log, the exit code its outcome. */
#include <stdio.h>

int main(int argc, char **argv)
{
    printf("Hello, %s!\n", argc > 1 ? argv[1] : "world");
    return 0;
}
