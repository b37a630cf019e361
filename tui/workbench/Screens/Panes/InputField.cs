using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.Input;
using Terminal.Gui.Views;

namespace MiniLambda.Workbench.Screens.Panes;

/// <summary>A line of input whose owner sees keys before it does.</summary>
internal sealed class InputField : TextField
{
    public InputField(ActiveTheme theme)
    {
        SetScheme(theme.Current.Base);
        KeyBindings.Remove(Key.Esc);
    }

    /// <summary>What a key does instead; whether it did something.</summary>
    public Func<string, bool>? Pressed { get; init; }

    /// <summary>Takes another text, with the cursor at its end.</summary>
    public void Set(string text)
    {
        Text = text;
        InsertionPoint = text.Length;
    }

    /// <inheritdoc/>
    protected override bool OnKeyDown(Key key) => Pressed?.Invoke(KeyNames.Of(key)) == true || base.OnKeyDown(key);
}
