using System.Diagnostics;
using System.Runtime.InteropServices;
using MiniLambda.Domain.Functions;
using MiniLambda.Workbench.Repl.Language;

namespace MiniLambda.Workbench.Commands.Screen;

/// <summary>Gives a text to the person's own editor: <c>$VISUAL</c>, else <c>$EDITOR</c>, else vi.</summary>
internal static class OutsideEditor
{
    /// <returns>The text as it was left; null when the editor could not be started or ended with a failure.</returns>
    public static string? Edit(string text, Func<string, string?> variable)
    {
        var folder = Directory.CreateTempSubdirectory("minilambda-edit-");
        // Ctrl-C is the editor's, and reaches every program of this terminal.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, static signal => signal.Cancel = true);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, static signal => signal.Cancel = true);
        try
        {
            var file = Path.Combine(folder.FullName, ManifestToml.FileName);
            File.WriteAllText(file, text);
            if (!ShellWords.TrySplit(variable("VISUAL") ?? variable("EDITOR") ?? "vi", out var words, out _) || words.Count == 0)
                return null;
            using var editor = Process.Start(new ProcessStartInfo(words[0], [.. words.Skip(1), file]) { UseShellExecute = false });
            editor?.WaitForExit();
            return editor is { ExitCode: 0 } ? File.ReadAllText(file) : null;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            return null;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
