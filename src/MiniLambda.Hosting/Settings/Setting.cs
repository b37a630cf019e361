using System.ComponentModel;
using System.Reflection;
using System.Text;

namespace MiniLambda.Hosting.Settings;

/// <summary>One setting of a daemon: a property that has a description, and its name in each layer of the configuration.</summary>
internal sealed class Setting
{
    private const string SizeSuffix = "Bytes";

    private readonly PropertyInfo _property;

    private Setting(PropertyInfo property, string description)
    {
        _property = property;
        Description = description;
        var isSize = property.Name.EndsWith(SizeSuffix, StringComparison.Ordinal);
        Type = SettingType.Of(property.PropertyType, isSize);
        var words = Words(isSize ? property.Name[..^SizeSuffix.Length] : property.Name);
        Key = string.Join('_', words);
        Variable = "MINILAMBDA_" + Key.ToUpperInvariant();
        Flag = "--" + string.Join('-', words);
        IsMap = property.PropertyType.IsAssignableTo(typeof(IEnumerable<KeyValuePair<string, string>>));
        if (IsMap)
            Flag = Flag.TrimEnd('s');
    }

    /// <summary>The property's name.</summary>
    public string Name => _property.Name;

    public string Description { get; }

    public SettingType Type { get; }

    /// <summary>Its name in a configuration file: <c>artifact_cache</c>.</summary>
    public string Key { get; }

    /// <summary>Its name in the environment: <c>MINILAMBDA_ARTIFACT_CACHE</c>.</summary>
    public string Variable { get; }

    /// <summary>Its name on the command line: <c>--artifact-cache</c>.</summary>
    public string Flag { get; }

    /// <summary>Whether it is a dictionary, whose entries the layers add to.</summary>
    public bool IsMap { get; }

    public bool IsFlag => _property.PropertyType == typeof(bool);

    /// <summary>The property itself, for its validation attributes.</summary>
    public MemberInfo Member => _property;

    /// <summary>The settings of an options class, in the order in which it declares them.</summary>
    public static IReadOnlyList<Setting> Of<TOptions>() =>
    [
        .. from property in typeof(TOptions).GetProperties()
           let description = property.GetCustomAttribute<DescriptionAttribute>()
           where description is not null
           select new Setting(property, description.Description),
    ];

    public object? Get(object options) => _property.GetValue(options);

    /// <summary>Sets the value, or adds the entry to a dictionary.</summary>
    public void Set(object options, object value)
    {
        if (value is KeyValuePair<string, string> entry && IsMap)
            ((IDictionary<string, string>)_property.GetValue(options)!)[entry.Key] = entry.Value;
        else
            _property.SetValue(options, value);
    }

    private static string[] Words(string name)
    {
        var text = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && text.Length > 0)
                text.Append(' ');
            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString().Split(' ');
    }
}
