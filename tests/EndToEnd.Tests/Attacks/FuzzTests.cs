using System.Diagnostics;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using MiniLambda.Contracts.V1;

namespace MiniLambda.EndToEnd.Attacks;

/// <summary>Bytes that mean nothing, and bytes that nearly mean something, to every call; with a seed, so that a run can be had again (FUZZ_SEED, FUZZ_ROUNDS).</summary>
[Trait("Category", "Attack")]
public sealed class FuzzTests(Xunit.Abstractions.ITestOutputHelper output)
{
    private const int UsualRounds = 12;
    private const int AtOnce = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Every_call_answers_every_message_and_the_orchestrator_stands()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_SEED"), out var given) ? given : Random.Shared.Next();
        var rounds = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_ROUNDS"), out var wanted) ? wanted : UsualRounds;
        output.WriteLine($"FUZZ_SEED={seed} FUZZ_ROUNDS={rounds}");
        await using var cluster = await Cluster.StartAsync();
        await cluster.ReachAsync();
        await cluster.PushAsync("hello", "hello");
        var token = (await File.ReadAllTextAsync(cluster.TokenFile)).Trim();
        using var allowed = new RawCalls(cluster.Url, token);
        using var stranger = new RawCalls(cluster.Url, null);
        var random = new Random(seed);
        var cases = Enumerable.Range(0, rounds).SelectMany(_ => RawCalls.Methods.Select(method => (Method: method, Seed: random.Next()))).ToList();
        var answers = new Dictionary<string, int>();
        // The first rounds load code and fill caches; what follows must not add to them.
        await SendAllAsync(cases.Take(RawCalls.Methods.Count * rounds / 2));
        var before = Memory();
        await SendAllAsync(cases.Skip(RawCalls.Methods.Count * rounds / 2));
        var grown = Memory() - before;

        output.WriteLine(string.Join(", ", answers.OrderByDescending(a => a.Value).Select(a => $"{a.Key}: {a.Value}")) + $"; grown by {grown >> 20} MiB");
        Assert.NotEmpty((await cluster.Connection.Cluster.InfoAsync(new ClusterInfoRequest())).Version);
        Assert.InRange(grown, long.MinValue, 96L << 20);
        // Nothing came that was not expected, and nobody can fill the log by sending nonsense.
        Assert.DoesNotContain("fail:", cluster.Orchestrator.Log, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", cluster.Orchestrator.Log, StringComparison.Ordinal);

        async Task SendAllAsync(IEnumerable<(MethodDescriptor Method, int Seed)> some) => await Parallel.ForEachAsync(
            some, new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (one, _) =>
            {
                var dice = new Random(one.Seed);
                using var body = new ByteArrayContent(Body(one.Method, dice));
                var path = $"/{one.Method.Service.FullName}/{one.Method.Name}";
                var isStranger = dice.Next(8) == 0;
                var answer = await (isStranger ? stranger : allowed).SendAsync(path, body, Patience);
                lock (answers)
                    answers[answer] = answers.GetValueOrDefault(answer) + 1;
                Assert.False(isStranger && answer == "0" && one.Method.Service.Name != nameof(EnrolmentService), $"{path} served a stranger (seed {one.Seed})");
            });

        long Memory()
        {
            using var process = Process.GetProcessById(cluster.Orchestrator.Id);
            return process.WorkingSet64;
        }
    }

    private static byte[] Body(MethodDescriptor method, Random dice)
    {
        var body = new MemoryStream();
        for (var left = method.IsClientStreaming ? 1 + dice.Next(4) : 1; left > 0; left--)
        {
            var message = dice.Next(8) == 0 ? Noise(dice, dice.Next(200)) : Spoilt(Filled(method.InputType, dice, depth: 0).ToByteArray(), dice);
            body.Write(RawCalls.Frame(message));
        }

        return dice.Next(20) switch
        {
            // A stream that breaks off within a message, and one that does not begin with one.
            0 => body.ToArray()[..dice.Next((int)body.Length)],
            1 => [.. Noise(dice, 1 + dice.Next(8)), .. body.ToArray()],
            _ => body.ToArray(),
        };
    }

    private static byte[] Noise(Random dice, int length)
    {
        var noise = new byte[length];
        dice.NextBytes(noise);
        return noise;
    }

    /// <summary>Now and then some bits turned over.</summary>
    private static byte[] Spoilt(byte[] message, Random dice)
    {
        if (message.Length > 0 && dice.Next(5) == 0)
        {
            for (var left = 1 + dice.Next(4); left > 0; left--)
                message[dice.Next(message.Length)] ^= (byte)(1 << dice.Next(8));
        }

        return message;
    }

    /// <summary>A message of the right kind with odd values in it.</summary>
    private static IMessage Filled(MessageDescriptor type, Random dice, int depth)
    {
        var message = type.Parser.ParseFrom(ByteString.Empty);
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            if (dice.Next(2) == 0)
                continue;
            if (field.IsMap)
            {
                if (field.Accessor.GetValue(message) is Google.Protobuf.Collections.MapField<string, string> map)
                    map[Text(dice)] = Text(dice);
            }
            else if (field.IsRepeated)
            {
                var list = (System.Collections.IList)field.Accessor.GetValue(message);
                for (var left = dice.Next(4); left > 0; left--)
                {
                    if (Value(field, dice, depth) is { } value)
                        list.Add(value);
                }
            }
            else if (Value(field, dice, depth) is { } value)
            {
                field.Accessor.SetValue(message, value);
            }
        }

        return message;
    }

    private static object? Value(FieldDescriptor field, Random dice, int depth) => field.FieldType switch
    {
        FieldType.String => Text(dice),
        FieldType.Bytes => ByteString.CopyFrom(Noise(dice, dice.Next(100))),
        FieldType.Bool => dice.Next(2) == 0,
        FieldType.Int32 or FieldType.SInt32 => Pick(dice, 0, 1, -1, int.MinValue, int.MaxValue, dice.Next()),
        FieldType.Int64 or FieldType.SInt64 => Pick(dice, 0L, 1L, -1L, long.MinValue, long.MaxValue, dice.NextInt64()),
        FieldType.UInt32 => Pick(dice, 0u, uint.MaxValue),
        FieldType.UInt64 => Pick(dice, 0ul, ulong.MaxValue),
        FieldType.Double => Pick(dice, 0, double.NaN, double.PositiveInfinity, double.MinValue, -1),
        FieldType.Enum => Enum.ToObject(field.EnumType.ClrType, dice.Next(-1, 40)),
        FieldType.Message when depth < 4 => Filled(field.MessageType, dice, depth + 1),
        _ => null,
    };

    private static string Text(Random dice) => Pick(
        dice, "", "a", "hello", "../../etc/passwd", "a/../b", "\0", "\u202e\u0007", new string('x', 300), "%00", "-1", "🦊", "' OR 1=1 --", "name = \"a\"\n",
        "[limits]\nmemory = \"999TiB\"", new string('a', 64), "9223372036854775808");

    private static T Pick<T>(Random dice, params T[] some) => some[dice.Next(some.Length)];
}
