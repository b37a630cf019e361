using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MiniLambda.Sandbox.Walls;

namespace MiniLambda.Sandbox.Tests.Walls;

/// <summary>A process that raises its walls, tries one thing, and says what came of it.</summary>
internal sealed class TestHost : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly Process _process;

    private TestHost(Process process) => _process = process;

    /// <summary>What it says of its walls.</summary>
    public IReadOnlyDictionary<string, Wall> Walls { get; private set; } = new Dictionary<string, Wall>();

    /// <summary>Starts it with nothing but the runtime's settings around it, and reads its walls.</summary>
    /// <param name="prefix">A program, and its arguments, that start it.</param>
    public static async Task<TestHost> StartAsync(string attempt, string[] options, string[]? prefix = null)
    {
        var host = Start(attempt, options, prefix);
        var line = await host.ReadLineAsync() ?? throw new InvalidOperationException($"it said nothing: {await host._process.StandardError.ReadToEndAsync()}");
        host.Walls = JsonDocument.Parse(line).RootElement.GetProperty("walls").Deserialize<Wall[]>()!.ToDictionary(w => w.Name);
        return host;
    }

    /// <summary>Starts it, and reads nothing.</summary>
    public static TestHost Start(string attempt, string[] options, string[]? prefix = null, params (string Name, string Value)[] environment)
    {
        string[] command = [.. prefix ?? [], HostProgram.Dotnet, HostProgram.Assembly, attempt, .. options];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new TestHost(Process.Start(start)!);
    }

    /// <summary>Starts it and waits for what it says.</summary>
    public static async Task<string> TryAsync(string attempt, params string[] options)
    {
        using var host = await StartAsync(attempt, options);
        return await host.ReadToEndAsync();
    }

    public async Task<string?> ReadLineAsync() => await _process.StandardOutput.ReadLineAsync().WaitAsync(Limit);

    /// <summary>All that is left, without the last end of line. Ends when every process with its stdout has.</summary>
    public async Task<string> ReadToEndAsync() => (await _process.StandardOutput.ReadToEndAsync().WaitAsync(Limit)).TrimEnd('\n');

    public void Kill() => _process.Kill();

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Limit);
        return _process.ExitCode;
    }

    /// <summary>A field of <c>/proc/PID/stat</c>, counted as in proc(5).</summary>
    public string Stat(int field)
    {
        var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{_process.Id}/stat"));
        // The second field is a name in parentheses, which may hold spaces.
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[field - 3];
    }

    public int Id => _process.Id;

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
