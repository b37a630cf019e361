using System.CommandLine;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Secrets;

namespace MiniLambda.Workbench.Commands.Secrets;

/// <summary>Secrets of a function that runs here, where no cluster keeps any: from files, or from this program's environment.</summary>
internal static class LocalSecrets
{
    private const string Prefix = "MINILAMBDA_SECRET_";

    public static Option<string[]> Flag() => Flags.Pairs(
        "--secret", $"value of a secret that the manifest names, from a file; repeatable; without it {Prefix}NAME, in capitals and with '_' for '-'", "name=file");

    /// <summary>The guest's environment with the secrets that its manifest asks for.</summary>
    /// <param name="given">What <see cref="Flag"/> read.</param>
    /// <exception cref="CommandException">One is missing, or cannot be one.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> AddToAsync(
        FunctionManifest manifest, string[] given, CommandTerminal terminal, CancellationToken cancellationToken)
    {
        var files = given.Select(static pair => pair.Split('=', 2)).ToDictionary(static pair => pair[0], static pair => pair[1]);
        if (files.Keys.FirstOrDefault(name => !manifest.Secrets.Values.Contains(name)) is { } unknown)
            throw new CommandException(ExitCodes.Usage, $"--secret {unknown}: the manifest of '{manifest.Name}' names no such secret");
        if (manifest.Secrets.Count == 0)
            return manifest.Env;
        var env = new Dictionary<string, string>(manifest.Env);
        foreach (var (variable, name) in manifest.Secrets)
        {
            var inherited = Prefix + name.ToUpperInvariant().Replace('-', '_');
            var value = files.TryGetValue(name, out var file) ? await ReadAsync(name, file, cancellationToken) : terminal.Variable(inherited);
            if (value is null)
                throw new CommandException(ExitCodes.NotRun, $"the function wants secret '{name}' as {variable}: give it with --secret {name}=FILE, or in {inherited}");
            if (SecretRules.Problem(name, value) is { } problem)
                throw new CommandException(ExitCodes.NotRun, problem);
            env[variable] = value;
        }

        return env;
    }

    private static async Task<string> ReadAsync(string name, string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
            throw new CommandException(ExitCodes.NotRun, $"--secret {name}: there is no file '{file}'");
        await using var content = File.OpenRead(file);
        return await SecretInput.ReadAsync(content, $"secret '{name}'", cancellationToken);
    }
}
