using MiniLambda.Domain.Functions;
using MiniLambda.Workbench.Commands;
using MiniLambda.Workbench.Commands.Functions;

namespace MiniLambda.Workbench.Tests.Commands.Functions;

public sealed class PulledManifestTests
{
    [Theory]
    [InlineData("f.wasm")]
    [InlineData("target/release/f.wasm")]
    [InlineData("with space.bin")]
    public void A_manifest_whose_module_lies_within_its_folder_stays_as_it_was_pushed(string module)
    {
        var manifest = $"# mine\nname = \"f\"\nmodule = \"{module}\"\n";
        Assert.Equal((manifest, module), PulledManifest.Of(manifest, "f"));
    }

    [Theory]
    [InlineData("../f.wasm")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../f.wasm")]
    [InlineData("a//f.wasm")]
    [InlineData("..")]
    [InlineData(@"..\\f.wasm")]
    [InlineData("f.wat")]
    [InlineData("minilambda.toml")]
    [InlineData(@"f\n.wasm")]
    public void A_module_that_would_be_written_elsewhere_or_as_what_it_is_not_gets_the_functions_name(string module)
    {
        var manifest = $"name = \"f\"\r\n  module=\"{module}\"\r\n[env]\r\nmodule = \"kept\"\r\n";
        Assert.Equal(("name = \"f\"\r\nmodule = \"f.wasm\"\r\n[env]\r\nmodule = \"kept\"\r\n", "f.wasm"), PulledManifest.Of(manifest, "f"));
    }

    [Fact]
    public void A_manifest_without_a_module_gets_one_before_its_tables()
    {
        var (manifest, module) = PulledManifest.Of("name = \"f\"\n[env]\nmodule = \"kept\"\n", "f");
        Assert.Equal("f.wasm", module);
        var read = ManifestToml.Read(manifest, "").Manifest!;
        Assert.Equal(("f.wasm", "kept"), (read.Module, read.Env["module"]));
    }

    [Fact]
    public void A_module_that_cannot_be_renamed_is_not_written_anywhere()
    {
        var manifest = "name = \"f\"\nmodule = '''\n../f.wasm'''\n";
        Assert.Equal(1, Assert.Throws<CommandException>(() => PulledManifest.Of(manifest, "f")).ExitCode);
    }

    [Fact]
    public void A_manifest_of_another_version_is_refused() =>
        Assert.Throws<CommandException>(() => PulledManifest.Of("name = \"f\"\nfrom_the_future = 1\n", "f"));
}
