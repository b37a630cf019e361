using System.Text;

namespace MiniLambda.Workbench.Commands.Streams;

/// <summary>Asks a person at the terminal for a line that is not shown.</summary>
internal static class HiddenLine
{
    private const int Interrupt = 3;
    private const int End = 4;
    private const int Clear = 21;

    /// <summary>The line without its end; null when the input ended before.</summary>
    public static string? Ask(TextWriter output, string question)
    {
        output.Write(question);
        try
        {
            return OperatingSystem.IsWindows() ? AskConsole() : AskTerminal();
        }
        finally
        {
            output.WriteLine();
        }
    }

    private static string? AskTerminal()
    {
        using var modes = TerminalModes.Open();
        modes?.TakeKeys();
        var typed = new List<byte>();
        Span<byte> one = stackalloc byte[1];
        while (TerminalInput.Read(one) == 1)
        {
            if (one[0] is (byte)'\n' or (byte)'\r')
                return Encoding.UTF8.GetString([.. typed]);
            if (one[0] is End or Interrupt)
                return null;
            if (one[0] == Clear)
                typed.Clear();
            else if (one[0] is 8 or 127)
                RemoveLast(typed);
            else
                typed.Add(one[0]);
        }

        return null;
    }

    private static string? AskConsole()
    {
        var typed = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
                return typed.ToString();
            if (key.KeyChar is (char)End or (char)Interrupt)
                return null;
            if (key.Key != ConsoleKey.Backspace)
                typed.Append(key.KeyChar);
            else if (typed.Length > 0)
                typed.Length--;
        }
    }

    // Of a character that is several bytes all go.
    private static void RemoveLast(List<byte> typed)
    {
        while (typed.Count > 0)
        {
            var isInner = (typed[^1] & 0xc0) == 0x80;
            typed.RemoveAt(typed.Count - 1);
            if (!isInner)
                return;
        }
    }
}
