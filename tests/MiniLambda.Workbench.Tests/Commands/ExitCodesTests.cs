using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Commands;
using Outcome = MiniLambda.Contracts.V1.Attempt.Types.Outcome;

namespace MiniLambda.Workbench.Tests.Commands;

public sealed class ExitCodesTests
{
    public static TheoryData<Outcome, int?, int> Endings => new()
    {
        { Outcome.Succeeded, 0, 0 },
        { Outcome.Exit, 3, 3 },
        { Outcome.Exit, 124, 124 },
        { Outcome.Exit, 255, 255 },
        { Outcome.Exit, 256, 1 },
        { Outcome.Exit, -65536, 1 },
        { Outcome.Exit, 257, 257 },
        { Outcome.Exit, -1, -1 },
        { Outcome.Timeout, null, 124 },
        { Outcome.BadModule, null, 125 },
        { Outcome.WorkerLost, null, 125 },
        { Outcome.WorkerFailed, null, 125 },
        { Outcome.HostDied, null, 125 },
        { Outcome.Expired, null, 1 },
        { Outcome.Trap, null, 134 },
        { Outcome.MemoryLimit, null, 137 },
        { Outcome.FuelLimit, null, 137 },
        { Outcome.OutputLimit, null, 137 },
        { Outcome.ScratchLimit, null, 137 },
        { Outcome.OpenFilesLimit, null, 137 },
        { Outcome.Cancelled, null, 1 },
        { Outcome.Unspecified, null, 1 },
    };

    [Theory]
    [MemberData(nameof(Endings))]
    public void How_a_guest_ended_is_the_exit_code(Outcome outcome, int? guest, int code)
    {
        Assert.Equal(code, ExitCodes.Of(outcome, guest));
        var job = new Job { Outcome = outcome };
        if (guest is { } own)
            job.ExitCode = own;
        Assert.Equal(code, ExitCodes.Of(job));
    }

    [Fact]
    public void Every_outcome_that_the_protocol_knows_is_in_the_table() =>
        Assert.Equal(Enum.GetValues<Outcome>().Order(), Endings.Select(row => (Outcome)row[0]).Distinct().Order());

    [Theory]
    [InlineData(StatusCode.Unauthenticated, "TOKEN_MISSING", 4, 4)]
    [InlineData(StatusCode.Unauthenticated, "TOKEN_WRONG", 4, 4)]
    [InlineData(StatusCode.PermissionDenied, "", 4, 4)]
    [InlineData(StatusCode.ResourceExhausted, "TOO_MANY_ATTEMPTS", 4, 4)]
    [InlineData(StatusCode.NotFound, "FUNCTION_NOT_FOUND", 125, 1)]
    [InlineData(StatusCode.InvalidArgument, "MODULE_INVALID", 125, 1)]
    [InlineData(StatusCode.InvalidArgument, "MANIFEST_INVALID", 125, 1)]
    [InlineData(StatusCode.InvalidArgument, "BLOB_TOO_LARGE", 125, 1)]
    [InlineData(StatusCode.NotFound, "JOB_NOT_FOUND", 1, 1)]
    [InlineData(StatusCode.Unavailable, "", 1, 1)]
    [InlineData(StatusCode.Internal, "STORE_FAILED", 1, 1)]
    [InlineData(StatusCode.ResourceExhausted, "DISK_FULL", 1, 1)]
    public void A_refusal_ends_a_command_with_its_code(StatusCode status, string reason, int whenItRunsGuests, int else_)
    {
        var refusal = new ApiException(status, reason, "because", new InvalidOperationException());
        Assert.Equal(whenItRunsGuests, ExitCodes.Of(refusal, runsGuest: true));
        Assert.Equal(else_, ExitCodes.Of(refusal, runsGuest: false));
    }
}
