namespace MiniLambda.Web.Tests;

/// <summary>A test that drives a browser; skipped where there is none.</summary>
internal sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = Missing;

    public static string? Missing => Chromium is null ? "there is no chromium here: apt-get install chromium" : null;

    public static string? Chromium { get; } = ((string[])["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]).FirstOrDefault(File.Exists);
}

/// <summary>See <see cref="BrowserFactAttribute"/>.</summary>
internal sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = BrowserFactAttribute.Missing;
}
