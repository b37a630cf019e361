using System.Runtime.InteropServices;
using MiniLambda.Workbench.Screens.Shell;
using Terminal.Gui.App;
using Terminal.Gui.Input;

namespace MiniLambda.Workbench.Screens;

/// <summary>Runs the workbench on the terminal of this process, and leaves that terminal as it was, however it ends.</summary>
public static class WorkbenchApp
{
    public static void Run(Desk desk)
    {
        Application.SetDefaultKeyBinding(Command.Quit, Bind.All(Key.Q.WithCtrl));
        using var app = Application.Create().Init();
        using var shell = new WorkbenchShell(desk);
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        desk.Feed.Published += snapshot => app.Invoke(() => shell.Show(snapshot));
        app.Run(shell, _ => true);

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            app.Invoke(() => app.RequestStop(shell));
        }
    }
}
