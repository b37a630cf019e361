using System.Diagnostics;
using MiniLambda.Domain.Functions;

namespace MiniLambda.Workbench.Commands.Screen;

/// <summary>Gives a text to the person's own editor: <c>$VISUAL</c>, else <c>$EDITOR</c>, else vi.</summary>
internal static class OutsideEditor
{
    /// <returns>The text as it was left; null when the editor could not be started or ended with a failure.</returns>
    public static string? Edit(string text, Func<string, string?> variable)
    {
        var folder = Directory.CreateTempSubdirectory("minilambda-edit-");
        try
        {
            var file = Path.Combine(folder.FullName, ManifestToml.FileName);
            File.WriteAllText(file, text);
            var words = (variable("VISUAL") ?? variable("EDITOR") ?? "vi").Split(' ', StringSplitOptions.RemoveEmptyEntries);
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
