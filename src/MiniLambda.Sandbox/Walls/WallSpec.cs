namespace MiniLambda.Sandbox.Walls;

internal sealed record WallSpec
{
    public long MemoryBytes { get; init; }
    public long FileBytes { get; init; }
    public int OpenFiles { get; init; }
    public bool Network { get; init; }
    public int Niceness { get; init; }
}
