using Terminal.Gui.Configuration;
using Terminal.Gui.Drawing;

namespace MiniLambda.Workbench.Screens.Theming;

/// <summary>Makes the library's own views look like a theme: windows, dialogs, menus and messages look their schemes up by name.</summary>
public static class LibrarySchemes
{
    /// <summary>For the whole process, as the library keeps them; what is on a screen is to be drawn again.</summary>
    public static void Use(Theme theme)
    {
        foreach (var (name, scheme) in new[]
        {
            (Schemes.Base, theme.Base), (Schemes.Accent, theme.Base), (Schemes.Dialog, theme.Dialog), (Schemes.Menu, theme.Menu), (Schemes.Error, theme.Error),
        })
        {
            SchemeManager.AddScheme(SchemeManager.SchemesToSchemeName(name)!, scheme);
        }
    }
}
