namespace MiniLambda.Domain.Paging;

/// <summary>What part of a list is wanted.</summary>
/// <param name="Size">Rows at most, 1 to 1,000.</param>
/// <param name="Token">Where the last page ended, as its <see cref="Page{T}.NextToken"/> said; empty for the first page.</param>
public readonly record struct PageRequest(int Size, string Token = "");

/// <summary>Part of a list.</summary>
/// <param name="NextToken">Empty when nothing follows.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string NextToken);
