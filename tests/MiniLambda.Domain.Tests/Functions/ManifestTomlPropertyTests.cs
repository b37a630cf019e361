using System.Text;
using CsCheck;
using MiniLambda.Domain.Functions;

namespace MiniLambda.Domain.Tests.Functions;

/// <summary>What is written reads back; what is not a manifest is told as errors, whatever it is.</summary>
public sealed class ManifestTomlPropertyTests
{
    // Everything that a string in UTF-8 can hold but NUL, with much of what TOML must escape.
    private static readonly Gen<string> Texts = Gen.String[
        Gen.Frequency(
            (6, Gen.Char[' ', '~']), (2, Gen.Char["\"\\\n\r\t'#=[]{}\u007f\u0001"]), (1, Gen.Char['\u0080', '\ud7ff'])),
        0, 12];

    private static readonly Gen<string> Keys = Gen.String[Gen.Char["abcXYZ_.- \"'\\\n#é"], 1, 8];

    private static readonly Gen<IReadOnlyDictionary<string, string>> Maps = Gen.Select(Keys, Texts).Array[0, 3].Select(ToMap);

    private static readonly Gen<TimeSpan> Waits = Gen.Long[0, TimeSpan.TicksPerDay].Select(TimeSpan.FromTicks);

    private static readonly Gen<ExecutionLimits> Limits = Gen.Select(
        Gen.Long[ExecutionLimits.MinMemoryBytes, ExecutionLimits.MaxMemoryBytes],
        Gen.Long[ExecutionLimits.MinTimeout.Ticks, ExecutionLimits.MaxTimeout.Ticks],
        Gen.OneOf(Gen.Const(0L), Gen.Long[0, long.MaxValue]),
        Gen.Long[0, ExecutionLimits.MaxOutputBytes],
        Gen.OneOf(Gen.Int[0, 30].Select(bits => 1L << bits), Gen.Long[0, ExecutionLimits.MaxOutputBytes]),
        (memory, timeout, fuel, output, logs) => new ExecutionLimits
        {
            MemoryBytes = memory,
            Timeout = TimeSpan.FromTicks(timeout),
            Fuel = fuel,
            OutputBytes = output,
            LogBytes = logs,
        });

    private static readonly Gen<RetryPolicy> Retries = Gen.Select(
        Gen.Int[1, 100], Waits, Waits, Gen.Enum<RetryCause>().Array[0, 4],
        (attempts, first, max, on) => new RetryPolicy { Attempts = attempts, Backoff = first, MaxBackoff = max, On = [.. on.Distinct()] });

    private static readonly Gen<PlacementSpec> Placements = Gen.Select(
        Texts.Array[0, 3], Maps, Maps, (arch, labels, prefer) => new PlacementSpec { Arch = arch, Labels = labels, Prefer = prefer });

    private static readonly Gen<CapabilityGrants> Grants = Gen.Select(
        Gen.Bool, Gen.Bool, Gen.Bool, Gen.OneOf(Gen.Const((long?)null), Gen.Long[0, ExecutionLimits.MaxMemoryBytes].Select(bytes => (long?)bytes)),
        Gen.Select(Gen.String[Gen.Char["abc -_é#\""], 1, 8], Gen.Char["abc"], Gen.Bool).Array[0, 3],
        (clock, random, network, scratch, mounts) => new CapabilityGrants
        {
            Clock = clock,
            Random = random,
            Network = network,
            ScratchBytes = scratch,
            Mounts = mounts.DistinctBy(mount => mount.Item1)
                .ToDictionary(mount => $"/mnt/{mount.Item1}", mount => new MountGrant($"export {mount.Item2}", mount.Item3)),
        });

    private static readonly Gen<FunctionManifest> Manifests = Gen.Select(
        Gen.Select(FunctionNameTests.Names, Texts, Texts, Texts), Texts.Array[0, 4], Maps, Limits,
        Grants, Retries, Placements,
        (texts, args, env, limits, grants, retry, placement) => new FunctionManifest
        {
            Name = FunctionName.Parse(texts.Item1),
            Module = texts.Item2,
            Description = texts.Item3,
            Entry = texts.Item4,
            Args = args,
            Env = env,
            Limits = limits,
            Capabilities = grants,
            Retry = retry,
            Placement = placement,
        });

    [Fact]
    public void A_written_manifest_reads_back_as_it_was() => Manifests.Sample(
        manifest =>
        {
            var toml = ManifestToml.Write(manifest);
            var (back, errors) = ManifestToml.Read(toml, "f.toml");
            Assert.Empty(errors);
            Assert.Equivalent(manifest, back, strict: true);
            Assert.Equal(toml, ManifestToml.Write(back!));
        },
        iter: 300);

    [Fact]
    public void Random_bytes_are_told_as_errors() =>
        Gen.Byte.Array[0, 200].Sample(bytes => AssertToldOrRead(Encoding.UTF8.GetString(bytes)), iter: 2_000);

    [Fact]
    public void Random_characters_of_toml_are_told_as_errors() =>
        Gen.String[Gen.Char["ab1.=\"'[]{},#\\\n\r \t-:TZ+_exu0\0\ud800é"], 0, 80].Sample(AssertToldOrRead, iter: 5_000);

    [Fact]
    public void A_damaged_manifest_is_told_as_errors() =>
        Gen.Select(Manifests, Gen.Select(Gen.Double[0, 1], Gen.Int[0, 3], Gen.Char["\"'[]{}=.,\n#\\0ax\0"]).Array[1, 4]).Sample(
            (manifest, damages) =>
            {
                var toml = ManifestToml.Write(manifest);
                foreach (var (where, remove, insert) in damages)
                {
                    var at = (int)(where * (toml.Length - 1));
                    toml = toml.Remove(at, Math.Min(remove, toml.Length - at)).Insert(at, insert.ToString());
                }

                AssertToldOrRead(toml);
            },
            iter: 1_000);

    private static void AssertToldOrRead(string toml)
    {
        var (manifest, errors) = ManifestToml.Read(toml, "f.toml");
        Assert.Equal(errors.Count == 0, manifest is not null);
        var lines = toml.Count(c => c == '\n') + 1;
        Assert.All(errors, error =>
        {
            Assert.InRange(error.Line, 1, lines);
            Assert.InRange(error.Column, 1, toml.Length + 1);
            Assert.NotEqual("", error.Message);
            Assert.DoesNotContain(error.ToString(), char.IsControl);
        });
        if (manifest is not null)
            Assert.NotEqual("", manifest.Name.Value);
    }

    private static IReadOnlyDictionary<string, string> ToMap((string Key, string Value)[] entries) => entries
        .DistinctBy(entry => entry.Key)
        .Where(entry => !entry.Key.Contains('='))
        .ToDictionary(entry => entry.Key, entry => entry.Value);
}
