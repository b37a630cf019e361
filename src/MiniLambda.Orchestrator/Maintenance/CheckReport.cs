using System.Text;
using System.Text.Json;
using MiniLambda.Domain.Quantities;
using MiniLambda.Storage.Checks;

namespace MiniLambda.Orchestrator.Maintenance;

/// <summary>Tells what a check finds while it goes on, however much that is.</summary>
internal interface ICheckReport : IAsyncDisposable
{
    void Found(StoreFinding finding);

    void End(StoreTotals totals);
}

/// <summary>A line for each finding, and one that sums up.</summary>
internal sealed class TextCheckReport(TextWriter output) : ICheckReport
{
    public void Found(StoreFinding finding) => output.WriteLine(finding);

    public void End(StoreTotals totals)
    {
        var unnamed = totals.UnnamedBlobs == 0 ? "" : $", {totals.UnnamedBlobs} of them named by nothing, which go by themselves";
        output.WriteLine(
            $"{StoreMaintenance.Count(totals.Jobs, "job")}, {StoreMaintenance.Count(totals.Functions, "function version")}, "
            + $"{StoreMaintenance.Count(totals.Blobs, "blob")} ({ByteSize.Format(totals.BlobBytes)}{unnamed}): "
            + (totals.Findings == 0 ? "all is sound" : StoreMaintenance.Count(totals.Findings, "finding")));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>One JSON document.</summary>
internal sealed class JsonCheckReport : ICheckReport
{
    /// <summary>What is held back before it is written, in bytes.</summary>
    private const int MaxPending = 16 << 10;

    private readonly MemoryStream _pending = new();
    private readonly TextWriter _output;
    private readonly Utf8JsonWriter _json;

    public JsonCheckReport(TextWriter output)
    {
        _output = output;
        _json = new Utf8JsonWriter(_pending, new JsonWriterOptions { Indented = true });
        _json.WriteStartObject();
        _json.WriteStartArray("findings");
    }

    public void Found(StoreFinding finding)
    {
        _json.WriteStartObject();
        _json.WriteString("part", finding.Part);
        _json.WriteString("subject", finding.Subject);
        _json.WriteString("problem", finding.Problem);
        _json.WriteEndObject();
        if (_json.BytesPending > MaxPending)
            Flush();
    }

    public void End(StoreTotals totals)
    {
        _json.WriteEndArray();
        _json.WriteBoolean("sound", totals.Findings == 0);
        _json.WriteNumber("schema", totals.Schema);
        _json.WriteNumber("jobs", totals.Jobs);
        _json.WriteNumber("functionVersions", totals.Functions);
        _json.WriteNumber("blobs", totals.Blobs);
        _json.WriteNumber("blobBytes", totals.BlobBytes);
        _json.WriteNumber("unnamedBlobs", totals.UnnamedBlobs);
        _json.WriteEndObject();
        Flush();
        _output.WriteLine();
    }

    public async ValueTask DisposeAsync()
    {
        await _json.DisposeAsync();
        await _pending.DisposeAsync();
    }

    private void Flush()
    {
        _json.Flush();
        _output.Write(Encoding.UTF8.GetString(_pending.GetBuffer(), 0, (int)_pending.Length));
        _pending.SetLength(0);
    }
}
