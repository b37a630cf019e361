using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using MiniLambda.Domain.Folders;

namespace MiniLambda.Hosting;

/// <summary>Finds the pre-shared token. Never logs it, and takes it from no file that others could read.</summary>
public static class TokenFile
{
    private const int TokenBytes = 32;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = ~(OwnerOnly | UnixFileMode.UserExecute);

    /// <summary>The token of <paramref name="tokenFile"/>, else of the environment, else of the file at <paramref name="defaultPath"/>.</summary>
    /// <param name="environmentToken">The value of <c>MINILAMBDA_TOKEN</c>; empty counts as missing.</param>
    /// <param name="createIfMissing">Whether the file at <paramref name="defaultPath"/> is made, with a new token, when it is not there.</param>
    /// <exception cref="ConfigurationException">There is no token, or its file is open to others, empty or malformed.</exception>
    public static async Task<string> ResolveAsync(string? environmentToken, string? tokenFile, string defaultPath, bool createIfMissing)
    {
        if (tokenFile is not null)
            return await ReadAsync(tokenFile);
        if (!string.IsNullOrWhiteSpace(environmentToken))
            return Checked(environmentToken, "MINILAMBDA_TOKEN");
        if (!File.Exists(defaultPath))
        {
            if (!createIfMissing)
                throw new ConfigurationException("no token: set MINILAMBDA_TOKEN, or name a file that holds it with --token-file");
            await CreateAsync(defaultPath);
        }

        return await ReadAsync(defaultPath);
    }

    private static async Task<string> ReadAsync(string path)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
            // The mode of what was opened, not of what may stand at that path by now.
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & Others) != 0)
                throw new ConfigurationException($"token file {path} is open to others; run: chmod 600 {path}");
            using var reader = new StreamReader(file, Encoding.UTF8);
            return Checked(await reader.ReadToEndAsync(), $"token file {path}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"token file {path} cannot be read: {failure.Message}");
        }
    }

    private static async Task CreateAsync(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var draft = Path.Combine(folder, $".token.{Path.GetRandomFileName()}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        try
        {
            PrivateFolder.Create(folder);
            await using (var file = new FileStream(draft, options))
            {
                await file.WriteAsync(Encoding.ASCII.GetBytes(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes)) + "\n"));
                file.Flush(flushToDisk: true);
            }

            // In one step and without overwriting: nobody reads half a token, and daemons that start at once use the same one.
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another daemon was first: its token stands.
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"token file {path} cannot be made: {failure.Message}");
        }
        finally
        {
            if (File.Exists(draft))
                File.Delete(draft);
        }
    }

    private static string Checked(string text, string origin)
    {
        var token = text.Trim();
        if (token.Length == 0)
            throw new ConfigurationException($"{origin} is empty");
        if (token.Any(letter => letter is <= ' ' or > '~'))
            throw new ConfigurationException($"{origin} must hold one line of visible ASCII characters without spaces");
        return token;
    }
}
