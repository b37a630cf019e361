namespace MiniLambda.Sandbox.Walls;

/// <summary>One thing that a sandbox host dropped, or could not drop.</summary>
/// <param name="Name">Stable, such as <c>seccomp</c>.</param>
/// <param name="Detail">One line for people: what is in force, or why it is not.</param>
public sealed record Wall(string Name, bool InForce, string Detail);
