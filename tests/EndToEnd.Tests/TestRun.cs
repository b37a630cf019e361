// Every class starts processes of its own, and most wait for them: two classes at a time, whatever the machine has.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]

namespace MiniLambda.EndToEnd;

/// <summary>Tests that hold a program to a time, and so have the machine for themselves.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
