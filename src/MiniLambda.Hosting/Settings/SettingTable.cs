using System.Collections;
using System.ComponentModel;
using System.Reflection;
using System.Text.RegularExpressions;
using MiniLambda.Domain.Toml;

namespace MiniLambda.Hosting.Settings;

/// <summary>
/// Named tables of a configuration file, such as <c>[tenants.photos]</c>: a property that is a dictionary of records, whose own described properties
/// are the keys. Too much for a flag or a variable, so they stand in the file alone.
/// </summary>
internal sealed partial class SettingTable
{
    private readonly PropertyInfo _property;
    private readonly Type _element;

    private SettingTable(PropertyInfo property, Type element)
    {
        (_property, _element) = (property, element);
        Key = Setting.KeyOf(property.Name);
        Settings = Setting.Of(element);
    }

    /// <summary>Its name in a configuration file: <c>tenants</c>.</summary>
    public string Key { get; }

    /// <summary>The keys of each table.</summary>
    public IReadOnlyList<Setting> Settings { get; }

    /// <summary>One line for <c>--help</c>.</summary>
    public string Description => $"[{Key}.NAME] {_property.GetCustomAttribute<DescriptionAttribute>()!.Description}: "
        + string.Join(", ", Settings.Select(static setting => setting.Key));

    public static IReadOnlyList<SettingTable> Of<TOptions>() =>
    [
        .. from property in typeof(TOptions).GetProperties()
           where property.GetCustomAttribute<DescriptionAttribute>() is not null && ElementOf(property) is not null
           select new SettingTable(property, ElementOf(property)!),
    ];

    /// <summary>The record that a property is a dictionary of; null for other properties.</summary>
    public static Type? ElementOf(PropertyInfo property) =>
        property.PropertyType is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Dictionary<,>)
        && type.GetGenericArguments() is [_, { IsClass: true } element] && element != typeof(string)
            ? element
            : null;

    /// <summary>Reads all tables under the key, and tells what is wrong with each.</summary>
    public IEnumerable<string> Read(object options, TomlNode node, string source)
    {
        if (node.Value is not TomlTable tables)
            return [$"{source}:{node.Line}:{node.Column}: {Key}: must be tables such as [{Key}.name], not {node.TypeName}"];
        var errors = new List<string>();
        foreach (var (name, table) in tables)
        {
            if (!Name().IsMatch(name))
                errors.Add($"{source}:{table.Line}:{table.KeyColumn}: '{name}' is not a name: lowercase letters, digits and '-', at most 63");
            else if (table.Value is not TomlTable entries)
                errors.Add($"{source}:{table.Line}:{table.Column}: {Key}.{name}: must be a table, not {table.TypeName}");
            else
                ((IDictionary)_property.GetValue(options)!)[name] = ReadOne(entries, $"{Key}.{name}", source, errors);
        }

        return errors;
    }

    private object ReadOne(TomlTable entries, string path, string source, List<string> errors)
    {
        var reader = (ITableReader)Activator.CreateInstance(typeof(SettingsReader<>).MakeGenericType(_element), Settings, path)!;
        reader.Read(entries, source);
        errors.AddRange(reader.Errors);
        return reader.Result;
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}

/// <summary>A reader of one table, whatever it fills.</summary>
internal interface ITableReader
{
    object Result { get; }

    IReadOnlyList<string> Errors { get; }

    void Read(TomlTable table, string source);
}
