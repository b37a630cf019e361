using Terminal.Gui.Drivers;
using Terminal.Gui.Input;

namespace MiniLambda.Workbench.Screens.Lines;

/// <summary>A question in the status row of a view, answered with one short text.</summary>
/// <param name="label">What stands before the answer, such as <c>/</c>.</param>
/// <param name="accept">Gets the answer after Enter.</param>
public sealed class StatusPrompt(string label, string answer, Action<string> accept)
{
    /// <summary>UTF-16 units of an answer at most.</summary>
    public const int MaxLength = 1000;

    private string _answer = answer;

    /// <summary>What the status row shows.</summary>
    public string Shown => label + _answer + "_";

    /// <summary>Takes a key; false once the prompt is done with.</summary>
    public bool Take(Key key)
    {
        switch (key.KeyCode)
        {
            case KeyCode.Enter:
                accept(_answer);
                return false;
            case KeyCode.Esc:
            case KeyCode.Backspace when _answer.Length == 0:
                return false;
            case KeyCode.Backspace:
                _answer = _answer[..^(_answer.Length > 1 && char.IsLowSurrogate(_answer[^1]) ? 2 : 1)];
                return true;
            case KeyCode.U | KeyCode.CtrlMask:
                _answer = "";
                return true;
            default:
                if (key.TryGetPrintableRune(out var rune) && !key.IsCtrl && !key.IsAlt)
                    Add(rune.ToString());
                return true;
        }
    }

    /// <summary>Takes the first line of what was pasted.</summary>
    public void Add(string text)
    {
        var line = text.Split('\r', '\n')[0];
        if (_answer.Length + line.Length <= MaxLength)
            _answer += line;
    }
}
