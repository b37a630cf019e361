using System.Runtime.CompilerServices;

namespace MiniLambda.Workbench.Tests.Screens.Shell;

/// <summary>Screens as they are meant to look, in files beside the tests. With MINILAMBDA_GOLDEN=write they are written anew, to be looked at before a commit.</summary>
internal static class Golden
{
    public static void Holds(string name, string screen, [CallerFilePath] string test = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(test)!, "Golden", name);
        if (Environment.GetEnvironmentVariable("MINILAMBDA_GOLDEN") == "write")
            File.WriteAllText(path, screen + "\n");
        Assert.Equal(File.ReadAllText(path).TrimEnd('\n'), screen);
    }
}
