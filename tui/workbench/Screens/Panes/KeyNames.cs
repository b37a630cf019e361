using System.Text;
using Terminal.Gui.Drivers;
using Terminal.Gui.Input;

namespace MiniLambda.Workbench.Screens.Panes;

/// <summary>Keys by the names that help shows: <c>j</c>, <c>G</c>, <c>^Q</c>, <c>Enter</c>, <c>PgUp</c>.</summary>
public static class KeyNames
{
    private static readonly Dictionary<KeyCode, string> Special = new()
    {
        [KeyCode.Enter] = "Enter",
        [KeyCode.Esc] = "Esc",
        [KeyCode.Tab] = "Tab",
        [KeyCode.Space] = "Space",
        [KeyCode.Backspace] = "Backspace",
        [KeyCode.Delete] = "Delete",
        [KeyCode.CursorUp] = "Up",
        [KeyCode.CursorDown] = "Down",
        [KeyCode.CursorLeft] = "Left",
        [KeyCode.CursorRight] = "Right",
        [KeyCode.PageUp] = "PgUp",
        [KeyCode.PageDown] = "PgDn",
        [KeyCode.Home] = "Home",
        [KeyCode.End] = "End",
        [KeyCode.F1] = "F1",
        [KeyCode.F5] = "F5",
    };

    public static string Of(Key key)
    {
        var bare = key.NoCtrl.NoAlt.NoShift.KeyCode;
        var prefix = (key.IsCtrl ? "^" : "") + (key.IsAlt ? "M-" : "");
        if (Special.TryGetValue(bare, out var name))
            return (key.IsShift ? "S-" : "") + prefix + name;
        if (prefix.Length > 0)
            return prefix + ((char)bare).ToString().ToUpperInvariant();
        return key.AsRune is { Value: > 0 } rune && !Rune.IsControl(rune) ? rune.ToString() : "";
    }
}
