using MiniLambda.Hosting.Tests.Settings;

namespace MiniLambda.Hosting.Tests;

/// <summary>What one run of a sample daemon did.</summary>
internal sealed record DaemonRun(int Code, string Output, string Error, SampleOptions? Served)
{
    public string[] Errors => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs with the arguments (split at spaces) and variables (<c>NAME=value</c>).</summary>
    public static async Task<DaemonRun> Of(
        string arguments, string[]? environment = null, Func<SampleOptions, CancellationToken, Task<int>>? serve = null,
        params DaemonVerb<SampleOptions>[]? verbs)
    {
        var variables = (environment ?? []).Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v[1]);
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        SampleOptions? served = null;
        var code = await DaemonCommand.RunAsync<SampleOptions>(
            "sample", "A sample daemon.", arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            (options, token) =>
            {
                served = options;
                return serve?.Invoke(options, token) ?? Task.FromResult(0);
            },
            verbs ?? [], variables.GetValueOrDefault, output, error);
        return new DaemonRun(code, output.ToString(), error.ToString(), served);
    }
}
