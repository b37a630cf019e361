using System.CommandLine;
using MiniLambda.Client.Events;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Commands.Functions;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Events;

/// <summary><c>events [--follow]</c></summary>
internal static class EventsCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var follow = new Option<bool>("--follow", "-f")
        {
            Description = "go on with what happens; begins with what happens from now on, or with the job's first event, unless --after says otherwise",
        };
        var after = Flags.Count("--after", "only events after this offset (0 = from the oldest that is kept); wide and json show the offsets");
        var job = new Option<string?>("--job") { Description = "only events of this job", HelpName = "id" };
        var function = new Option<string?>("--function") { Description = "only events of jobs of this function", HelpName = "name" };
        var worker = new Option<string?>("--worker") { Description = "only events of this worker, and of jobs whose newest attempt it got", HelpName = "name" };
        var format = new OutputFormat();
        var command = new Command("events", "What happened to jobs and workers, the oldest first") { follow, after, job, function, worker };
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var request = new WatchEventsRequest
            {
                Follow = parsed.GetValue(follow),
                AfterOffset = parsed.GetValue(after) ?? 0,
                OnlyNew = parsed.GetValue(follow) && parsed.GetValue(after) is null && parsed.GetValue(job) is null,
                Job = parsed.GetValue(job) ?? "",
                Function = parsed.GetValue(function) is { } name ? Name(name) : "",
                Worker = parsed.GetValue(worker) ?? "",
            };
            using var cluster = global.Connect(parsed, terminal);
            var lines = new EventLines(format.IsWide(parsed));
            var isEmpty = true;
            await foreach (var some in cluster.Events.FollowAsync(request, cancellationToken))
            {
                if (some.HasGap)
                    Notices.For(parsed, global, terminal).Tell(Gap(some.Offset));
                if (some.Events.Count == 0)
                    continue;
                isEmpty = false;
                // A write for each answer, not for each line: there may be a million.
                var text = format.IsJson(parsed) ? string.Concat(some.Events.Select(static e => OutputFormat.Format(e) + "\n")) : lines.Of(some.Events);
                await terminal.Out.WriteAsync(text.AsMemory(), cancellationToken);
            }

            if (isEmpty && !format.IsJson(parsed))
                await terminal.Out.WriteLineAsync("no events");
            return ExitCodes.Done;
        });
        return command;
    }

    private static string Gap(long offset) => offset == 0
        ? "the log never came to this offset: it is another one, and is shown from its oldest event on"
        : $"events up to offset {offset} are gone: they were kept for their time, and are not shown";

    private static string Name(string text) => FunctionNames.Parse(text, ExitCodes.Usage) is (var name, 0)
        ? name
        : throw new CommandException(ExitCodes.Usage, "--function takes a name without a version: events of all its versions are shown");
}
