namespace MiniLambda.Workbench.Repl;

/// <summary>What <c>.help</c> prints.</summary>
internal static class HelpText
{
    public const string All = """
        A line is a command as in the shell, without the word minilambda (which may
        stand there):

          submit hello --wait
          job list -o json

        .help [COMMAND]          this text, or what a command takes
        .mode table|wide|json    the format of what commands print that have no -o
        .output FILE|-           print into a file from now on (it is made anew), or
                                 here again
        .read FILE               run a script here, found from the working folder
        .context NAME            use another cluster in this session; 'context use'
                                 does it for good
        .timer on|off            tell how long each command took
        .quit [CODE]             leave (also Ctrl-D, exit, quit)

        let id = submit resize --input a.png
                                 $id is what the command prints, without the
                                 line ends at its end
        let name = "a text with $id"
                                 a word in quotes, or with a variable in it, is
                                 a text and no command
        $id ${id}                its value; unquoted it gives as many arguments as
                                 it has words, "$id" gives one
        $?  $_                   exit code and output of the last command
        $HOME                    what no let has named is looked for in the
                                 environment

        A variable whose command failed has no value, and a line that asks for it is
        not run.

        # comment                to the end of the line
        'as it is'  "with $id"   both quotes of the shell, and \ before a single
                                 character
        \ at the end of a line, or a quote that is open, goes on with the next line

        Pipes, redirections, wildcards and $(…) belong to the shell. In a script each
        error is told as file:line, and the exit code is that of the last command;
        'repl -e FILE' stops at the first that fails, with exit code 3; 'repl --dry-run
        FILE' runs nothing. Commands of a script that comes through a pipe have an
        empty stdin.

        At the prompt: Tab completes, Ctrl-R searches what was typed before, the grey
        rest of a line is taken with →, a line that begins with a space is not kept,
        and a token is never. Ctrl-C stops a command or clears the line.

        """;
}
