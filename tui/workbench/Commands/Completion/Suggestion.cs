namespace MiniLambda.Workbench.Commands.Completion;

/// <summary>Something that a word may become.</summary>
/// <param name="Value">The word, as an argument.</param>
/// <param name="Description">Said beside it; may be empty.</param>
/// <param name="IsWhole">Whether nothing more belongs to the word: a folder goes on.</param>
internal readonly record struct Suggestion(string Value, string Description = "", bool IsWhole = true);
