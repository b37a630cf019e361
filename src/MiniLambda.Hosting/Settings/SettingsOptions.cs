using System.CommandLine;

namespace MiniLambda.Hosting.Settings;

/// <summary>The settings of an options class as options of a command, with <c>--config</c> beside them.</summary>
internal sealed class SettingsOptions<TOptions>
    where TOptions : class, new()
{
    private const string ConfigVariable = "MINILAMBDA_CONFIG";

    private readonly IReadOnlyList<Setting> _settings = Setting.Of(typeof(TOptions));
    private readonly IReadOnlyList<SettingTable> _tables = SettingTable.Of<TOptions>();
    private readonly Dictionary<Setting, Option> _options;
    private readonly Option<string> _config = new("--config")
    {
        Description = $"TOML file with settings; the environment and flags win over it [{ConfigVariable}]",
        HelpName = "file",
    };

    public SettingsOptions()
    {
        var defaults = new TOptions();
        _config.Description += string.Concat(_tables.Select(static table => $"; {table.Description}"));
        _options = _settings.ToDictionary(setting => setting, setting => ToOption(setting, defaults));
    }

    /// <param name="names">The settings that the command reads; null for all.</param>
    public void AddTo(Command command, IReadOnlyCollection<string>? names = null)
    {
        command.Add(_config);
        foreach (var setting in _settings.Where(setting => names is null || names.Contains(setting.Name)))
            command.Add(_options[setting]);
    }

    /// <summary>Reads every layer; the reader holds the options and all that is wrong with them.</summary>
    public async Task<SettingsReader<TOptions>> ReadAsync(ParseResult flags, Func<string, string?> variable)
    {
        var reader = new SettingsReader<TOptions>(_settings) { Tables = _tables };
        var given = flags.GetValue(_config);
        var origin = given is null ? $"environment {ConfigVariable}" : _config.Name;
        if ((given ?? variable(ConfigVariable)) is { Length: > 0 } file)
            await ReadFileAsync(reader, file, origin);
        reader.ReadEnvironment(variable);
        foreach (var (setting, option) in _options)
        {
            if (flags.GetResult(option) is { Implicit: false } result)
                reader.ReadFlag(setting, setting.IsFlag && result.Tokens.Count == 0 ? ["true"] : result.Tokens.Select(token => token.Value));
        }

        reader.Validate();
        return reader;
    }

    private static async Task ReadFileAsync(SettingsReader<TOptions> reader, string file, string origin)
    {
        try
        {
            reader.ReadFile(await File.ReadAllTextAsync(file), file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            reader.Fail(origin, $"cannot be read: {failure.Message}");
        }
    }

    private static Option ToOption(Setting setting, TOptions defaults)
    {
        // The parser takes every value as it is, so that the reader can judge the flags with the same words as the other layers.
        Option option = setting.IsFlag ? new Option<bool>(setting.Flag)
            : setting.IsRepeatable ? new Option<string[]>(setting.Flag) { Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false }
            : new Option<string>(setting.Flag) { Arity = ArgumentArity.ExactlyOne };
        var standard = setting.IsRepeatable || setting.Get(defaults) is not { } value ? "" : setting.Type.Write(value);
        option.Description = setting.Description
            + (standard.Length == 0 ? "" : $" (default: {standard})")
            + $" [{setting.Variable}, {(setting.IsMap ? $"table {setting.Key}" : setting.Key)}]";
        option.HelpName = setting.Placeholder;
        return option;
    }
}
