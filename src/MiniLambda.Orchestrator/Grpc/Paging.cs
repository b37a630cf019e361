using MiniLambda.Domain.Paging;
using MiniLambda.Orchestrator.Refusals;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>Reads the page that a caller asks for.</summary>
internal static class Paging
{
    private const int DefaultSize = 100;
    private const int MaxSize = 1000;

    public static PageRequest Read(int size, string token) => size switch
    {
        0 => new PageRequest(DefaultSize, token),
        < 0 => throw Refused.OutOfRange($"a page cannot have {size} rows"),
        _ => new PageRequest(Math.Min(size, MaxSize), token),
    };
}
