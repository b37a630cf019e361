using System.Buffers;
using System.Text;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Sandbox.Artifacts;
using MiniLambda.Sandbox.Execution;

namespace MiniLambda.Sandbox.TestHost;

/// <summary>Compiles and runs guests, good and bad ones, behind the walls.</summary>
internal static class Guests
{
    public static string Run(string fixtures, string folder)
    {
        using var runtime = new GuestRuntime(concurrency: 2, loadedModules: 4, TimeProvider.System);
        runtime.WarmUp();
        var outcomes = new List<string>();
        foreach (var guest in new[]
        {
            "succeeds", "echoes_stdin", "traps/memory_out_of_bounds", "traps/stack_overflow", "traps/unreachable", "loops_forever",
            "grows_until_refused_and_exits_with_1", "succeeds",
        })
        {
            var isMetered = outcomes.Count % 2 == 1;
            var request = new ExecutionRequest
            {
                ProgramName = guest,
                Stdin = "hello"u8.ToArray(),
                Limits = new ExecutionLimits { Timeout = TimeSpan.FromSeconds(guest == "loops_forever" ? 0.2 : 60), Fuel = isMetered ? 1L << 40 : 0 },
            };
            var output = new Output();
            var artifact = Compile(runtime, ModuleBytes.Read(Path.Combine(fixtures, $"{guest}.wat")), isMetered, Path.Combine(folder, $"{outcomes.Count}"));
            outcomes.Add($"{guest}: {runtime.Run(artifact, request, output, CancellationToken.None).Outcome}{output.Text}");
        }

        return string.Join(", ", outcomes) + (runtime.IsPooled ? "; pooled" : "");
    }

    private static ArtifactFile Compile(GuestRuntime runtime, byte[] module, bool isMetered, string path)
    {
        var digest = BlobDigest.Of(module);
        File.WriteAllBytes($"{path}.wasm", module);
        var shape = runtime.Compile($"{path}.wasm", digest, isMetered, $"{path}.cwasm");
        using var file = File.OpenRead($"{path}.cwasm");
        return new ArtifactFile(file.Name, digest, ArtifactFile.DigestOf(file), file.Length, isMetered, shape);
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
