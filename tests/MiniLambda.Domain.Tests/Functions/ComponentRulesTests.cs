using MiniLambda.Domain.Functions;

namespace MiniLambda.Domain.Tests.Functions;

public sealed class ComponentRulesTests
{
    private static readonly ModuleExport Run = new("wasi:cli/run@0.2.0", ExternKind.Instance);

    [Theory]
    [InlineData("wasi:cli/run@0.2.0")]
    [InlineData("wasi:cli/run@0.2.12")]
    public void A_preview_2_command_can_run(string run) => Assert.Empty(Problems([], [new ModuleExport(run, ExternKind.Instance)]));

    [Fact]
    public void A_component_that_is_no_command_is_told_with_what_it_exports()
    {
        Assert.Equal(["is a component without the export 'wasi:cli/run@0.2' and exports nothing"], Problems([], []));
        Assert.Equal(
            ["is a component without the export 'wasi:cli/run@0.2'; it exports 'wasi:http/incoming-handler@0.2.0', 'wasi:cli/run@0.3.0'"],
            Problems([], [new("wasi:http/incoming-handler@0.2.0", ExternKind.Instance), new("wasi:cli/run@0.3.0", ExternKind.Instance)]));
        Assert.Single(Problems([], [Run with { Kind = ExternKind.Function }]));
    }

    [Fact]
    public void A_component_takes_no_entry() => Assert.Equal(
        ["is a component, which is run by its 'wasi:cli/run' and takes no entry: 'add' cannot be called"], Problems([], [Run], "add"));

    [Theory]
    [InlineData("wasi:cli/stdout@0.2.0", ExternKind.Instance, null)]
    [InlineData("wasi:clocks/monotonic-clock@0.2.6", ExternKind.Instance, null)]
    [InlineData("wasi:filesystem/types@0.2.3", ExternKind.Instance, null)]
    [InlineData("wasi:io/poll@0.2.12", ExternKind.Instance, null)]
    [InlineData("wasi:random/insecure-seed@0.2.0", ExternKind.Instance, null)]
    [InlineData("wasi:sockets/tcp@0.2.0", ExternKind.Instance, null)]
    [InlineData("some-type", ExternKind.Type, null)]
    [InlineData("wasi:cli/stdout@0.3.0", ExternKind.Instance, "imports the instance 'wasi:cli/stdout@0.3.0', which nobody provides")]
    [InlineData("wasi:http/types@0.2.0", ExternKind.Instance, "imports the instance 'wasi:http/types@0.2.0', which nobody provides")]
    [InlineData("acme:wasi:cli/stdout@0.2.0", ExternKind.Instance, "imports the instance 'acme:wasi:cli/stdout@0.2.0', which nobody provides")]
    [InlineData("log", ExternKind.Function, "imports the function 'log', which nobody provides")]
    [InlineData("\u001b[2J", ExternKind.Instance, @"imports the instance '\x1b[2J', which nobody provides")]
    public void An_import_is_told_when_nobody_provides_it(string name, ExternKind kind, string? told) =>
        Assert.Equal(told is null ? [] : [told], Problems([new ModuleImport("", name, kind)], [Run]));

    private static IReadOnlyList<string> Problems(ModuleImport[] imports, ModuleExport[] exports, string entry = FunctionManifest.DefaultEntry) =>
        ModuleRules.Problems(new ModuleFacts(ModuleKind.Component, 8, imports, exports, []), entry);
}
