using System.Text;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using MiniLambda.Client;
using MiniLambda.Client.Blobs;
using MiniLambda.Client.Jobs;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Secrets;
using MiniLambda.Orchestrator.Maintenance;

namespace MiniLambda.Orchestrator.Tests.Secrets;

public sealed class SecretTests
{
    private const string Value = "sk_live_planted_4711";
    private const string Wanted = "\n[secrets]\nAPI_KEY = \"stripe-key\"\n";

    [Fact]
    public async Task A_function_gets_a_secret_as_environment_and_its_log_does_not_show_it()
    {
        await using var cluster = await TestCluster.StartAsync("attic");
        await SetAsync(cluster, Value);
        await cluster.PushAsync("pay", "tells_its_environment", Wanted);
        var answer = await cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "pay" });
        Assert.Equal($"API_KEY={Value}\0", answer.Result.ToStringUtf8());
        Assert.Equal("API_KEY=[secret API_KEY]\0", await LogAsync(cluster, answer.Job.Id));
    }

    [Fact]
    public async Task A_token_for_some_functions_does_nothing_with_secrets_and_grants_none_anew()
    {
        await using var cluster = await TestCluster.StartAsync();
        await SetAsync(cluster, Value);
        await cluster.PushAsync("img-a", Module(), Wanted);
        var token = await cluster.Connection.Access.CreateTokenAsync(new CreateTokenRequest { Role = Role.Operator, Functions = { "img-*" } });
        using var confined = new ClusterConnection(cluster.Url, token.Secret);
        await ApiAssert.RefusedAsync(StatusCode.PermissionDenied, "ROLE_FORBIDDEN", async () => await confined.Secrets.DeleteAsync(new DeleteSecretRequest { Name = "stripe-key" }));
        await ApiAssert.RefusedAsync(StatusCode.PermissionDenied, "ROLE_FORBIDDEN", async () => await confined.Secrets.ListAsync(new ListSecretsRequest()));
        await ApiAssert.RefusedAsync(
            StatusCode.PermissionDenied, "ROLE_FORBIDDEN", async () => await confined.Secrets.SetAsync(new SetSecretRequest { Name = "stripe-key", Value = "mine" }));

        var digest = await confined.Blobs.UploadAsync(new MemoryStream(Module()), default);
        await ApiAssert.RefusedAsync(StatusCode.PermissionDenied, "ROLE_FORBIDDEN", () => PushAsync("img-leak"));
        await PushAsync("img-a");

        async Task PushAsync(string name) => await confined.Functions.PushAsync(
            new PushFunctionRequest { Manifest = $"name = \"{name}\"\nmodule = \"x.wasm\"\n{Wanted}", ModuleDigest = digest });
    }

    [Fact]
    public async Task A_job_whose_secret_is_not_there_is_refused_and_the_push_warned_of_it()
    {
        await using var cluster = await TestCluster.StartAsync("attic");
        var pushed = await cluster.PushAsync("pay", Module(), Wanted);
        Assert.Contains("'stripe-key' is not there yet", Assert.Single(pushed.Warnings), StringComparison.Ordinal);
        var message = await ApiAssert.RefusedAsync(StatusCode.FailedPrecondition, "SECRET_NOT_FOUND", () => cluster.SubmitAsync("pay"));
        Assert.Equal(
            "function 'pay' names a secret that is not there, or cannot be opened: 'stripe-key'; set it with 'minilambda secret set stripe-key'", message);
        await SetAsync(cluster, Value);
        Assert.Empty((await cluster.PushAsync("pay", Module(), Wanted)).Warnings);
    }

    [Fact]
    public async Task A_job_whose_secret_vanished_while_it_waited_fails_for_good_and_says_why()
    {
        await using var cluster = await TestCluster.StartAsync();
        await SetAsync(cluster, Value);
        await cluster.PushAsync("pay", "tells_its_environment", Wanted + "\n[retry]\nattempts = 5\non = [\"worker_lost\", \"exit\", \"trap\"]\n");
        var job = await cluster.SubmitAsync("pay");
        await cluster.Connection.Secrets.DeleteAsync(new DeleteSecretRequest { Name = "stripe-key" });
        await cluster.AddWorkerAsync("attic");
        var ended = await cluster.WaitForOutcomeAsync(job.Id);
        Assert.Equal((Job.Types.State.Failed, 1, Attempt.Types.Outcome.BadModule), (ended.State, ended.Attempt, ended.Outcome));
        Assert.StartsWith("the secret 'stripe-key' of function 'pay' cannot be read any more", ended.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Jobs_that_start_later_get_the_new_value()
    {
        await using var cluster = await TestCluster.StartAsync("attic");
        await SetAsync(cluster, Value);
        await cluster.PushAsync("pay", "tells_its_environment", Wanted);
        await SetAsync(cluster, "another-value");
        Assert.Equal("API_KEY=another-value\0", (await cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "pay" })).Result.ToStringUtf8());
    }

    [Fact]
    public async Task The_list_tells_names_and_users_and_no_values()
    {
        await using var cluster = await TestCluster.StartAsync();
        await SetAsync(cluster, Value);
        await cluster.PushAsync("pay", "tells_its_environment", Wanted);
        var listed = await cluster.Connection.Secrets.ListAsync(new ListSecretsRequest());
        var secret = Assert.Single(listed.Secrets);
        Assert.Equal(("stripe-key", "default", "pay"), (secret.Name, secret.Tenant, Assert.Single(secret.Functions)));
        Assert.DoesNotContain(Value, listed.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Stripe", "v")]
    [InlineData("key", "")]
    [InlineData("key", "a\0b")]
    public async Task What_cannot_be_a_secret_is_refused(string name, string value)
    {
        await using var cluster = await TestCluster.StartAsync();
        await ApiAssert.RefusedAsync(
            StatusCode.InvalidArgument, "SECRET_INVALID", () => cluster.Connection.Secrets.SetAsync(new SetSecretRequest { Name = name, Value = value }).ResponseAsync);
    }

    [Fact]
    public async Task A_tenants_secrets_are_its_own()
    {
        await using var cluster = await TestCluster.StartAsync(static options => options.TenantTokens["photos"] = "photos-token");
        using var photos = new ClusterConnection(cluster.Url, "photos-token");
        await SetAsync(cluster, Value);
        Assert.Empty((await photos.Secrets.ListAsync(new ListSecretsRequest())).Secrets);
        await ApiAssert.RefusedAsync(
            StatusCode.NotFound, "SECRET_NOT_FOUND", () => photos.Secrets.DeleteAsync(new DeleteSecretRequest { Name = "stripe-key" }).ResponseAsync);
    }

    [Fact]
    public async Task Rows_that_were_swapped_in_the_store_do_not_open()
    {
        await using var cluster = await TestCluster.StartAsync("attic");
        await SetAsync(cluster, Value);
        await cluster.Connection.Secrets.SetAsync(new SetSecretRequest { Name = "other", Value = "harmless" });
        await cluster.PushAsync("pay", "tells_its_environment", "\n[secrets]\nAPI_KEY = \"other\"\n");
        var store = cluster.Part<ISecretStore>();
        var stolen = (await store.ListAsync(default)).Single(secret => secret.Name == "stripe-key");
        await store.ResealAsync([stolen with { Name = "other" }], default);
        await cluster.RestartOrchestratorAsync();
        await ApiAssert.RefusedAsync(StatusCode.FailedPrecondition, "SECRET_NOT_FOUND", () => cluster.SubmitAsync("pay"));
    }

    [Fact]
    public async Task A_new_key_opens_what_the_old_one_sealed_and_the_old_one_nothing_more()
    {
        await using var cluster = await TestCluster.StartAsync("attic");
        await SetAsync(cluster, Value);
        await cluster.PushAsync("pay", "tells_its_environment", Wanted);
        var key = Path.Combine(cluster.Store.Path, "secret.key");
        var old = await File.ReadAllTextAsync(key);
        await cluster.RestartOrchestratorAsync(() => Assert.Equal(0, Rotate(cluster)));
        Assert.NotEqual(old, await File.ReadAllTextAsync(key));
        Assert.Equal($"API_KEY={Value}\0", (await cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "pay" })).Result.ToStringUtf8());
        await cluster.RestartOrchestratorAsync(() => File.WriteAllText(key, old));
        await ApiAssert.RefusedAsync(StatusCode.FailedPrecondition, "SECRET_NOT_FOUND", () => cluster.SubmitAsync("pay"));
    }

    [Fact]
    public async Task A_restored_backup_without_the_key_tells_which_secrets_are_lost()
    {
        await using var cluster = await TestCluster.StartAsync();
        await SetAsync(cluster, Value);
        var folder = Directory.CreateTempSubdirectory("minilambda-");
        try
        {
            var (backup, restored) = (Path.Combine(folder.FullName, "backup.tar"), Path.Combine(folder.FullName, "restored"));
            Assert.Equal(0, await StoreMaintenance.BackupAsync(cluster.Store.Path, backup, TextWriter.Null, TextWriter.Null, default));
            using var error = new StringWriter();
            Assert.Equal(0, await StoreMaintenance.RestoreAsync(restored, backup, false, TextWriter.Null, error, NullLoggerFactory.Instance, default));
            Assert.Contains("secret default/stripe-key cannot be read", error.ToString(), StringComparison.Ordinal);
            Assert.Equal(-1, File.ReadAllBytes(backup).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Value)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_key_file_that_is_open_to_others_is_not_used()
    {
        if (OperatingSystem.IsWindows())
            return;
        await using var cluster = await TestCluster.StartAsync();
        await SetAsync(cluster, Value);
        var key = Path.Combine(cluster.Store.Path, "secret.key");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        var failure = await Assert.ThrowsAsync<IOException>(() => cluster.RestartOrchestratorAsync(() => SetMode(key, (UnixFileMode)0b110_100_100)));
        Assert.Contains("is open to others", failure.Message, StringComparison.Ordinal);
        SetMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await cluster.RestartOrchestratorAsync();
    }

    internal static async Task<string> LogAsync(TestCluster cluster, string job)
    {
        var log = new StringBuilder();
        await foreach (var piece in cluster.Connection.Jobs.LogsAsync(job, follow: true, default))
            log.Append(piece.Data.ToStringUtf8());
        return log.ToString();
    }

    private static byte[] Module() => Sandbox.ModuleBytes.Read(Path.Combine(AppContext.BaseDirectory, "fixtures", "tells_its_environment.wat"));

    private static async Task SetAsync(TestCluster cluster, string value) =>
        await cluster.Connection.Secrets.SetAsync(new SetSecretRequest { Name = "stripe-key", Value = value });

    private static int Rotate(TestCluster cluster) =>
        SecretMaintenance.RotateAsync(cluster.Store.Path, TextWriter.Null, TextWriter.Null, NullLoggerFactory.Instance, default).GetAwaiter().GetResult();

    private static void SetMode(string file, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, mode);
    }
}
