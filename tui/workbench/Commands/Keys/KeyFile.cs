using MiniLambda.Trust.Modules;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Keys;

/// <summary>A signer's private key in a file that its owner alone may read.</summary>
internal static class KeyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = ~(OwnerOnly | UnixFileMode.UserExecute);

    /// <exception cref="CommandException">It is missing, open to others, or no key.</exception>
    public static SigningKey Read(string path)
    {
        if (!File.Exists(path))
            throw new CommandException(ExitCodes.Failed, $"there is no key file '{path}'; make one with: minilambda key create {path}");
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & Others) != 0)
                throw new CommandException(ExitCodes.Failed, $"key file '{path}' is open to others; run: chmod 600 {path}");
            using var reader = new StreamReader(file);
            return SigningKey.Read(reader.ReadToEnd());
        }
        catch (FormatException e)
        {
            throw new CommandException(ExitCodes.Failed, $"key file '{path}': {e.Message}");
        }
    }

    /// <exception cref="CommandException">Something stands there.</exception>
    public static void Create(string path, SigningKey key)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        try
        {
            using var file = new FileStream(path, options);
            using var writer = new StreamWriter(file);
            writer.Write(key.ToPem());
        }
        catch (IOException) when (Path.Exists(path))
        {
            throw new CommandException(ExitCodes.Failed, $"'{path}' is there already: a key is never overwritten");
        }
    }

    /// <summary>What others may know of a key.</summary>
    public static void Tell(System.CommandLine.ParseResult parsed, OutputFormat format, CommandTerminal terminal, SignerKey key) => format.Write(
        parsed, terminal,
        () => $"{{ \"keyId\": \"{key.Id}\", \"publicKey\": \"{key.Text}\" }}",
        _ =>
        {
            var table = new TextTable();
            table.Add("key id", key.Id);
            table.Add("public", key.Text);
            return table;
        });
}
