using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Quantities;
using MiniLambda.Workbench.Commands.Functions;

namespace MiniLambda.Workbench.Commands.Submit;

/// <summary>One line of a batch: the flags of <c>submit</c> as the keys of a JSON object.</summary>
internal sealed record BatchLine
{
    public string? Function { get; init; }

    /// <summary>stdin as text, or <see cref="InputBase64"/>, or the file <see cref="InputFile"/>.</summary>
    public string? Input { get; init; }

    public byte[]? InputBase64 { get; init; }

    public string? InputFile { get; init; }

    public IReadOnlyList<string>? Args { get; init; }

    public IReadOnlyDictionary<string, string>? Env { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public int Priority { get; init; }

    public string? Memory { get; init; }

    public string? Timeout { get; init; }

    public string? Ttl { get; init; }

    public string? After { get; init; }

    public DateTimeOffset? At { get; init; }

    public string? IdempotencyKey { get; init; }

    /// <param name="number">Of the line, from 1, for what is wrong with it.</param>
    /// <param name="function">What runs when the line names none.</param>
    /// <exception cref="CommandException">The line is not such an object.</exception>
    public static SubmitJobRequest Read(string text, int number, string? function)
    {
        try
        {
            var line = JsonSerializer.Deserialize(text, BatchJson.Default.BatchLine) ?? throw new FormatException("is null");
            return line.ToRequest(function);
        }
        catch (JsonException e)
        {
            throw new CommandException(ExitCodes.Usage, $"line {number}{(e.BytePositionInLine is { } at ? $", byte {at + 1}" : "")}: {Reason(e)}");
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException or CommandException)
        {
            throw new CommandException(ExitCodes.Usage, $"line {number}: {e.Message}");
        }
    }

    // The parser's own words for a key that is not known name types of this program.
    private static string Reason(JsonException e) => e.Message.Contains("could not be mapped", StringComparison.Ordinal) && e.Message.Split('\'') is [_, var key, ..]
        ? $"unknown key '{key}'"
        : e.Message.Contains("could not be converted", StringComparison.Ordinal) ? "is not a JSON object, or a key has a value of another type than it takes"
        : e.Message.Split(" Path:")[0];

    private SubmitJobRequest ToRequest(string? function)
    {
        var request = new SubmitJobRequest
        {
            Priority = Priority,
            Ttl = Duration("ttl", Ttl),
            Delay = Duration("after", After),
            NotBefore = At?.ToTimestamp(),
            IdempotencyKey = IdempotencyKey ?? "",
            Overrides = new JobOverrides { Timeout = Duration("timeout", Timeout), Args = { Args ?? [] } },
        };
        (request.Function, request.Version) = FunctionNames.Parse(
            Function ?? function ?? throw new FormatException("there is no \"function\", and no TARGET that stands for it"), ExitCodes.Usage);
        foreach (var (key, value) in Env ?? new Dictionary<string, string>())
            request.Overrides.Env[key] = value;
        foreach (var (key, value) in Labels ?? new Dictionary<string, string>())
            request.Overrides.Labels[key] = value;
        if (Memory is not null)
            request.Overrides.Memory = ByteSize.TryParse(Memory, out var bytes) ? bytes : throw new FormatException($"\"memory\" takes {ByteSize.Rule}, not '{Memory}'");
        if (new object?[] { Input, InputBase64, InputFile }.Count(static input => input is not null) > 1)
            throw new FormatException("\"input\", \"inputBase64\" and \"inputFile\" are three ways to say one thing");
        request.Input = Input is not null ? ByteString.CopyFromUtf8(Input)
            : InputBase64 is not null ? ByteString.CopyFrom(InputBase64)
            : InputFile is not null ? ByteString.CopyFrom(File.ReadAllBytes(InputFile))
            : ByteString.Empty;
        return request;
    }

    private static Duration? Duration(string key, string? text) => text is null ? null
        : DurationText.TryParse(text, out var duration) ? duration.ToDuration()
        : throw new FormatException($"\"{key}\" takes {DurationText.Rule}, not '{text}'");
}

/// <summary>How a line is read: a key that is not known is a mistake.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(BatchLine))]
internal sealed partial class BatchJson : JsonSerializerContext;
