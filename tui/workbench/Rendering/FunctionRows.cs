using System.Collections.Immutable;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Quantities;
using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Rendering;

/// <summary>A row of the tree: a function, or one of its versions.</summary>
/// <param name="IsVersion">Whether it is one of the versions below an opened function.</param>
public sealed record FunctionRow(Function Function, bool IsVersion, bool IsOpen, bool IsNewest)
{
    /// <summary>Names the row among all.</summary>
    public string Key => IsVersion ? $"{Function.Name}@{Function.Version}" : Function.Name;
}

/// <summary>Functions with their versions as a tree.</summary>
public static class FunctionRows
{
    /// <summary>The rows that stand open, in order.</summary>
    public static IReadOnlyList<FunctionRow> Of(Snapshot snapshot, ImmutableHashSet<string> open, string filter)
    {
        var rows = new List<FunctionRow>();
        foreach (var function in snapshot.Functions)
        {
            if (filter.Length > 0 && !function.Name.Contains(filter, StringComparison.OrdinalIgnoreCase))
                continue;
            var isOpen = open.Contains(function.Name);
            rows.Add(new FunctionRow(function, false, isOpen, true));
            if (isOpen && snapshot.Versions.TryGetValue(function.Name, out var versions))
                rows.AddRange(versions.Select((version, i) => new FunctionRow(version, true, false, i == 0)));
        }

        return rows;
    }

    public static ScreenLine Line(FunctionRow row, int width, DateTimeOffset now)
    {
        var age = JobTables.Age(row.Function.CreatedAt, now);
        if (row.IsVersion)
        {
            var version = new ScreenLine().Add("   ").Add(row.IsNewest ? "● " : "○ ", row.IsNewest ? ThemeRole.Running : ThemeRole.Muted)
                .Cell($"v{row.Function.Version}", 5);
            if (width >= 24)
                version.Cell(ByteSize.Format(row.Function.ModuleSize), Math.Min(10, width - 16), ThemeRole.Muted);
            return version.PadTo(width - age.Length - 1).Add(age, ThemeRole.Muted);
        }

        var last = width >= 20 ? $"v{row.Function.Version}" : "";
        var line = new ScreenLine().Add(row.IsOpen ? " ▾ " : " ▸ ", ThemeRole.Muted);
        var name = ScreenLine.Fit(row.Function.Name, Math.Max(3, width - 3 - last.Length - 2));
        line.Add(name, ThemeRole.Name);
        var room = width - line.Width - last.Length - 4;
        if (room > 12 && row.Function.Description.Length > 0)
            line.Add("  ").Add(ScreenLine.Fit(row.Function.Description, room), ThemeRole.Muted);
        return line.PadTo(width - last.Length - 1).Add(last, ThemeRole.Muted);
    }
}
