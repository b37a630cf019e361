using System.CommandLine;

namespace MiniLambda.Workbench.Commands.Completion;

/// <summary>Where in the command tree one is after some words. It forgives what the parser would not: the line is not whole yet.</summary>
internal sealed class CommandWalk(Command root)
{
    private readonly List<Command> _path = [root];
    private readonly HashSet<Option> _given = [];
    private int _arguments;

    /// <summary>The words that name the command.</summary>
    public IReadOnlyList<string> Path => [.. _path.Skip(1).Select(c => c.Name)];

    /// <summary>The option whose value comes next.</summary>
    public Option? Awaiting { get; private set; }

    /// <summary>Whether <c>--</c> has come: the rest is for the function.</summary>
    public bool IsPastDashes { get; private set; }

    /// <summary>The argument that comes next; null when none is taken any more.</summary>
    public Argument? Argument
    {
        get
        {
            var place = _arguments;
            foreach (var argument in _path[^1].Arguments)
            {
                if (place < argument.Arity.MaximumNumberOfValues)
                    return argument;
                place -= argument.Arity.MaximumNumberOfValues;
            }

            return null;
        }
    }

    public void Take(string word)
    {
        if (Awaiting is not null)
        {
            Awaiting = null;
            return;
        }

        if (IsPastDashes || (IsPastDashes = word == "--"))
            return;
        if (word is ['-', _, ..])
        {
            TakeFlag(word);
            return;
        }

        if (_arguments == 0 && _path[^1].Subcommands.FirstOrDefault(c => c.Name == word || c.Aliases.Contains(word)) is { } command)
            _path.Add(command);
        else
            _arguments++;
    }

    /// <summary>The commands that may come next.</summary>
    public IEnumerable<Command> Commands() => _arguments > 0 ? [] : _path[^1].Subcommands.Where(c => !c.Hidden);

    /// <summary>The flags that may come next: those of the command and those of all, without what can be given once and is.</summary>
    public IEnumerable<Option> Flags() => All().Where(o => !o.Hidden && (o.Arity.MaximumNumberOfValues > 1 || !_given.Contains(o)));

    public Option? Find(string flag) => All().FirstOrDefault(o => o.Name == flag || o.Aliases.Contains(flag));

    private IEnumerable<Option> All() => _path[^1].Options.Concat(_path.SkipLast(1).Reverse().SelectMany(c => c.Options.Where(o => o.Recursive)));

    private void TakeFlag(string word)
    {
        var sign = word.IndexOfAny(['=', ':']);
        if (Find(sign < 0 ? word : word[..sign]) is not { } option)
            return;
        _given.Add(option);
        if (sign < 0 && option.Arity.MinimumNumberOfValues > 0)
            Awaiting = option;
    }
}
