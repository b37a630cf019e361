using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using MiniLambda.Domain.Toml;

namespace MiniLambda.Hosting.Settings;

/// <summary>
/// Fills an options object layer by layer, from low to high: defaults, configuration file, environment, flags. Collects what is wrong, each with its
/// origin, so that all can be told at once.
/// </summary>
/// <param name="path">Where in a file its keys stand, when it reads one table of it; else empty.</param>
internal sealed class SettingsReader<TOptions>(IReadOnlyList<Setting> settings, string path = "") : ITableReader
    where TOptions : class, new()
{
    private readonly List<string> _errors = [];
    private readonly Dictionary<string, string> _origins = new(StringComparer.Ordinal);
    private readonly HashSet<string> _faulty = new(StringComparer.Ordinal);

    public TOptions Options { get; } = new();

    /// <summary>Tables of records that a file may have beside the settings.</summary>
    public IReadOnlyList<SettingTable> Tables { get; init; } = [];

    public IReadOnlyList<string> Errors => _errors;

    object ITableReader.Result => Options;

    /// <summary>Lays a configuration file over what was read so far.</summary>
    /// <param name="source">The file's name in errors.</param>
    public void ReadFile(string text, string source)
    {
        var problems = new List<TextError>();
        var root = TomlDocument.Parse(text, source, problems);
        _errors.AddRange(problems.Select(problem => problem.ToString()));
        ReadKeys(root, source);
    }

    /// <summary>Reads one table, and checks it.</summary>
    void ITableReader.Read(TomlTable table, string source)
    {
        ReadKeys(table, source);
        Validate();
    }

    private void ReadKeys(TomlTable root, string source)
    {
        foreach (var (key, node) in root)
        {
            var origin = $"{source}:{node.Line}:{node.Column}: {(path.Length > 0 ? $"{path}." : "")}{key}";
            if (Tables.FirstOrDefault(table => table.Key == key) is { } tables)
                _errors.AddRange(tables.Read(Options, node, source));
            else if (path.Length == 0 && settings.Any(setting => setting.Table == key))
                ReadGroup(key, node, source);
            else if (settings.FirstOrDefault(setting => setting.Key == key) is not { } setting)
                _errors.Add($"{source}:{node.Line}:{node.KeyColumn}: unknown key '{key}'{DidYouMean(key)}");
            else
                ReadNode(setting, origin, node, source);
        }
    }

    private void ReadNode(Setting setting, string origin, TomlNode node, string source)
    {
        setting.BeginLayer(Options);
        if (setting.IsList && node.Value is TomlArray items)
            items.ForEach(item => ApplyNode(setting, $"{source}:{item.Line}:{item.Column}: {setting.Key}", item));
        else if (!setting.IsMap)
            ApplyNode(setting, origin, node);
        else if (node.Value is not TomlTable table)
            Fail(setting, origin, $"must be a table, not {node.TypeName}");
        else
            ReadTable(setting, table, source);
    }

    // Settings that stand together in one table.
    private void ReadGroup(string name, TomlNode group, string source)
    {
        if (group.Value is not TomlTable table)
        {
            _errors.Add($"{source}:{group.Line}:{group.Column}: {name}: must be a table, not {group.TypeName}");
            return;
        }

        foreach (var (inner, node) in table)
        {
            var key = $"{name}.{inner}";
            if (settings.FirstOrDefault(setting => setting.Key == key) is { } setting)
                ReadNode(setting, $"{source}:{node.Line}:{node.Column}: {key}", node, source);
            else
                _errors.Add($"{source}:{node.Line}:{node.KeyColumn}: unknown key '{key}'{DidYouMean(key)}");
        }
    }

    /// <summary>Lays the <c>MINILAMBDA_…</c> variables over what was read so far; an empty one counts as missing.</summary>
    public void ReadEnvironment(Func<string, string?> variable)
    {
        foreach (var setting in settings)
        {
            if (variable(setting.Variable) is not { Length: > 0 } text)
                continue;
            var origin = $"environment {setting.Variable}";
            setting.BeginLayer(Options);
            foreach (var part in setting.IsRepeatable ? text.Split(',') : [text])
                Apply(setting, origin, part);
        }
    }

    /// <summary>Lays a flag's values over what was read so far.</summary>
    public void ReadFlag(Setting setting, IEnumerable<string> values)
    {
        setting.BeginLayer(Options);
        foreach (var value in values)
            Apply(setting, setting.Flag, value);
    }

    /// <summary>Notes an error that is no single setting's.</summary>
    public void Fail(string origin, string message) => _errors.Add($"{origin}: {message}");

    /// <summary>Checks the whole by its DataAnnotations and by its own <see cref="IValidatableObject.Validate"/>; a value that could not be read is told once.</summary>
    public void Validate()
    {
        foreach (var setting in settings)
        {
            foreach (var rule in setting.Property.GetCustomAttributes<ValidationAttribute>())
            {
                if (!_faulty.Contains(setting.Name) && !rule.IsValid(setting.Get(Options)))
                    Fail(setting, Origin(setting), Message(rule, setting));
            }
        }

        if (Options is not IValidatableObject self)
            return;
        foreach (var result in self.Validate(new ValidationContext(Options)).ToList())
        {
            var about = settings.Where(setting => result.MemberNames.Contains(setting.Name)).ToList();
            if (about.Count == 0)
                _errors.Add(result.ErrorMessage!);
            else if (!about.Any(setting => _faulty.Contains(setting.Name)))
                Fail(about[0], Origin(about[0]), result.ErrorMessage!);
        }
    }

    private void ReadTable(Setting setting, TomlTable table, string source)
    {
        foreach (var (name, node) in table)
        {
            var origin = $"{source}:{node.Line}:{node.Column}: {setting.Key}.{name}";
            if (node.Value is string text)
                Set(setting, origin, KeyValuePair.Create(name, text));
            else
                Fail(setting, origin, $"must be a string, not {node.TypeName}");
        }
    }

    private void ApplyNode(Setting setting, string origin, TomlNode node)
    {
        if (setting.Type.FromToml(node.Value) is { } text)
            Apply(setting, origin, text);
        else
            Fail(setting, origin, $"must be {setting.Type.Rule}, not {node.TypeName}");
    }

    private void Apply(Setting setting, string origin, string text)
    {
        if (setting.Type.Read(text) is { } value)
            Set(setting, origin, value);
        else
            Fail(setting, origin, $"must be {setting.Type.Rule}, not '{text}'");
    }

    private void Set(Setting setting, string origin, object value)
    {
        setting.Set(Options, value);
        _origins[setting.Name] = origin;
    }

    private void Fail(Setting setting, string origin, string message)
    {
        _faulty.Add(setting.Name);
        Fail(origin, message);
    }

    private string Origin(Setting setting) => _origins.GetValueOrDefault(setting.Name, setting.Flag);

    private string DidYouMean(string key) =>
        Spelling.Nearest(key, settings.Select(setting => setting.Key).Concat(Tables.Select(table => table.Key))) is { } near ? $"; did you mean '{near}'?" : "";

    private static string Message(ValidationAttribute rule, Setting setting) => rule switch
    {
        { ErrorMessage: not null } => rule.FormatErrorMessage(setting.Key),
        RequiredAttribute => $"must be set (or {setting.Variable}, or '{setting.Key}' in the configuration file)",
        RangeAttribute range => $"must be between {Bound(range.Minimum, setting)} and {Bound(range.Maximum, setting)}",
        RegularExpressionAttribute expression => $"must match {expression.Pattern}",
        _ => rule.FormatErrorMessage(setting.Key),
    };

    // [Range] keeps its bounds as int or double, whatever the property's type.
    private static string Bound(object bound, Setting setting)
    {
        var type = setting.Property.PropertyType;
        return setting.Type.Write(Convert.ChangeType(bound, Nullable.GetUnderlyingType(type) ?? type, CultureInfo.InvariantCulture));
    }
}
