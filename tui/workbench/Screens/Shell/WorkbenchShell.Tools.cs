using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Rendering;
using MiniLambda.Workbench.Screens.Overlays;
using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Screens.Shell;

public sealed partial class WorkbenchShell
{
    private string _lastFolder = Environment.CurrentDirectory;
    private string _awaitedJob = "";

    /// <summary>A file that is there, and that a second Enter overwrites.</summary>
    private string _standing = "";

    /// <summary>What is to be done with the screen out of the way, before it comes back; null when there is nothing.</summary>
    internal OutsideEdit? Errand { get; private set; }

    /// <summary>Goes on with what another editor made of a manifest.</summary>
    internal void GoOn(OutsideEdit edit, string? text)
    {
        if (text is null || text == edit.Function.Manifest)
            Say(text is null ? "the editor ($VISUAL, $EDITOR) could not be started, or failed: nothing changed" : "nothing changed");
        else
            Edit(edit.Function, text);
    }

    private void OpenPalette() => Open(new PaletteOverlay(_desk.Theme, _desk.History, _desk.Complete, async (words, printed, stop) =>
    {
        if (_desk.IsReadOnly && !ReadingCommands.Includes(words))
            return new CommandOutcome(1, "", "this workbench only looks (--readonly)");
        try
        {
            var outcome = await _desk.Run(words, null, printed, stop).ConfigureAwait(false);
            _desk.Feed.Refresh();
            return outcome;
        }
        catch (Exception e)
        {
            return new CommandOutcome(1, "", $"error: {e.Message}");
        }
    }));

    private void OpenOverview() => Open(new OverviewOverlay(_desk.Theme, _desk.Glyphs));

    private void OpenLaunch()
    {
        var function = _details.Subject switch
        {
            FunctionSubject shown when _front != PaneName.Jobs => _front == PaneName.Functions && CurrentFunction is { IsVersion: true } row ? row.Key : shown.Name,
            _ when _snapshot.Detail is { Job: { } job } => job.Function,
            _ => _snapshot.Functions.Count > 0 ? _snapshot.Functions[0].Name : "",
        };
        Open(new LaunchOverlay(_desk.Theme, function, ShownLaunch, Launch));
    }

    private string ShownLaunch(LaunchSpec spec) => spec.Pipe() + Shown([.. spec.ToArgs()]);

    private void Launch(LaunchSpec spec) => Run(
        [.. spec.ToArgs()],
        outcome =>
        {
            var id = outcome.Out.Trim().Split('\n')[0];
            Say($"{id} is launched", ThemeRole.Succeeded);
            _awaitedJob = id;
            _query = JobQuery.All;
            _details.Turn(new JobSubject(id));
            _details.Turn(DetailTab.Logs);
            Front(PaneName.Details);
        },
        spec.Input(),
        spec.Pipe());

    private void OpenPush() => Open(new FileOverlay(_desk.Theme, _lastFolder, path =>
    {
        _lastFolder = Path.GetDirectoryName(path) ?? _lastFolder;
        Run(["function", "push", path], outcome => Say($"pushed {outcome.Out.Trim()}", ThemeRole.Succeeded));
    }));

    /// <summary>The function whose manifest can be edited: its details are here.</summary>
    private Function? EditedFunction() => _snapshot.Detail switch
    {
        { Subject: FunctionSubject, Function: { } function } when _snapshot.Detail.Subject == _details.Subject => function,
        { Subject: JobSubject, Function: { } function } when _front == PaneName.Details && _details.Tab == DetailTab.Manifest => function,
        _ => null,
    };

    private void OpenEditor()
    {
        if (EditedFunction() is { } function)
            Edit(function, function.Manifest);
    }

    private void Edit(Function function, string text) =>
        Open(new EditorOverlay(_desk.Theme, $"{function.Name}@{function.Version}", function.Manifest, text, Copy, manifest => PushEdited(function, manifest)));

    private void PushEdited(Function function, string manifest)
    {
        Say("…");
        _ = PushThenAsync();

        async Task PushThenAsync()
        {
            string said;
            var role = ThemeRole.Succeeded;
            try
            {
                var version = await _desk.PushManifest(manifest, function.ModuleDigest, _desk.Stopping).ConfigureAwait(false);
                said = $"{function.Name}@{version} is made";
            }
            catch (Exception e)
            {
                (said, role) = ($"not pushed: {e.Message}", ThemeRole.Failed);
            }

            App?.Invoke(() =>
            {
                _desk.Feed.Refresh();
                Say(said, role);
                if (role == ThemeRole.Failed)
                    Edit(function, manifest);
            });
        }
    }

    private void OpenOutside()
    {
        if (EditedFunction() is not { } function)
            return;
        Errand = new OutsideEdit(function);
        App?.RequestStop(this);
    }

    private bool CanSave() => _details.Subject is JobSubject && _details.Tab is DetailTab.Logs or DetailTab.Result;

    private void OpenSave()
    {
        if (_details.Subject is not JobSubject job)
            return;
        _standing = "";
        var isLog = _details.Tab == DetailTab.Logs;
        Open(new LineOverlay(
            _desk.Theme, isLog ? "save the log to" : "save the result to", Path.Combine(_lastFolder, $"{job.Id}.{(isLog ? "log" : "out")}"),
            "a file; Enter saves, Esc gives up", static _ => "", path => Save(job.Id, path.Trim(), isLog)));
    }

    private string Save(string id, string path, bool isLog)
    {
        if (path.Length == 0)
            return "which file?";
        if (File.Exists(path) && path != _standing)
        {
            _standing = path;
            return $"'{path}' is there already: Enter once more overwrites it";
        }

        if (!isLog)
        {
            Run(["result", id, "-o", path], _ => Say($"saved to {path}", ThemeRole.Succeeded));
            return "";
        }

        try
        {
            _details.SaveLog(path);
            Say($"saved to {path}", ThemeRole.Succeeded);
            return "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}

/// <summary>A manifest that is to be edited with the screen out of the way.</summary>
internal sealed record OutsideEdit(Function Function);
