using MiniLambda.Domain.Functions;

namespace MiniLambda.Domain.Tests.Functions;

public sealed class ManifestSecretsTests
{
    [Fact]
    public void Secrets_are_read_and_written()
    {
        var manifest = ManifestToml.Read("name = \"f\"\n[secrets]\nAPI_KEY = \"stripe-key\"\n", "m.toml").Manifest!;
        Assert.Equal(new Dictionary<string, string> { ["API_KEY"] = "stripe-key" }, manifest.Secrets);
        Assert.Equal(manifest.Secrets, ManifestToml.Read(ManifestToml.Write(manifest), "m.toml").Manifest!.Secrets);
    }

    [Theory]
    [InlineData("[secrets]\nAPI_KEY = 3", "m.toml:3:11: 'secrets.API_KEY' must be a string, not an integer")]
    [InlineData("[secrets]\nAPI_KEY = \"Stripe\"", "m.toml:3:11: 'Stripe' is not a secret's name (lowercase letters, digits and '-', at most 63, beginning with a letter or digit)")]
    [InlineData(
        "[secrets]\n\"API KEY\" = \"k\"",
        "m.toml:3:13: 'API KEY' cannot hold a secret: a variable has letters, digits and '_', at most 128, and begins with no digit")]
    [InlineData("[env]\nA = \"1\"\n[secrets]\nA = \"k\"", "m.toml:5:5: 'A' is a secret and a plain variable too: it can be one of them")]
    [InlineData("secrets = \"k\"", "m.toml:2:11: 'secrets' must be a table, not \"k\"")]
    public void What_cannot_be_is_told_where_it_stands(string text, string error) =>
        Assert.Equal(error, Assert.Single(ManifestToml.Read($"name = \"f\"\n{text}\n", "m.toml").Errors).ToString());

    [Fact]
    public void A_jobs_own_environment_may_not_hide_a_secret()
    {
        var manifest = ManifestToml.Read("name = \"f\"\n[secrets]\nA = \"k\"\n", "m.toml").Manifest!;
        var overrides = new MiniLambda.Domain.Jobs.JobOverrides { Env = new Dictionary<string, string> { ["A"] = "mine" } };
        Assert.Equal(["'A' is a secret and a plain variable too: it can be one of them"], overrides.Problems(manifest));
    }
}
