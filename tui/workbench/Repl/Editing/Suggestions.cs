using MiniLambda.Workbench.Commands.Completion;

namespace MiniLambda.Workbench.Repl.Editing;

/// <summary>What the word at the cursor may become.</summary>
/// <param name="Asked">The buffer that was asked about; when it is another by now, the answer is too late.</param>
/// <param name="Start">Where the word begins in the text.</param>
/// <param name="Typed">What of it is there, as an argument.</param>
internal sealed record Suggestions(LineBuffer Asked, int Start, string Typed, IReadOnlyList<Suggestion> All);
