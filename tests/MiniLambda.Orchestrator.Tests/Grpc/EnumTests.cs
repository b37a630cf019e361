using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Events;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Orchestrator.Tests.Grpc;

/// <summary>The wire's enums and the domain's are cast into each other: they must stay the same.</summary>
public sealed class EnumTests
{
    [Theory]
    [InlineData(typeof(JobState), typeof(Job.Types.State))]
    [InlineData(typeof(AttemptOutcome), typeof(Attempt.Types.Outcome))]
    [InlineData(typeof(EventKind), typeof(Event.Types.Kind))]
    [InlineData(typeof(ArtifactSource), typeof(Usage.Types.Artifact))]
    public void Names_and_numbers_are_the_same_on_the_wire(Type domain, Type wire)
    {
        static IEnumerable<(string Name, int Number)> Members(Type type) =>
            Enum.GetValues(type).Cast<object>().Select(value => (value.ToString()!, Convert.ToInt32(value, null))).OrderBy(member => member.Item2);

        Assert.Equal(Members(domain).Where(member => member.Number != 0), Members(wire).Where(member => member.Number != 0));
        Assert.Equal(("Unspecified", 0), Members(wire).First());
    }
}
