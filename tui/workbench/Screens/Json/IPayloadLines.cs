using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Screens.Json;

/// <summary>Bytes in one of their forms, as lines that are made when they are seen.</summary>
internal interface IPayloadLines
{
    int Count { get; }

    string this[int line] { get; }

    /// <summary>What stands before the line and is no part of it.</summary>
    string PrefixOf(int line) => "";

    /// <summary>The line goes on where the one before was cut, as it was too long.</summary>
    bool IsContinuation(int line) => false;

    /// <param name="roles">One for each UTF-16 unit of the line; plain before.</param>
    void Colour(int line, string text, Span<ThemeRole> roles)
    {
    }
}
