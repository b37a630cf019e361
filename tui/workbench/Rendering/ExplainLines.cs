using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Quantities;
using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Rendering;

/// <summary>Why a job waits, or why it ran where it ran.</summary>
public static class ExplainLines
{
    public static IReadOnlyList<ScreenLine> Of(Explanation? explanation, int width)
    {
        if (explanation is null)
            return [ScreenLine.Of(" asking the orchestrator …", ThemeRole.Muted)];
        var lines = new List<ScreenLine> { ScreenLine.Of($" {explanation.Summary}", ThemeRole.Heading) };
        lines.AddRange(explanation.Details.Select(detail => ScreenLine.Of($"   {detail}")));
        if (explanation.HasPosition)
        {
            var wait = explanation.Wait is { } w ? $", about {DurationText.Humanize(w.ToTimeSpan())}" : "";
            var before = explanation.Position switch { 0 => "no job of its function comes before it", 1 => "1 job of its function comes before it", var many => $"{many} jobs of its function come before it" };
            lines.Add(ScreenLine.Of($"   {before}{wait}"));
        }

        if (explanation.Candidates.Count == 0)
            return lines;
        var name = explanation.Candidates.Max(c => c.Worker.Length) + 2;
        lines.Add(ScreenLine.Empty);
        lines.Add(new ScreenLine().Add("   ").Cell("NODE", name, ThemeRole.Muted).Cell("SCORE", 8, ThemeRole.Muted, true).Cell("FREE", 6, ThemeRole.Muted, true)
            .Add("  ").Cell("MODULE", 10, ThemeRole.Muted).Add("WHY NOT", ThemeRole.Muted));
        foreach (var candidate in explanation.Candidates)
        {
            lines.Add(new ScreenLine().Add(candidate.Chosen ? " ▸ " : "   ", ThemeRole.Running)
                .Cell(candidate.Worker, name, candidate.Chosen ? ThemeRole.Running : ThemeRole.Plain)
                .Cell(candidate.HasScore ? $"{candidate.Score:0.00}" : "-", 8, isRight: true)
                .Cell($"{candidate.FreeSlots}", 6, isRight: true)
                .Add("  ").Cell(candidate.HasModule ? "compiled" : "-", 10, candidate.HasModule ? ThemeRole.Succeeded : ThemeRole.Muted)
                .Add(candidate.Refusal, ThemeRole.Suspect));
        }

        return lines;
    }
}
