using System.Drawing;
using MiniLambda.Workbench.Screens.Editor;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.ViewBase;

namespace MiniLambda.Workbench.Screens.Overlays;

/// <summary>Edits a manifest in place; saving shows what changes, and makes a new version once that is agreed to.</summary>
internal sealed class EditorOverlay : Overlay
{
    private readonly ManifestEditor _editor;
    private readonly DiffView _diff;
    private readonly Action<string> _save;
    private bool _isLeaving;

    /// <param name="before">The manifest as it stands in the cluster.</param>
    /// <param name="text">What is edited: the same, or what another editor made of it.</param>
    /// <param name="save">Gets a valid manifest that differs.</param>
    public EditorOverlay(ActiveTheme theme, string function, string before, string text, Action<string> copied, Action<string> save)
        : base(theme, $" {function}: minilambda.toml ")
    {
        IsFull = true;
        _save = save;
        _editor = new ManifestEditor(theme) { Width = Dim.Fill(), Height = Dim.Fill(), Copied = copied };
        _diff = new DiffView(theme) { Width = Dim.Fill(), Height = Dim.Fill(), Visible = false, CanFocus = false };
        _editor.Load(before);
        if (text != before)
            _editor.Replace(text);
        _editor.SaveRequested += (_, _) => Review();
        Add(_editor, _diff);
    }

    /// <inheritdoc/>
    public override void Begin() => _editor.SetFocus();

    /// <inheritdoc/>
    public override Rectangle Place(Size screen) => new(0, 1, screen.Width, screen.Height - 3);

    /// <inheritdoc/>
    protected override bool Press(string key)
    {
        if (_diff.Visible)
        {
            if (key is "y" or "Y")
            {
                Close();
                _save(_editor.Toml);
            }
            else if (key is "n" or "N" or "Esc")
            {
                Edit();
            }
            else if (key is "j" or "Down" or "PgDn")
            {
                _diff.GoTo(_diff.CursorLine + (key == "PgDn" ? 10 : 1));
            }
            else if (key is "k" or "Up" or "PgUp")
            {
                _diff.GoTo(_diff.CursorLine - (key == "PgUp" ? 10 : 1));
            }

            return true;
        }

        if (key is "Esc" or "^Q" && _editor.IsModified && !_isLeaving)
        {
            _isLeaving = true;
            _editor.Say($"not saved: {key} once more gives up the changes, ^S saves");
            return true;
        }

        _isLeaving = false;
        return false;
    }

    private void Review()
    {
        _diff.Show(_editor.Original, _editor.Toml);
        (_editor.Visible, _diff.Visible) = (false, true);
        Title = " This changes: y makes it a new version, n goes on editing ";
        SetFocus();
        SetNeedsDraw();
    }

    private void Edit()
    {
        (_editor.Visible, _diff.Visible) = (true, false);
        Title = " minilambda.toml ";
        _editor.SetFocus();
        SetNeedsDraw();
    }
}
