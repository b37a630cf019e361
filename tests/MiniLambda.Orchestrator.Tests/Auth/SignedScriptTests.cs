using System.Diagnostics;
using System.Runtime.Versioning;
using MiniLambda.Contracts.V1;
using MiniLambda.Trust.Tokens;

namespace MiniLambda.Orchestrator.Tests.Auth;

/// <summary>examples/signed-request, as a person runs it.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SignedScriptTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minilambda-");
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync();

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [CurlFact]
    public async Task A_shell_signs_a_call_and_tells_its_secret_to_no_command_line()
    {
        var made = await _cluster.Connection.Access.CreateTokenAsync(new CreateTokenRequest { Role = Role.Reader });
        // What stands before the real ones in the path writes down what it was told.
        foreach (var tool in new[] { "openssl", "curl", "od", "tr", "grep", "tail", "date" })
        {
            var path = Path.Combine(_folder.FullName, tool);
            await File.WriteAllTextAsync(path, $"#!/bin/bash\nprintf '%s\\n' \"$*\" >>'{_folder.FullName}/told'\nPATH=${{PATH#*:}} exec {tool} \"$@\"\n");
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var (code, output, error) = await RunAsync(made.Secret, "AccessService/WhoAmI");
        Assert.True(code == 0, error);
        Assert.Equal((made.Token.Id, Role.Reader), Identity.Parser.ParseFrom(output) is var who ? (who.TokenId, who.Role) : default);
        var told = await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "told"));
        Assert.Contains("content-digest", told, StringComparison.Ordinal);
        Assert.DoesNotContain(made.Secret[17..40], told, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexStringLower(TokenText.Verifier(made.Token.Id, made.Secret)), told, StringComparison.Ordinal);

        (code, _, error) = await RunAsync(made.Secret, "JobService/Submit");
        Assert.Equal(1, code);
        Assert.Contains("grpc-status: 7", error, StringComparison.Ordinal);
        (code, _, error) = await RunAsync(TokenText.Create().Text, "ClusterService/Info");
        Assert.Equal(1, code);
        Assert.Contains("grpc-status: 16", error, StringComparison.Ordinal);
    }

    private async Task<(int Code, byte[] Output, string Error)> RunAsync(string token, string rpc)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { Path.Combine(Root(), "examples", "signed-request", "call.sh"), _cluster.Url.ToString(), rpc })
            start.ArgumentList.Add(argument);
        start.Environment["MINILAMBDA_TOKEN"] = token;
        start.Environment["PATH"] = $"{_folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}";
        using var script = Process.Start(start)!;
        using var output = new MemoryStream();
        var error = script.StandardError.ReadToEndAsync();
        await script.StandardOutput.BaseStream.CopyToAsync(output);
        await script.WaitForExitAsync();
        return (script.ExitCode, output.ToArray(), await error);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "MiniLambda.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }

    /// <summary>Runs where bash, openssl and a curl with HTTP/2 are; elsewhere says what is not.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class CurlFactAttribute : FactAttribute
    {
        private static readonly string[] Needed = ["bash", "openssl", "curl"];

        public CurlFactAttribute()
        {
            var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
            var missing = Needed.Where(tool => !folders.Any(f => File.Exists(Path.Combine(f, tool)))).ToList();
            if (missing.Count > 0)
                Skip = $"not installed here: {string.Join(", ", missing)}";
            else if (!CurlSpeaksHttp2())
                Skip = "curl here does not speak HTTP/2";
        }

        private static bool CurlSpeaksHttp2()
        {
            using var curl = Process.Start(new ProcessStartInfo("curl", "--version") { RedirectStandardOutput = true })!;
            var told = curl.StandardOutput.ReadToEnd();
            curl.WaitForExit();
            return told.Contains("HTTP2", StringComparison.Ordinal);
        }
    }
}
