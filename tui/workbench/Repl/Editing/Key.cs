namespace MiniLambda.Workbench.Repl.Editing;

/// <summary>What kind of key was pressed.</summary>
internal enum KeyKind
{
    /// <summary>Text that was typed.</summary>
    Text,

    /// <summary>Text that was pasted in one go; it may have line ends.</summary>
    Paste,

    /// <summary>A letter with Ctrl, in lower case.</summary>
    Ctrl,

    /// <summary>A letter with Alt, or after Escape, in lower case.</summary>
    Alt,

    Enter,
    Tab,
    BackTab,
    Backspace,
    Delete,
    Escape,
    Up,
    Down,
    Left,
    Right,
    WordLeft,
    WordRight,
    Home,
    End,

    /// <summary>A key that means nothing here.</summary>
    Other,
}

/// <summary>One key.</summary>
/// <param name="Text">What was typed or pasted; the letter that goes with Ctrl or Alt.</param>
internal readonly record struct Key(KeyKind Kind, string Text = "")
{
    public static Key Ctrl(char letter) => new(KeyKind.Ctrl, $"{letter}");

    public static Key Alt(char letter) => new(KeyKind.Alt, $"{letter}");

    public static Key Of(string text) => new(KeyKind.Text, text);
}
