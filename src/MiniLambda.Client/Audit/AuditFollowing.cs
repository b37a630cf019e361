using System.Runtime.CompilerServices;
using MiniLambda.Client.Streams;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Client.Audit;

/// <summary>The audit log as a stream that goes on after a broken connection where it was.</summary>
public static class AuditFollowing
{
    /// <param name="last">Only the last so many of those that stand now; 0 = all.</param>
    /// <param name="follow">Go on with what is written later.</param>
    /// <exception cref="ApiException">The request was refused, or the orchestrator stayed away for too long.</exception>
    public static async IAsyncEnumerable<AuditEntry> FollowAsync(
        this AuditService.AuditServiceClient audit, int last, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var place = new ReadAuditRequest { Last = last, Follow = follow };
        await foreach (var entry in ResumedStream.ReadAsync(() => audit.Read(place, cancellationToken: cancellationToken), cancellationToken))
        {
            (place.After, place.Last) = (entry.Number, 0);
            yield return entry;
        }
    }
}
