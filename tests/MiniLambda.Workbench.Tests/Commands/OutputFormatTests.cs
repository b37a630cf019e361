using System.Text.Json;

namespace MiniLambda.Workbench.Tests.Commands;

/// <summary>What programs read: every command that lists or shows something.</summary>
[Collection(ClusterGroup.Name)]
public sealed class OutputFormatTests(RunningCluster cluster)
{
    public static TheoryData<string, string[]> Documents => new()
    {
        { "function list", ["functions", "nextPageToken"] },
        { "function show formats", ["name", "version", "moduleDigest", "moduleSize", "manifest", "createdAt", "description"] },
        { "job list", ["jobs", "nextPageToken"] },
        { "ps --function formats", ["jobs", "nextPageToken"] },
        { "job show JOB", ["id", "function", "state", "createdAt", "inputSize", "attempts", "queuedFor"] },
        { "status JOB", ["id", "exitCode", "deadLettered"] },
        { "worker list", ["workers", "nextPageToken"] },
        { "context list", ["current", "contexts"] },
        { "context show", ["context", "server", "cluster"] },
        { "function push formats.wat", ["function", "created"] },
        { "submit formats", ["id", "state"] },
        { "submit formats --wait", ["id", "outcome"] },
        { "invoke formats", ["id", "outcome", "exitCode"] },
        { "version", ["version", "dotnet"] },
    };

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Json_is_one_document_with_the_names_of_the_protocol(string line, string[] fields)
    {
        var typed = await cluster.RunAsync([.. await WordsAsync(line), "-o", "json"]);
        Assert.Equal((0, ""), (typed.ExitCode, typed.Error));
        using var document = JsonDocument.Parse(typed.Out);
        Assert.All(fields, field => Assert.True(document.RootElement.TryGetProperty(field, out _), field));
        Assert.DoesNotContain(Names(document.RootElement), name => name.Contains('_') || char.IsUpper(name[0]));
    }

    [Fact]
    public async Task Json_of_what_comes_piece_by_piece_is_one_document_a_line()
    {
        var (first, second) = (await SubmitAsync(), await SubmitAsync());
        var typed = await cluster.RunAsync("job", "wait", first, second, "-o", "json");
        var ids = typed.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("id").GetString());
        Assert.Equal(new[] { first, second }.Order(), ids.Order());
    }

    [Theory]
    [InlineData("function list", "NAME     VERSION  SIZE  MODULE")]
    [InlineData("job list", "ID               FUNCTION")]
    [InlineData("worker list", "NAME     STATUS  SLOTS")]
    public async Task A_wide_table_says_more_than_the_table(string line, string head)
    {
        var words = await WordsAsync(line);
        await SubmitAsync();
        var table = Head(await cluster.RunAsync([.. words, "-o", "table"]));
        var wide = Head(await cluster.RunAsync([.. words, "-o", "wide"]));
        Assert.Equal(Columns(table), Columns(Head(await cluster.RunAsync(words))));
        Assert.Equal(Columns(head), Columns(table)[..Columns(head).Length]);
        Assert.Subset(Columns(wide).ToHashSet(), Columns(table).ToHashSet());
        Assert.True(Columns(wide).Length > Columns(table).Length);
    }

    [Theory]
    [InlineData("function list")]
    [InlineData("ps")]
    [InlineData("status JOB")]
    [InlineData("worker list")]
    [InlineData("context show")]
    [InlineData("--help")]
    public async Task Nothing_is_coloured_that_is_piped_or_not_wanted_so(string line)
    {
        string[] words = await WordsAsync(line);
        Assert.DoesNotContain('\u001b', (await cluster.RunAsync(words)).Out);
        Assert.DoesNotContain('\u001b', (await cluster.RunAsync(isTerminal: true, [.. words, "--no-color"])).Out);
    }

    [Theory]
    [InlineData("ps", "\u001b[32msucceeded\u001b[0m")]
    [InlineData("status JOB", "state      \u001b[32msucceeded\u001b[0m\n")]
    [InlineData("worker list", "\u001b[32mready\u001b[0m")]
    public async Task States_are_coloured_on_a_terminal(string line, string state)
    {
        await SubmitAsync();
        Assert.Contains(state, (await cluster.RunAsync(isTerminal: true, await WordsAsync(line))).Out, StringComparison.Ordinal);
    }

    private static string Head(TypedCommand typed) => typed.Out.Split('\n')[0];

    private static string[] Columns(string head) => head.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Names(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Names(p.Value).Prepend(p.Name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Names),
        _ => [],
    };

    private async Task<string> SubmitAsync()
    {
        await cluster.PushAsync("formats");
        return (await cluster.RunAsync("submit", "formats", "--wait")).Out.Trim();
    }

    /// <summary>The words of a line, with what it names in place.</summary>
    private async Task<string[]> WordsAsync(string line)
    {
        await cluster.PushAsync("formats");
        var job = line.Contains("JOB", StringComparison.Ordinal) ? await SubmitAsync() : "";
        return [.. line.Split(' ').Select(w => w switch { "JOB" => job, "formats.wat" => cluster.Folder.At(w), _ => w })];
    }
}
