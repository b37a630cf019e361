namespace MiniLambda.Sandbox.Walls;

internal static class HostWalls
{
    public static IReadOnlyList<Wall> Raise(WallSpec spec) => [];
}
