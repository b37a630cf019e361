using System.Text;
using MiniLambda.Workbench.Commands;
using MiniLambda.Workbench.Repl.Language;

namespace MiniLambda.Workbench.Repl;

/// <summary>Runs scripts, which may read others.</summary>
internal sealed class ScriptRunner(ReplSession session, ReplOptions options)
{
    /// <summary>How deep <c>.read</c> nests at most.</summary>
    public const int MaxDepth = 16;

    private readonly List<(string Path, string Name)> _open = [];

    /// <summary>Whether <see cref="ReplOptions.FailFast"/> has ended the script.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Runs a script to its end, or to where it is stopped.</summary>
    /// <returns>The exit code of its last command; 3 when it was stopped; in a dry run 2 when anything is wrong with it.</returns>
    public async Task<int> RunAsync(ScriptSource source, CancellationToken cancellationToken)
    {
        var (code, worst) = (ExitCodes.Done, ExitCodes.Done);
        while (!session.IsLeaving && !cancellationToken.IsCancellationRequested)
        {
            if (await source.ReadAsync(cancellationToken).WaitAsync(cancellationToken) is not { } statement)
                break;
            if (statement is { Words.Count: 0, Problem.Length: 0 })
                continue;
            var place = $"{source.Name}:{statement.Line}";
            code = statement.Problem.Length > 0
                ? session.Fail(place, statement.Problem)
                : await session.ExecuteAsync(statement.Words, place, cancellationToken);
            worst = Math.Max(code, worst);
            if (code == ExitCodes.Done || !options.FailFast || options.DryRun || session.IsLeaving)
            {
                if (statement.IsFatal)
                    break;
                continue;
            }

            if (!IsStopped && !cancellationToken.IsCancellationRequested)
                session.Fail(place, $"stopped here: exit code {code}", ExitCodes.Stopped);
            IsStopped = true;
            return ExitCodes.Stopped;
        }

        cancellationToken.ThrowIfCancellationRequested();
        return options.DryRun ? worst : code;
    }

    /// <summary>Runs a script from a file.</summary>
    /// <param name="place">Where it is asked for; empty when a person asks.</param>
    public async Task<int> RunFileAsync(string path, string place, CancellationToken cancellationToken)
    {
        string full;
        try
        {
            full = Path.GetFullPath(path);
        }
        catch (ArgumentException)
        {
            return session.Fail(place, $"'{path}' is no file's name");
        }

        if (_open.Exists(o => o.Path == full))
            return session.Fail(place, $"'{path}' would be read without end: {string.Join(" reads ", _open.Select(o => o.Name).Append(path))}");
        if (_open.Count == MaxDepth)
            return session.Fail(place, $"scripts read each other {MaxDepth} deep at most; '{path}' is left out");
        if (Directory.Exists(path))
            return session.Fail(place, $"'{path}' is a folder", ExitCodes.Failed);
        StreamReader reader;
        try
        {
            reader = new StreamReader(path, Encoding.UTF8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var problem = e is FileNotFoundException or DirectoryNotFoundException ? $"there is no file '{path}'" : $"'{path}' cannot be read: {e.Message}";
            return session.Fail(place, problem, ExitCodes.Failed);
        }

        _open.Add((full, path));
        try
        {
            using (reader)
                return await RunAsync(new ScriptSource(path, reader), cancellationToken);
        }
        finally
        {
            _open.RemoveAt(_open.Count - 1);
        }
    }
}
