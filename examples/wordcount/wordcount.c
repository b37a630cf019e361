// Counts what wc counts: a line ends with a newline, a word is a run of bytes that are not white space.
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

static bool is_space(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

int main(void)
{
    static unsigned char chunk[64 * 1024];
    uint64_t lines = 0, words = 0, bytes = 0;
    bool in_word = false;
    ssize_t count;

    while ((count = read(STDIN_FILENO, chunk, sizeof chunk)) > 0) {
        bytes += (uint64_t)count;
        for (ssize_t i = 0; i < count; i++) {
            lines += chunk[i] == '\n';
            bool space = is_space(chunk[i]);
            words += !space && !in_word;
            in_word = !space;
        }
    }
    if (count < 0) {
        perror("wordcount: stdin");
        return 1;
    }

    printf("lines %" PRIu64 "\nwords %" PRIu64 "\nbytes %" PRIu64 "\n", lines, words, bytes);
    return 0;
}
