using System.Runtime.InteropServices;
using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Screens.Shell;
using Terminal.Gui.App;
using Terminal.Gui.Input;

namespace MiniLambda.Workbench.Screens;

/// <summary>Runs the workbench on the terminal of this process, and leaves that terminal as it was, however it ends.</summary>
public static class WorkbenchApp
{
    /// <summary>Failures of drawing or of a key, each soon after the one before, after which going on makes no sense.</summary>
    private const int MaxFailures = 20;

    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    /// <summary>What a shell sees of a program that SIGHUP ended (128 + 1).</summary>
    private const int HungUp = 129;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    /// <exception cref="InvalidOperationException">The screen failed over and over; the terminal is as it was.</exception>
    public static void Run(Desk desk)
    {
        Application.SetDefaultKeyBinding(Command.Quit, Bind.All(Key.Q.WithCtrl));
        OutsideEdit? edit = null;
        string? edited = null;
        var before = SynchronizationContext.Current;
        do
        {
            var errand = RunOnce(desk, edit, edited);
            // The library leaves its own behind, which runs nothing any more: whoever waits here afterwards would wait for ever.
            SynchronizationContext.SetSynchronizationContext(before);
            (edit, edited) = (errand, errand is null ? null : desk.EditOutside?.Invoke(errand.Function.Manifest));
        }
        while (edit is not null);
    }

    private static OutsideEdit? RunOnce(Desk desk, OutsideEdit? edit, string? edited)
    {
        // Whatever was on a screen before is not on this one yet.
        desk.Feed.Want(Wish.Nothing);
        using var app = Application.Create().Init();
        using var shell = new WorkbenchShell(desk);
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Stop);
        using var watch = desk.Clock.CreateTimer(_ => Look(), null, LookEvery, LookEvery);
        using var interrupt = desk.Stopping.Register(() => Invoke(() => app.RequestStop(shell)));
        var failures = new List<Exception>();
        var failedAt = desk.Clock.GetTimestamp();
        var isTold = false;
        desk.Feed.Published += Show;
        try
        {
            if (edit is not null)
                app.Invoke(() => shell.GoOn(edit, edited));
            app.Run(shell, failure =>
            {
                if (desk.Clock.GetElapsedTime(failedAt) > Soon)
                    failures.Clear();
                failedAt = desk.Clock.GetTimestamp();
                failures.Add(failure);
                shell.Tell(failure);
                return failures.Count < MaxFailures;
            });
        }
        finally
        {
            desk.Feed.Published -= Show;
        }

        if (failures.Count >= MaxFailures)
            throw new InvalidOperationException(failures[0].Message, failures[0]);
        return shell.Errand;

        // One that waits to be drawn is enough: a screen that is slow must not fall behind.
        void Show(Snapshot snapshot)
        {
            if (Interlocked.Exchange(ref isTold, true))
                return;
            Invoke(() =>
            {
                Volatile.Write(ref isTold, false);
                shell.Show(desk.Feed.Current);
            });
        }

        void Invoke(Action action)
        {
            try
            {
                app.Invoke(action);
            }
            catch (NotInitializedException)
            {
                // It has just ended.
            }
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            Invoke(() => app.RequestStop(shell));
            if (signal.Signal == PosixSignal.SIGHUP)
                Look();
        }

        // A terminal that went away (its window was closed, ssh dropped) answers nothing any more: the library would ask it for ever.
        void Look()
        {
            if (!TerminalDevice.IsThere())
                Environment.Exit(HungUp);
        }
    }
}
