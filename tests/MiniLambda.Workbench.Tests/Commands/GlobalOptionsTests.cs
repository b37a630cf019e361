using MiniLambda.Client.Contexts;
using MiniLambda.Workbench.Commands;

namespace MiniLambda.Workbench.Tests.Commands;

public sealed class GlobalOptionsTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly Dictionary<string, string> _variables = [];

    public GlobalOptionsTests() => _variables["XDG_CONFIG_HOME"] = _folder.FullName;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ps", "", "attic http://attic:1/ of-attic")]
    [InlineData("ps --context cellar", "", "cellar http://cellar:2/ of-cellar")]
    [InlineData("ps", "MINILAMBDA_SERVER=http://env:3", " http://env:3/ ")]
    [InlineData("ps", "MINILAMBDA_SERVER=http://attic:1", " http://attic:1/ of-attic")]
    [InlineData("ps", "MINILAMBDA_TOKEN=of-env", "attic http://attic:1/ of-env")]
    [InlineData("ps", "MINILAMBDA_SERVER=http://env:3 MINILAMBDA_TOKEN=of-env", " http://env:3/ of-env")]
    [InlineData("ps --server http://flag:4", "MINILAMBDA_SERVER=http://env:3 MINILAMBDA_TOKEN=of-env", " http://flag:4/ of-env")]
    [InlineData("ps --token of-flag", "MINILAMBDA_SERVER=http://env:3 MINILAMBDA_TOKEN=of-env", " http://env:3/ of-flag")]
    [InlineData("ps --server http://flag:4 --token of-flag", "", " http://flag:4/ of-flag")]
    [InlineData("ps --context cellar", "MINILAMBDA_SERVER=http://env:3 MINILAMBDA_TOKEN=of-env", "cellar http://cellar:2/ of-cellar")]
    [InlineData("ps --context cellar --token of-flag", "MINILAMBDA_TOKEN=of-env", "cellar http://cellar:2/ of-flag")]
    [InlineData("ps --server flag:4", "", " http://flag:4/ ")]
    [InlineData("ps --server flag:4 --context attic", "", " http://flag:4/ of-attic")]
    public void Flags_come_before_the_environment_and_that_before_the_context(string line, string environment, string expected)
    {
        KnowTwoClusters();
        Assert.Equal(expected, Target(line, environment));
    }

    [Theory]
    [InlineData("ps --server http://x:1 --token t --authority AUTHORITY")]
    [InlineData("ps --authority AUTHORITY")]
    public void Nobody_whose_authority_is_named_is_dialled_over_plain_text(string line)
    {
        KnowTwoClusters();
        var refusal = Assert.Throws<CommandException>(() => Target(line.Replace("AUTHORITY", new string('a', 64), StringComparison.Ordinal), ""));
        Assert.Equal(ExitCodes.Usage, refusal.ExitCode);
        Assert.Contains("over plain text there is no authority to compare", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_without_a_scheme_whose_authority_is_named_is_dialled_over_tls() =>
        Assert.Equal(" https://x:1/ t", Target($"ps --server x:1 --token t --authority {new string('a', 64)}", ""));

    [Theory]
    [InlineData("ps", "", false)]
    [InlineData("ps --sign", "", true)]
    [InlineData("ps", "MINILAMBDA_SIGN=1", true)]
    [InlineData("ps", "MINILAMBDA_SIGN=0", false)]
    [InlineData("ps --context attic", "MINILAMBDA_SIGN=1", false)]
    [InlineData("ps --context shed", "", true)]
    [InlineData("ps --server http://flag:4 --token t", "", false)]
    public void Calls_are_signed_when_flag_environment_or_context_say_so(string line, string environment, bool signs)
    {
        KnowTwoClusters();
        Assert.Equal(signs, Cluster(line, environment).Sign);
    }

    [Fact]
    public void A_token_of_which_a_part_is_missing_is_not_sent()
    {
        var token = MiniLambda.Trust.Tokens.TokenText.Create().Text;
        Assert.Equal($" http://x:1/ {token}", Target($"ps --server http://x:1 --token {token}", ""));
        Assert.Equal(
            "the token is not whole: a part of it is missing, or mistyped",
            Assert.Throws<CommandException>(() => Target($"ps --server http://x:1 --token {token[..^3]}", "")).Message);
    }

    [Fact]
    public void Without_a_token_nothing_is_signed() => Assert.Equal(
        (4, "no token to sign with: set MINILAMBDA_TOKEN or use --token"),
        Assert.Throws<CommandException>(() => Target("ps --server http://x:1 --sign", "")) is var refusal ? (refusal.ExitCode, refusal.Message) : default);

    [Theory]
    [InlineData("ps", "", "")]
    [InlineData("ps --tenant photos", "", "photos")]
    [InlineData("ps", "MINILAMBDA_TENANT=music", "music")]
    [InlineData("ps --tenant photos", "MINILAMBDA_TENANT=music", "photos")]
    [InlineData("--tenant photos function list", "", "photos")]
    public void The_tenant_is_that_of_the_flag_or_else_of_the_environment(string line, string environment, string expected)
    {
        KnowTwoClusters();
        Assert.Equal(expected, Cluster(line, environment).Tenant);
    }

    [Fact]
    public void What_is_no_tenants_name_is_refused_before_anything_is_asked()
    {
        KnowTwoClusters();
        var refusal = Assert.Throws<CommandException>(() => Cluster("ps --tenant ../photos", ""));
        Assert.Equal((ExitCodes.Usage, true), (refusal.ExitCode, refusal.Message.StartsWith("'../photos' is not a tenant's name (", StringComparison.Ordinal)));
    }

    [Fact]
    public void Contexts_are_not_read_when_nothing_of_them_is_wanted()
    {
        _folder.Write("minilambda/config.toml", "damaged [");
        Assert.Equal(" http://x:1/ t", Target("ps --server http://x:1 --token t", ""));
        Assert.Throws<FormatException>(() => Target("ps --server http://x:1", ""));
    }

    [Fact]
    public void Who_logged_in_somewhere_knows_its_authority_whatever_names_the_server_and_the_token()
    {
        using var key = System.Security.Cryptography.ECDsa.Create();
        using var certificate = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=barn", key, System.Security.Cryptography.HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        var authority = new MiniLambda.Trust.Authorities.PinnedAuthority(certificate.RawData);
        var file = ContextFile.Read(_folder.At("minilambda/config.toml"));
        file.Put(new ClusterContext("barn", new Uri("https://barn:7"), "of-barn") { Authority = authority });
        file.Save();
        Assert.Equal(authority.Fingerprint, Cluster("ps", "MINILAMBDA_SERVER=https://barn:7 MINILAMBDA_TOKEN=another").Trust.Authority?.Fingerprint);
        Assert.Null(Cluster("ps", "MINILAMBDA_SERVER=https://barn:8 MINILAMBDA_TOKEN=another").Trust.Authority);
    }

    [Theory]
    [InlineData("ps", "", "no cluster is known: start one with 'minilambda up', or name one with --server or MINILAMBDA_SERVER")]
    [InlineData("ps --context garage", "", "there is no context 'garage' in ")]
    [InlineData("ps --server http://x:99999", "", "'http://x:99999' is not a URL such as http://127.0.0.1:7070")]
    [InlineData("ps --server http://", "", "'http://' is not a URL such as http://127.0.0.1:7070")]
    [InlineData("ps --server x --token t\u00f6k", "", "the token holds a character that no token has")]
    [InlineData("ps", "MINILAMBDA_SERVER=ftp://x MINILAMBDA_TOKEN=t", "'ftp://x' is not a URL such as http://127.0.0.1:7070")]
    public void What_names_no_cluster_is_refused(string line, string environment, string problem) => Assert.StartsWith(
        problem, Assert.Throws<CommandException>(() => Target(line, environment)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_token_that_was_read_with_its_newline_is_taken_without()
    {
        _variables["MINILAMBDA_TOKEN"] = "of-file\n";
        Assert.Equal(" http://x:1/ of-file", Target("ps --server http://x:1", ""));
    }

    [Fact]
    public void A_context_in_use_that_is_gone_is_named()
    {
        _folder.Write("minilambda/config.toml", "current = 'garage'");
        Assert.StartsWith("there is no context 'garage' in ", Assert.Throws<CommandException>(() => Target("ps", "")).Message, StringComparison.Ordinal);
    }

    private string Target(string line, string environment)
    {
        var target = Cluster(line, environment);
        return $"{target.Context} {target.Server} {target.Token}";
    }

    private ClusterTarget Cluster(string line, string environment)
    {
        foreach (var pair in environment.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            _variables[pair.Split('=')[0]] = pair.Split('=')[1];
        var terminal = new CommandTerminal
        {
            Out = TextWriter.Null,
            Error = TextWriter.Null,
            OutStream = Stream.Null,
            ErrorStream = Stream.Null,
            OpenInput = () => Stream.Null,
            Variable = _variables.GetValueOrDefault,
        };
        var global = new GlobalOptions();
        return global.Target(CommandTree.Create(global, terminal).Parse(line.Split(' ')), terminal);
    }

    private void KnowTwoClusters()
    {
        var file = ContextFile.Read(_folder.At("minilambda/config.toml"));
        file.Put(new ClusterContext("shed", new Uri("http://shed:5"), "of-shed") { Sign = true });
        file.Put(new ClusterContext("cellar", new Uri("http://cellar:2"), "of-cellar"));
        file.Put(new ClusterContext("attic", new Uri("http://attic:1"), "of-attic"));
        file.Save();
    }
}
