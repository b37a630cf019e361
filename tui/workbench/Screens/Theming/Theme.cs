using System.Collections.Frozen;
using Terminal.Gui.Drawing;
using Attribute = Terminal.Gui.Drawing.Attribute;

namespace MiniLambda.Workbench.Screens.Theming;

/// <summary>How the workbench looks: schemes for the library's own views, and an attribute for each of our roles.</summary>
public sealed record Theme
{
    /// <summary>As a person types it and the settings keep it.</summary>
    public required string Name { get; init; }

    /// <summary>For windows and everything in them that asks for nothing else.</summary>
    public required Scheme Base { get; init; }

    public required Scheme Dialog { get; init; }

    /// <summary>For the bars at the top and the bottom.</summary>
    public required Scheme Menu { get; init; }

    /// <summary>For banners that must be seen, such as that of a lost orchestrator.</summary>
    public required Scheme Error { get; init; }

    public required FrozenDictionary<ThemeRole, Attribute> Roles { get; init; }

    /// <summary>How a role looks on the background of <see cref="Base"/>.</summary>
    public Attribute this[ThemeRole role] => Roles[role];
}
