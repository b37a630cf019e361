using System.Globalization;
using System.Text;
using MiniLambda.Domain.Quantities;
using MiniLambda.Domain.Text;
using MiniLambda.Domain.Toml;

namespace MiniLambda.Domain.Functions;

/// <summary>A manifest that was read, or everything that is wrong with it.</summary>
/// <param name="Manifest">Null when there are errors.</param>
public sealed record ManifestReading(FunctionManifest? Manifest, IReadOnlyList<TextError> Errors);

/// <summary>Reads and writes <c>minilambda.toml</c>.</summary>
public static class ManifestToml
{
    /// <summary>The usual name of a manifest file.</summary>
    public const string FileName = "minilambda.toml";

    /// <summary>At most so many errors of one file are told.</summary>
    public const int MaxErrors = 100;

    private static readonly Dictionary<string, RetryCause> Causes = new(StringComparer.Ordinal)
    {
        ["exit"] = RetryCause.Exit,
        ["trap"] = RetryCause.Trap,
        ["timeout"] = RetryCause.Timeout,
        ["worker_lost"] = RetryCause.WorkerLost,
    };

    /// <param name="source">The file's name in errors.</param>
    public static ManifestReading Read(string toml, string source)
    {
        var errors = new List<TextError>();
        var table = TomlDocument.Parse(toml, source, errors);
        if (errors.Count > 0)
            return new ManifestReading(null, Told(errors));
        var root = new TomlReader(table, source, "", errors);
        var manifest = new FunctionManifest
        {
            Name = ReadName(root),
            Module = root.Text("module", ""),
            Description = root.Text("description", ""),
            Entry = root.Text("entry", FunctionManifest.DefaultEntry),
            Args = root.Texts("args", []),
            Env = root.Map("env"),
            Secrets = root.Map("secrets"),
            Limits = ReadLimits(root.Table("limits")),
            Capabilities = ReadCapabilities(root.Table("capabilities")),
            Retry = ReadRetry(root.Table("retry")),
            Placement = ReadPlacement(root.Table("placement")),
            ResourceClass = root.Text("resource_class", ""),
        };
        root.Close();
        foreach (var problem in manifest.ArgumentProblems())
            root.Fail(problem.Key, problem.Message);
        return new ManifestReading(errors.Count == 0 ? manifest : null, Told(errors));
    }

    // A file of garbage has an error at every other byte: nobody reads them all, and no answer on the wire could hold them.
    private static TextError[] Told(List<TextError> errors)
    {
        var sorted = errors.OrderBy(e => e.Line).ThenBy(e => e.Column).ToArray();
        return sorted.Length <= MaxErrors
            ? sorted
            : [.. sorted[..(MaxErrors - 1)], sorted[MaxErrors - 1] with { Message = $"and {sorted.Length - MaxErrors + 1} more errors from here on" }];
    }

    /// <summary>The shortest manifest that reads back as this one: only what differs from the defaults.</summary>
    public static string Write(FunctionManifest manifest)
    {
        var toml = new StringBuilder();
        Line("name", Quote(manifest.Name.Value), true);
        Line("module", Quote(manifest.Module), manifest.Module.Length > 0);
        Line("description", Quote(manifest.Description), manifest.Description.Length > 0);
        Line("entry", Quote(manifest.Entry), manifest.Entry != FunctionManifest.DefaultEntry);
        Line("args", Quote(manifest.Args), manifest.Args.Count > 0);

        Line("resource_class", Quote(manifest.ResourceClass), manifest.ResourceClass.Length > 0);

        Section("env", () => Lines(manifest.Env));
        Section("secrets", () => Lines(manifest.Secrets));
        var (limits, usual) = (manifest.Limits, ExecutionLimits.Default);
        Section("limits", () =>
        {
            Line("memory", Quote(ByteSize.FormatExact(limits.MemoryBytes)), limits.MemoryBytes != usual.MemoryBytes);
            Line("timeout", Quote(DurationText.Format(limits.Timeout)), limits.Timeout != usual.Timeout);
            Line("fuel", limits.Fuel.ToString(CultureInfo.InvariantCulture), limits.Fuel != usual.Fuel);
            Line("output", Quote(ByteSize.FormatExact(limits.OutputBytes)), limits.OutputBytes != usual.OutputBytes);
            Line("logs", Quote(ByteSize.FormatExact(limits.LogBytes)), limits.LogBytes != usual.LogBytes);
        });
        var granted = manifest.Capabilities;
        Section("capabilities", () =>
        {
            Line("network", "true", granted.Network);
            Line("scratch", Quote(ByteSize.FormatExact(granted.ScratchBytes ?? 0)), granted.ScratchBytes is not null);
            Line("clock", "false", !granted.Clock);
            Line("random", "false", !granted.Random);
        });
        Section("capabilities.mounts", () =>
        {
            foreach (var (path, mount) in granted.Mounts)
                Line(Quote(path), Quote($"{mount.Export}:{(mount.ReadOnly ? "ro" : "rw")}"), true);
        });
        var (retry, policy) = (manifest.Retry, RetryPolicy.Default);
        Section("retry", () =>
        {
            Line("attempts", retry.Attempts.ToString(CultureInfo.InvariantCulture), retry.Attempts != policy.Attempts);
            Line("backoff", Quote(DurationText.Format(retry.Backoff)), retry.Backoff != policy.Backoff);
            Line("max_backoff", Quote(DurationText.Format(retry.MaxBackoff)), retry.MaxBackoff != policy.MaxBackoff);
            Line("on", Quote(retry.On.Select(cause => Causes.First(c => c.Value == cause).Key)), !retry.On.SequenceEqual(policy.On));
        });
        Section("placement", () =>
        {
            Line("arch", Quote(manifest.Placement.Arch), manifest.Placement.Arch.Count > 0);
            Line("os", Quote(manifest.Placement.Os), manifest.Placement.Os.Count > 0);
        });
        Section("placement.labels", () => Lines(manifest.Placement.Labels));
        Section("placement.prefer", () => Lines(manifest.Placement.Prefer));
        return toml.ToString();

        void Line(string key, string value, bool differs)
        {
            if (differs)
                toml.Append(CultureInfo.InvariantCulture, $"{key} = {value}\n");
        }

        void Lines(IReadOnlyDictionary<string, string> entries)
        {
            foreach (var (key, value) in entries)
                Line(Quote(key), Quote(value), true);
        }

        void Section(string name, Action content)
        {
            var start = toml.Length;
            content();
            if (toml.Length > start)
                toml.Insert(start, $"\n[{name}]\n");
        }
    }

