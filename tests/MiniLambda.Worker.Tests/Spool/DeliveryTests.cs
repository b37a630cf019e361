using System.Security.Cryptography;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Jobs;
using MiniLambda.Worker.Spool;

namespace MiniLambda.Worker.Tests.Spool;

/// <summary>A worker that finds outcomes of an earlier process in its folder.</summary>
public sealed class DeliveryTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly JobId Id = new JobIdGenerator(TimeProvider.System, new Random(1)).Next();

    private ScriptedOrchestrator _orchestrator = null!;

    private TemporaryFolder Folder { get; } = new();

    private string SpoolFolder => Folder.At("spool");

    public async Task InitializeAsync() => _orchestrator = await ScriptedOrchestrator.StartAsync();

    public async Task DisposeAsync()
    {
        await _orchestrator.DisposeAsync();
        Folder.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_outcome_is_named_delivered_and_forgotten_once_it_was_decided_on(bool accepted)
    {
        Keep();
        _orchestrator.Sessions.Parts.Add(async (stream, context) =>
        {
            await stream.WriteAsync(new OrchestratorMessage { Welcome = SessionScript.Welcome });
            var completed = (await NextEndingAsync(context.CancellationToken)).Completed;
            await stream.WriteAsync(new OrchestratorMessage
            {
                Ack = new CompletionAck { JobId = completed.JobId, Attempt = completed.Attempt, Accepted = accepted },
            });
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        await using (await StartAsync())
        {
            Assert.True(_orchestrator.Sessions.Hellos.TryPeek(out var hello));
            Assert.Equal([(Id.Value, 2)], hello.Held.Select(held => (held.JobId, held.Attempt)));
        }

        Assert.Empty(Directory.GetFiles(SpoolFolder));
    }

    [Fact]
    public async Task An_outcome_that_is_not_this_workers_any_more_is_forgotten()
    {
        Keep();
        var welcome = SessionScript.Welcome;
        welcome.Lost.Add(new Contracts.V1.HeldLease { JobId = Id.Value, Attempt = 2 });
        _orchestrator.Sessions.Parts.Add(async (stream, context) =>
        {
            await stream.WriteAsync(new OrchestratorMessage { Welcome = welcome });
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        await (await StartAsync()).DisposeAsync();
        Assert.Empty(Directory.GetFiles(SpoolFolder));
    }

    [Fact]
    public async Task An_outcome_that_nobody_decided_on_stays_for_the_next_process()
    {
        Keep();
        _orchestrator.Sessions.Parts.Add(SessionScript.KeepAsync);
        await (await StartAsync()).DisposeAsync();
        Assert.Single(Directory.GetFiles(SpoolFolder));
        await (await StartAsync()).DisposeAsync();
        Assert.Equal([1, 1], _orchestrator.Sessions.Hellos.Select(hello => hello.Held.Count));
    }

    [Fact]
    public async Task A_large_result_is_uploaded_before_its_outcome_is_told()
    {
        var file = Folder.At("result");
        await File.WriteAllTextAsync(file, "large");
        var ending = Ending();
        (ending.Completed.ResultDigest, ending.Completed.ResultSize) = (Convert.ToHexStringLower(SHA256.HashData("large"u8)), 5);
        Assert.NotNull(Spool().TryKeepWithResult(Id, 2, ending, file));
        _orchestrator.Blobs.AcceptUploads = true;
        _orchestrator.Sessions.Parts.Add(SessionScript.KeepAsync);
        await using var worker = await StartAsync();
        using var patience = new CancellationTokenSource(Patience);
        Assert.Equal(ending, await NextEndingAsync(patience.Token));
        Assert.Equal("large"u8.ToArray(), _orchestrator.Blobs.Content);
    }

    private async Task<WorkerMessage> NextEndingAsync(CancellationToken cancellationToken)
    {
        await foreach (var message in _orchestrator.Sessions.Received.Reader.ReadAllAsync(cancellationToken))
        {
            if (message.Completed is not null)
                return message;
        }

        throw new InvalidOperationException("the sessions ended");
    }

    private OutcomeSpool Spool() => new(SpoolFolder, 1 << 20, NullLogger<OutcomeSpool>.Instance);

    private void Keep() => Assert.True(Spool().TryKeep(Id, 2, Ending()));

    private static WorkerMessage Ending() => new()
    {
        Completed = new AttemptCompleted { JobId = Id.Value, Attempt = 2, Outcome = Attempt.Types.Outcome.Succeeded, Result = ByteString.CopyFromUtf8("out"), ResultSize = 3 },
    };

    private async Task<WorkerHost> StartAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await WorkerHost.StartAsync(new WorkerOptions { Server = _orchestrator.Url, Name = "w", Slots = 1, Data = Folder.FullName }, patience.Token);
    }
}
