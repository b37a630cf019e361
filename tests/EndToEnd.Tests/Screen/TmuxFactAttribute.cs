namespace MiniLambda.EndToEnd.Screen;

/// <summary>A test that drives a real terminal, where there is a tmux to be one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TmuxFactAttribute : FactAttribute
{
    public TmuxFactAttribute()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, "tmux"))))
            Skip = "tmux is not installed: no terminal to drive";
    }
}
