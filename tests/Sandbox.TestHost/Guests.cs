using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;

namespace MiniLambda.Sandbox.TestHost;

/// <summary>Compiles and runs guests, good and bad ones, behind the walls.</summary>
internal static class Guests
{
    public static async Task<string> RunAsync(string fixtures, string folder)
    {
        using var engine = new SandboxEngine(
            new SandboxOptions { ArtifactFolder = Path.Combine(folder, "artifacts"), MaxConcurrency = 2 },
            TimeProvider.System,
            NullLogger<SandboxEngine>.Instance);
        engine.WarmUp();
        var outcomes = new List<string>();
        var pooled = true;
        foreach (var guest in new[]
        {
            "succeeds", "echoes_stdin", "traps/memory_out_of_bounds", "traps/stack_overflow", "traps/unreachable", "loops_forever",
            "grows_until_refused_and_exits_with_1", "succeeds",
        })
        {
            var path = Path.Combine(folder, $"{outcomes.Count}.wasm");
            await File.WriteAllBytesAsync(path, ModuleBytes.Read(Path.Combine(fixtures, $"{guest}.wat")));
            var module = await engine.LoadAsync(
                BlobDigest.Of(await File.ReadAllBytesAsync(path)), metered: outcomes.Count % 2 == 1, _ => ValueTask.FromResult(path), CancellationToken.None);
            var request = new ExecutionRequest
            {
                ProgramName = guest,
                Stdin = "hello"u8.ToArray(),
                Limits = new ExecutionLimits { Timeout = TimeSpan.FromSeconds(guest == "loops_forever" ? 0.2 : 60), Fuel = outcomes.Count % 2 == 1 ? 1L << 40 : 0 },
            };
            var output = new Output();
            var result = engine.Run(module, request, output, CancellationToken.None);
            pooled &= module.Engine.IsPooled;
            outcomes.Add($"{guest}: {result.Outcome}{output.Text}");
        }

        return string.Join(", ", outcomes) + (pooled ? "; pooled" : "");
    }

    private sealed class Output : IGuestOutput
    {
        private readonly ArrayBufferWriter<byte> _stdout = new();

        public string Text => _stdout.WrittenCount == 0 ? "" : $" {Encoding.UTF8.GetString(_stdout.WrittenSpan)}";

        public void Started()
        {
        }

        public void Stdout(ReadOnlySpan<byte> data) => _stdout.Write(data);

        public void Stderr(ReadOnlySpan<byte> data)
        {
        }
    }
}
