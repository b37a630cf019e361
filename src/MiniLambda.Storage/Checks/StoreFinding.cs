namespace MiniLambda.Storage.Checks;

/// <summary>Something in a store that is not as it must be.</summary>
/// <param name="Part">What kind of thing it is about: <c>database</c>, <c>schema</c>, <c>job</c>, <c>function</c>, <c>blob</c>, <c>event</c>, …</param>
/// <param name="Subject">Which one: a job's id, a digest; empty for the whole.</param>
/// <param name="Problem">What is wrong, for people.</param>
public sealed record StoreFinding(string Part, string Subject, string Problem)
{
    public override string ToString() => Subject.Length == 0 ? $"{Part}: {Problem}" : $"{Part} {Subject}: {Problem}";
}

/// <summary>What a check has looked at.</summary>
public sealed record StoreTotals
{
    /// <summary>The schema's version; 0 when it could not be read.</summary>
    public long Schema { get; internal set; }

    public long Jobs { get; internal set; }

    /// <summary>Versions of functions, deleted ones included.</summary>
    public long Functions { get; internal set; }

    /// <summary>Files that bear a blob's name.</summary>
    public long Blobs { get; internal set; }

    public long BlobBytes { get; internal set; }

    /// <summary>Blobs that no row names: they go by themselves some time after.</summary>
    public long UnnamedBlobs { get; internal set; }

    public long Findings { get; internal set; }
}
