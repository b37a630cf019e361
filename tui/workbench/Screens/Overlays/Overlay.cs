using System.Drawing;
using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Screens.Panes;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.Drawing;
using Terminal.Gui.Input;
using Terminal.Gui.ViewBase;

namespace MiniLambda.Workbench.Screens.Overlays;

/// <summary>Something that stands before the panes and has all keys until it is closed; Esc closes it.</summary>
internal abstract class Overlay : View
{
    protected Overlay(ActiveTheme theme, string title)
    {
        Theme = theme;
        CanFocus = true;
        Title = title;
        BorderStyle = LineStyle.Rounded;
        SetScheme(theme.Current.Base);
    }

    /// <summary>Whether it takes the place of all panes.</summary>
    public bool IsFull { get; init; }

    /// <summary>It wants to be closed.</summary>
    public event Action? Closed;

    protected ActiveTheme Theme { get; }

    /// <summary>Where it stands on a screen of some size.</summary>
    public abstract Rectangle Place(Size screen);

    /// <summary>Takes a newer state of the cluster.</summary>
    public virtual void Show(Snapshot snapshot)
    {
    }

    /// <summary>Takes the keys.</summary>
    public virtual void Begin() => SetFocus();

    public void Close() => Closed?.Invoke();

    /// <summary>In the middle of the screen.</summary>
    protected static Rectangle Middle(Size screen, int width, int height)
    {
        var (w, h) = (Math.Min(width, screen.Width), Math.Min(height, screen.Height));
        return new Rectangle((screen.Width - w) / 2, (screen.Height - h) / 2, w, h);
    }

    /// <summary>What a key does here; whether it did something.</summary>
    protected abstract bool Press(string key);

    /// <inheritdoc/>
    protected override bool OnKeyDown(Key key)
    {
        var name = KeyNames.Of(key);
        if (Press(name))
            return true;
        if (name == "Esc")
            Close();
        // All keys end here, but for the one that leaves.
        return name != "^Q";
    }
}
