namespace MiniLambda.Workbench.Screens.Editor;

public sealed partial class ManifestEditor
{
    /// <summary>Puts another text in the place of all, as one change that can be undone.</summary>
    public void Replace(string toml)
    {
        _document.SelectAll();
        _document.Insert(toml);
        _document.MoveTo(new TextPosition(0, 0));
        AfterKey();
    }
}
