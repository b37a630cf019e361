using Microsoft.AspNetCore.Http;

namespace MiniLambda.Orchestrator.Web.Entrance;

/// <summary>Which paths are the web page's.</summary>
internal static class WebPaths
{
    public const string SignIn = "/sign-in";
    public const string SignOut = "/sign-out";
    public const string Theme = "/theme";

    private static readonly string[] Sections = ["/functions", "/jobs", "/nodes", "/dead-letters", "/tokens", "/audit", Theme, SignOut];

    public static bool IsPage(PathString path) => path.Value is "" or "/" || Sections.Any(section => path.StartsWithSegments(section));

    /// <summary>A path that a form may lead back to: of this origin, else the first page.</summary>
    public static string Local(string? path) =>
        path is { Length: > 0 and < 2048 } && path[0] == '/' && !path.StartsWith("//", StringComparison.Ordinal)
            && path.All(static c => c is > ' ' and < '\x7f' and not '\\')
            ? path
            : "/";
}