    private static FunctionName ReadName(TomlReader root)
    {
        if (!root.Has("name"))
            root.Fail("name", "'name' is missing");
        // What stands in for a name that is missing or no string is a legal one, so that nothing is told twice.
        var text = root.Text("name", "unnamed");
        if (!FunctionName.TryParse(text, out var name))
            root.Fail("name", $"'{Printable.Of(text)}' is not a function name ({FunctionName.Rule})");
        return name;
    }

    private static ExecutionLimits ReadLimits(TomlReader table)
    {
        var usual = ExecutionLimits.Default;
        var limits = new ExecutionLimits
        {
            MemoryBytes = table.Size("memory", usual.MemoryBytes, ExecutionLimits.MinMemoryBytes, ExecutionLimits.MaxMemoryBytes),
            Timeout = table.Duration("timeout", usual.Timeout, ExecutionLimits.MinTimeout, ExecutionLimits.MaxTimeout),
            Fuel = table.Integer("fuel", usual.Fuel, 0, long.MaxValue),
            OutputBytes = table.Size("output", usual.OutputBytes, 0, ExecutionLimits.MaxOutputBytes),
            LogBytes = table.Size("logs", usual.LogBytes, 0, ExecutionLimits.MaxOutputBytes),
        };
        table.Close();
        return limits;
    }

    private static CapabilityGrants ReadCapabilities(TomlReader table)
    {
        var grants = new CapabilityGrants
        {
            Network = table.Flag("network", false),
            ScratchBytes = table.Has("scratch") ? table.Size("scratch", 0, 0, ExecutionLimits.MaxMemoryBytes) : null,
            Mounts = table.Map("mounts", ReadMount, "an export and a mode, such as \"photos:ro\""),
            Clock = table.Flag("clock", true),
            Random = table.Flag("random", true),
        };
        table.Close();
        foreach (var (key, message) in grants.Problems())
            table.Fail(key, message);
        return grants;
    }

    private static MountGrant? ReadMount(TomlNode node) => (node.Value as string)?.Split(':') switch
    {
        [{ Length: > 0 } export] => new MountGrant(export, ReadOnly: true),
        [{ Length: > 0 } export, "ro"] => new MountGrant(export, ReadOnly: true),
        [{ Length: > 0 } export, "rw"] => new MountGrant(export, ReadOnly: false),
        _ => null,
    };

    private static RetryPolicy ReadRetry(TomlReader table)
    {
        var usual = RetryPolicy.Default;
        var longest = TimeSpan.FromDays(1);
        var names = table.Items(
            "on", [], node => node.Value is string name && Causes.ContainsKey(name) ? name : null, $"one of {string.Join(", ", Causes.Keys)}");
        var policy = new RetryPolicy
        {
            Attempts = (int)table.Integer("attempts", usual.Attempts, 1, 100),
            Backoff = table.Duration("backoff", usual.Backoff, TimeSpan.Zero, longest),
            MaxBackoff = table.Duration("max_backoff", usual.MaxBackoff, TimeSpan.Zero, longest),
            On = table.Has("on") ? [.. names.Select(name => Causes[name]).Distinct()] : usual.On,
        };
        table.Close();
        return policy;
    }

    private static PlacementSpec ReadPlacement(TomlReader table)
    {
        var placement = new PlacementSpec
        {
            Arch = table.Texts("arch", []),
            Os = table.Texts("os", []),
            Labels = table.Map("labels"),
            Prefer = table.Map("prefer"),
        };
        table.Close();
        return placement;
    }

    private static string Quote(IEnumerable<string> items) => $"[{string.Join(", ", items.Select(Quote))}]";

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                < ' ' or '\u007f' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }
}
