using MiniLambda.Workbench.Repl.Prompting;

namespace MiniLambda.Workbench.Tests.Repl.Prompting;

public sealed class KeptLineTests
{
    [Theory]
    [InlineData("job list", "job list")]
    [InlineData("job list --token s3cret", "job list")]
    [InlineData("job list --token s3cret -o json", "job list -o json")]
    [InlineData("job list --token=s3cret -o json", "job list -o json")]
    [InlineData("job list --token:s3cret", "job list")]
    [InlineData("--token 's3 cret' job list", " job list")]
    [InlineData("job list '--token' \"s3cret\"", "job list")]
    [InlineData("job list --tok\\en s3cret", "job list")]
    [InlineData("job list --tokne s3cret", "job list")]
    [InlineData("job list --TOKEN s3cret", "job list")]
    [InlineData("job list --token", "job list")]
    [InlineData("invoke f -- --token is-the-functions", "invoke f -- --token is-the-functions")]
    [InlineData("submit f --token s \\\n --wait", "submit f \\\n --wait")]
    [InlineData("token list", "token list")]
    [InlineData("job list --token 's3cret", null)]
    [InlineData("job list --token s3cret | less", null)]
    [InlineData("let token = 's3cret'", null)]
    [InlineData("let mySecret=\"x\"", null)]
    [InlineData(" job list", null)]
    [InlineData("   ", null)]
    public void A_token_is_never_kept(string line, string? kept) => Assert.Equal(kept, KeptLine.Of(line));
}
