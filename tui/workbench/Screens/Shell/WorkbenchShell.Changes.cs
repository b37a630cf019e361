using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Rendering;
using MiniLambda.Workbench.Screens.Overlays;
using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Screens.Shell;

public sealed partial class WorkbenchShell
{
    private IEnumerable<Act> ChangingActs() =>
    [
        new(["x"], Changing, "cancel the job, or those that are marked", Cancel) { Hint = "cancel", Changes = true, IsThere = () => MeantJobs().Any(IsOpenJob) },
        new(["r"], Changing, "run the job again, or those that are marked", Retry) { Hint = "retry", Changes = true, IsThere = () => MeantJobs().Any(CanRetry) },
        new(["R"], Changing, "redrive dead letters: the job, or the marked", Redrive) { Changes = true, IsThere = () => MeantJobs().Any(j => j.DeadLettered) },
        new(["d"], Changing, "drain the node: finish its jobs, take none new", Drain)
        {
            Hint = "drain", Changes = true, IsThere = () => MeantNode() is { DrainedAt: null },
        },
        new(["u"], Changing, "resume the node", Resume) { Hint = "resume", Changes = true, IsThere = () => MeantNode() is { DrainedAt: not null } },
        new(["p"], Changing, "push a function from a file", OpenPush) { Hint = "push", Changes = true, IsThere = () => _front == PaneName.Functions },
        new(["e"], Changing, "edit the manifest; saving makes a new version", OpenEditor) { Hint = "edit", Changes = true, IsThere = () => EditedFunction() is not null },
        new(["E"], Changing, "edit the manifest with $EDITOR", OpenOutside) { Changes = true, IsThere = () => EditedFunction() is not null && _desk.EditOutside is not null },
        new(["D"], Changing, "delete the function, or the version", Delete) { Changes = true, IsThere = () => MeantFunction() is not null },
    ];

    private static bool IsOpenJob(Job job) => job.FinishedAt is null;

    private static bool CanRetry(Job job) => job.FinishedAt is not null && job.State != Job.Types.State.Succeeded;

    private static string Plural(int count, string one) => count == 1 ? $"1 {one}" : $"{count} {one}s";

    /// <summary>The jobs that an action is about: those that are marked, or the current one.</summary>
    private List<Job> MeantJobs()
    {
        if (_front is not (PaneName.Jobs or PaneName.Details))
            return [];
        if (_front == PaneName.Details)
            return _details.Subject is JobSubject && _snapshot.Detail is { Subject: JobSubject shown, Job: { } job } && shown == _details.Subject ? [job] : [];
        var marked = _snapshot.Jobs.Jobs.Where(j => _jobs.Marks.Contains(j.Id)).ToList();
        return marked.Count > 0 ? marked : [.. _snapshot.Jobs.Jobs.Where(j => j.Id == _jobs.CursorKey)];
    }

    private WorkerInfo? MeantNode() =>
        (_front == PaneName.Nodes || _front == PaneName.Details) && _details.Subject is NodeSubject node ? _snapshot.Workers.FirstOrDefault(w => w.Name == node.Name) : null;

    private FunctionSubject? MeantFunction() =>
        _front == PaneName.Functions || _front == PaneName.Details ? _details.Subject as FunctionSubject : null;

    private void Cancel() => ChangeJobs("cancel", "cancelled", [.. MeantJobs().Where(IsOpenJob)], isAsked: true);

    private void Retry() => ChangeJobs("job retry", "queued again", [.. MeantJobs().Where(CanRetry)], isAsked: false);

    private void Redrive() => ChangeJobs("deadletter redrive", "redriven", [.. MeantJobs().Where(j => j.DeadLettered)], isAsked: false);

    private void ChangeJobs(string command, string done, List<Job> jobs, bool isAsked)
    {
        if (jobs.Count == 0)
            return;
        void Go() => Run([.. command.Split(' '), .. jobs.Select(j => j.Id)], _ =>
        {
            _jobs.Marks.Clear();
            Say($"{(jobs.Count == 1 ? jobs[0].Id : Plural(jobs.Count, "job"))} {done}", ThemeRole.Succeeded);
        });
        // One is asked for too when it is cancelled: what it did so far is lost.
        if (isAsked || jobs.Count > 1)
            Open(new AskOverlay(_desk.Theme, $"{Capital(command.Split(' ')[^1])} {Plural(jobs.Count, "job")}?", [.. jobs.Select(j => $"{j.Id} {JobTables.Function(j)} {JobTables.State(j)}")], Go));
        else
            Go();
    }

    private void Drain()
    {
        if (MeantNode() is not { } node)
            return;
        Open(new AskOverlay(
            _desk.Theme, "Drain the node?", [$"{node.Name}: holds {Plural(node.HeldJobs, "job")}, finishes them, and takes nothing new"],
            () => Run(["worker", "drain", node.Name], _ => Say($"{node.Name} is drained: u lets it take jobs again", ThemeRole.Succeeded))));
    }

    private void Resume()
    {
        if (MeantNode() is { } node)
            Run(["worker", "resume", node.Name], _ => Say($"{node.Name} takes jobs again", ThemeRole.Succeeded));
    }

    private void Delete()
    {
        if (MeantFunction() is not { } function)
            return;
        var isVersion = _front == PaneName.Functions ? CurrentFunction is { IsVersion: true } : true;
        var name = isVersion && function.Version > 0 ? $"{function.Name}@{function.Version}" : function.Name;
        Open(new AskOverlay(
            _desk.Theme, "Delete for good?", [isVersion ? name : $"{name}, with all its versions", "(jobs that were accepted still run)"],
            () => Run(["function", "delete", name], _ => Say($"{name} is deleted", ThemeRole.Succeeded))));
    }

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    /// <summary>Runs a command, shows it, and tells what went wrong if something did.</summary>
    /// <param name="done">Told when it went well.</param>
    /// <param name="pipe">What gives it its input in a shell.</param>
    private void Run(string[] args, Action<CommandOutcome> done, byte[]? input = null, string pipe = "")
    {
        var text = pipe + Shown(args);
        _command = text;
        Say("…");
        _ = RunThenAsync();

        async Task RunThenAsync()
        {
            CommandOutcome outcome;
            try
            {
                outcome = await _desk.Run(args, input, null, _desk.Stopping).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                outcome = new CommandOutcome(1, "", $"error: {e.Message}");
            }

            App?.Invoke(() =>
            {
                _desk.Feed.Refresh();
                if (outcome.ExitCode == 0)
                    done(outcome);
                else
                    Fail(outcome);
                _command = text;
                SetNeedsDraw();
            });
        }
    }

    private void Fail(CommandOutcome outcome)
    {
        var lines = outcome.Error.TrimEnd().Split('\n');
        var first = lines[0].Length > 0 ? lines[0] : $"it ended with code {outcome.ExitCode}";
        Say(first, ThemeRole.Failed);
        if (lines.Length > 1)
            Open(new TextOverlay(_desk.Theme, "It did not work", [.. lines.Select(line => ScreenLine.Of($" {line}", ThemeRole.Failed))]));
    }
}
