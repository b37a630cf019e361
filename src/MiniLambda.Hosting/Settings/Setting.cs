using System.ComponentModel;
using System.Reflection;
using System.Text;

namespace MiniLambda.Hosting.Settings;

/// <summary>One setting of a daemon: a property that has a description, and its name in each layer of the configuration.</summary>
internal sealed class Setting
{
    private const string SizeSuffix = "Bytes";

    private Setting(PropertyInfo property, string description)
    {
        Property = property;
        Description = description;
        var isSize = property.Name.EndsWith(SizeSuffix, StringComparison.Ordinal);
        Type = SettingType.Of(property.PropertyType, isSize);
        var words = Words(property.Name);
        Key = KeyOf(property.Name);
        Variable = "MINILAMBDA_" + Key.ToUpperInvariant();
        Table = property.GetCustomAttribute<CategoryAttribute>()?.Category ?? "";
        if (Table.Length > 0)
            Key = $"{Table}.{Key[(Table.Length + 1)..]}";
        Flag = "--" + string.Join('-', words);
        Placeholder = Type.Placeholder ?? words[^1];
        IsMap = property.PropertyType.IsAssignableTo(typeof(IEnumerable<KeyValuePair<string, string>>));
        if (IsMap)
            Flag = Flag.TrimEnd('s');
        IsList = property.PropertyType == typeof(List<string>);
    }

    public PropertyInfo Property { get; }

    public string Name => Property.Name;

    public string Description { get; }

    public SettingType Type { get; }

    /// <summary>Its name in a configuration file: <c>artifact_cache</c>.</summary>
    public string Key { get; }

    /// <summary>
    /// The table of the configuration file that it stands in, with whose name its own begins: <c>TrustSigners</c> of the category <c>trust</c> is
    /// <c>signers</c> in <c>[trust]</c>. Empty when it stands in none.
    /// </summary>
    public string Table { get; }

    /// <summary>Its name in the environment: <c>MINILAMBDA_ARTIFACT_CACHE</c>.</summary>
    public string Variable { get; }

    /// <summary>Its name on the command line: <c>--artifact-cache</c>.</summary>
    public string Flag { get; }

    /// <summary>Whether it is a dictionary, whose entries the layers add to.</summary>
    public bool IsMap { get; }

    /// <summary>Whether it is a list of texts; a higher layer's takes the place of a lower one's.</summary>
    public bool IsList { get; }

    /// <summary>Whether a layer may give it several values.</summary>
    public bool IsRepeatable => IsMap || IsList;

    /// <summary>Stands for the value in <c>--help</c>.</summary>
    public string Placeholder { get; }

    /// <summary>Whether the flag alone, without a value, sets it.</summary>
    public bool IsFlag => Property.PropertyType == typeof(bool);

    /// <summary>The settings of an options class, in the order in which it declares them.</summary>
    public static IReadOnlyList<Setting> Of(Type options) =>
    [
        .. from property in options.GetProperties()
           let description = property.GetCustomAttribute<DescriptionAttribute>()
           where description is not null && SettingTable.ElementOf(property) is null
           select new Setting(property, description.Description),
    ];

    /// <summary>A property's name in a configuration file.</summary>
    public static string KeyOf(string property) => string.Join('_', Words(property));

    public object? Get(object options) => Property.GetValue(options);

    /// <summary>Sets the value, or adds the entry to a dictionary.</summary>
    public void Set(object options, object value)
    {
        if (value is KeyValuePair<string, string> entry && IsMap)
            ((IDictionary<string, string>)Property.GetValue(options)!)[entry.Key] = entry.Value;
        else if (IsList)
            ((List<string>)Property.GetValue(options)!).Add((string)value);
        else
            Property.SetValue(options, value);
    }

    /// <summary>Forgets what lower layers said of a list.</summary>
    public void BeginLayer(object options)
    {
        if (IsList)
            ((List<string>)Property.GetValue(options)!).Clear();
    }

    private static string[] Words(string property)
    {
        var name = property.EndsWith(SizeSuffix, StringComparison.Ordinal) ? property[..^SizeSuffix.Length] : property;
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
