namespace MiniLambda.Workbench.Screens.Theming;

/// <summary>The theme in use, shared by all views of one workbench: they ask it whenever they draw. For the thread of the screen.</summary>
public sealed class ActiveTheme(Theme theme)
{
    public Theme Current { get; private set; } = theme;

    /// <summary>Raised after another theme was chosen, so that everything is drawn again.</summary>
    public event EventHandler? Changed;

    public void Choose(Theme theme)
    {
        if (theme == Current)
            return;
        Current = theme;
        Changed?.Invoke(this, EventArgs.Empty);
    }
}
