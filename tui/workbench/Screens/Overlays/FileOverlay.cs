using System.Drawing;
using MiniLambda.Domain.Quantities;
using MiniLambda.Workbench.Rendering;
using MiniLambda.Workbench.Screens.Panes;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.ViewBase;

namespace MiniLambda.Workbench.Screens.Overlays;

/// <summary>Chooses a function on disk: a module, a manifest, or a folder with one. A path can be typed too.</summary>
internal sealed class FileOverlay : Overlay
{
    private static readonly string[] Endings = [".wasm", ".wat", ".toml"];

    private readonly Action<string> _chosen;
    private readonly InputField _path;
    private readonly RowPane _list;
    private string _folder;
    private List<Entry> _entries = [];
    private string _problem = "";

    public FileOverlay(ActiveTheme theme, string folder, Action<string> chosen)
        : base(theme, " Push a function: a .wasm, .wat or minilambda.toml ")
    {
        _chosen = chosen;
        _folder = folder;
        _path = new InputField(theme) { X = 1, Width = Dim.Fill(1), Pressed = Press };
        _list = new RowPane(theme) { Y = 2, Width = Dim.Fill(), Height = Dim.Fill(1), CanFocus = false };
        _path.TextChanged += (_, _) => Narrow();
        Add(_path, _list);
        Enter(folder);
    }

    /// <inheritdoc/>
    public override Rectangle Place(Size screen) => Middle(screen, Math.Min(90, screen.Width - 4), Math.Min(30, screen.Height - 4));

    /// <inheritdoc/>
    protected override bool OnDrawingContent(DrawContext? context)
    {
        var line = _problem.Length > 0
            ? ScreenLine.Of($" {_problem}", ThemeRole.Failed)
            : new ScreenLine().Add(" Enter", ThemeRole.Heading).Add(" opens or pushes  ", ThemeRole.Muted).Add("Tab", ThemeRole.Heading).Add(" completes  ", ThemeRole.Muted)
                .Add("Esc", ThemeRole.Heading).Add(" gives up", ThemeRole.Muted);
        LinePainter.Draw(this, Theme.Current, 0, Viewport.Height - 1, Viewport.Width, line);
        return true;
    }

    /// <inheritdoc/>
    protected override bool Press(string key)
    {
        switch (key)
        {
            case "Down" or "^N":
                _list.MoveBy(1);
                return true;
            case "Up" or "^P":
                _list.MoveBy(-1);
                return true;
            case "Tab" when Current is { } entry:
                _path.Set(entry.IsFolder ? entry.Path + Path.DirectorySeparatorChar : entry.Path);
                return true;
            case "^U":
                _path.Set("");
                return true;
            case "Enter":
                Choose();
                return true;
            case "Esc":
                Close();
                return true;
            default:
                return false;
        }
    }

    private Entry? Current => _list.CursorRow < _entries.Count ? _entries[_list.CursorRow] : null;

    private void Choose()
    {
        var typed = _path.Text;
        var target = Current?.Path ?? typed;
        if (File.Exists(target))
        {
            Close();
            _chosen(target);
        }
        else if (Directory.Exists(target))
        {
            Enter(target);
        }
        else
        {
            _problem = $"there is no '{target}'";
            SetNeedsDraw();
        }
    }

    private void Enter(string folder)
    {
        _folder = Path.GetFullPath(folder);
        _path.Set(_folder.EndsWith(Path.DirectorySeparatorChar) ? _folder : _folder + Path.DirectorySeparatorChar);
        Narrow();
    }

    private void Narrow()
    {
        var typed = _path.Text;
        var folder = Directory.Exists(typed) ? typed : Path.GetDirectoryName(typed) is { Length: > 0 } above ? above : typed.StartsWith('/') ? "/" : ".";
        var part = Directory.Exists(typed) ? "" : Path.GetFileName(typed);
        _problem = "";
        try
        {
            _entries = [.. Read(folder).Where(e => e.IsUp ? part.Length == 0 : Path.GetFileName(e.Path).Contains(part, StringComparison.OrdinalIgnoreCase)).Take(2000)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            (_entries, _problem) = ([], e.Message);
        }

        _list.WhenEmpty = ["nothing here that could be pushed"];
        _list.Show(new RowSource(_entries.Count, i => _entries[i].Path, i => Line(_entries[i])) { KeepsFirst = true });
        _list.ToStart();
        SetNeedsDraw();
    }

    private static IEnumerable<Entry> Read(string folder)
    {
        var info = new DirectoryInfo(folder);
        if (info.Parent is { } parent)
            yield return new Entry(parent.FullName, true, 0, IsUp: true);
        foreach (var below in info.EnumerateDirectories().Where(d => !d.Name.StartsWith('.')).OrderBy(d => d.Name, StringComparer.OrdinalIgnoreCase))
            yield return new Entry(below.FullName, true, 0);
        foreach (var file in info.EnumerateFiles().Where(f => Endings.Contains(f.Extension.ToLowerInvariant())).OrderBy(f => f.Name, StringComparer.OrdinalIgnoreCase))
            yield return new Entry(file.FullName, false, file.Length);
    }

    private static ScreenLine Line(Entry entry) => entry.IsUp ? ScreenLine.Of("  ..", ThemeRole.Muted)
        : entry.IsFolder ? ScreenLine.Of($"  {Path.GetFileName(entry.Path)}/", ThemeRole.Name)
        : new ScreenLine().Add("  ").Cell(Path.GetFileName(entry.Path), 50).Add(ByteSize.Format(entry.Size), ThemeRole.Muted);

    private sealed record Entry(string Path, bool IsFolder, long Size, bool IsUp = false);
}
