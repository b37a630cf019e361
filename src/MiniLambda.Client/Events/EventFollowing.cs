using System.Runtime.CompilerServices;
using MiniLambda.Client.Streams;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Client.Events;

/// <summary>Some events of the log.</summary>
/// <param name="Events">In order; none when only the offset has gone on, past events that were not asked for.</param>
/// <param name="Offset">What to resume after.</param>
/// <param name="HasGap">Events before this offset were removed before they could be told: what is known from events is not whole any more.</param>
public readonly record struct FollowedEvents(IReadOnlyList<Event> Events, long Offset, bool HasGap = false);

/// <summary>The event log as a stream that goes on after a broken connection where it was.</summary>
public static class EventFollowing
{
    /// <summary>
    /// The events that a request asks for. When some were removed meanwhile, that is told, and it goes on with the oldest that is kept; so it does when
    /// the log is another one than before.
    /// </summary>
    /// <exception cref="ApiException">The request was refused, or the orchestrator stayed away for too long: it may be resumed after the last offset.</exception>
    public static async IAsyncEnumerable<FollowedEvents> FollowAsync(
        this EventService.EventServiceClient events, WatchEventsRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var place = request.Clone();
        while (true)
        {
            await using var answers = ResumedStream.ReadAsync(() => events.Watch(place, cancellationToken: cancellationToken), cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            long? gap = null;
            while (gap is null)
            {
                try
                {
                    if (!await answers.MoveNextAsync())
                        yield break;
                }
                catch (ApiException e) when (e.Reason == "EVENTS_TRIMMED" && e.Offset is { } offset && offset != place.AfterOffset)
                {
                    gap = offset;
                    continue;
                }

                (place.AfterOffset, place.OnlyNew) = (answers.Current.Offset, false);
                yield return new FollowedEvents(answers.Current.Events, place.AfterOffset);
            }

            (place.AfterOffset, place.OnlyNew) = (gap.Value, false);
            yield return new FollowedEvents([], gap.Value, HasGap: true);
        }
    }
}
