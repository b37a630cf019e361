using MiniLambda.Domain.Text;

namespace MiniLambda.Domain.Functions;

/// <summary>What a module must be like to run here, as far as its outline tells.</summary>
public static class ModuleRules
{
    private const string Wasi = "wasi_snapshot_preview1";
    private const int MaxRefusals = 20;

    /// <summary>The functions of WASI preview 1 (WebAssembly/WASI, <c>legacy/preview1/docs.md</c>).</summary>
    private static readonly HashSet<string> WasiFunctions = new(StringComparer.Ordinal)
    {
        "args_get", "args_sizes_get", "clock_res_get", "clock_time_get", "environ_get", "environ_sizes_get", "fd_advise", "fd_allocate", "fd_close",
        "fd_datasync", "fd_fdstat_get", "fd_fdstat_set_flags", "fd_fdstat_set_rights", "fd_filestat_get", "fd_filestat_set_size",
        "fd_filestat_set_times", "fd_pread", "fd_prestat_dir_name", "fd_prestat_get", "fd_pwrite", "fd_read", "fd_readdir", "fd_renumber", "fd_seek",
        "fd_sync", "fd_tell", "fd_write", "path_create_directory", "path_filestat_get", "path_filestat_set_times", "path_link", "path_open",
        "path_readlink", "path_remove_directory", "path_rename", "path_symlink", "path_unlink_file", "poll_oneoff", "proc_exit", "proc_raise",
        "random_get", "sched_yield", "sock_accept", "sock_recv", "sock_send", "sock_shutdown",
    };

    /// <summary>Why a module cannot run, each completing the sentence "the module …"; empty when nothing stands against it.</summary>
    /// <param name="entry">The export that will be called.</param>
    public static IReadOnlyList<string> Problems(ModuleFacts facts, string entry)
    {
        var isComponent = facts.Kind == ModuleKind.Component;
        var problems = isComponent ? ComponentRules.Problems(facts, entry) : CoreProblems(facts, entry);
        var refusals = facts.Imports.Select(import => isComponent ? ComponentRules.Refusal(import) : Refusal(import)).OfType<string>().Distinct().ToList();
        problems.AddRange(refusals.Take(MaxRefusals));
        if (refusals.Count > MaxRefusals)
            problems.Add($"imports {refusals.Count - MaxRefusals} more things that nobody provides");
        return problems;
    }

    /// <summary>The names of some exports, to be told where the one that was asked for is missing.</summary>
    internal static string Offered(IEnumerable<ModuleExport> exports, string none)
    {
        const int shown = 5;
        var names = exports.Select(e => $"'{Printable.Of(e.Name)}'").ToList();
        if (names.Count == 0)
            return none;
        return $"; it exports {string.Join(", ", names.Take(shown))}{(names.Count > shown ? ", …" : "")}";
    }

    internal static string Word(ExternKind kind) => kind.ToString().ToLowerInvariant();

    private static List<string> CoreProblems(ModuleFacts facts, string entry)
    {
        var problems = new List<string>();
        var export = facts.Exports.FirstOrDefault(e => e.Name == entry);
        if (export is null)
            problems.Add($"has no export '{Printable.Of(entry)}'{Offered(facts.Exports.Where(e => e.Kind == ExternKind.Function), " and exports no function")}");
        else if (export.Kind != ExternKind.Function)
            problems.Add($"exports '{Printable.Of(entry)}' as a {Word(export.Kind)}, not as a function");
        if (facts.Imports.Any(i => i.Module == Wasi) && !facts.Exports.Any(e => e is { Name: "memory", Kind: ExternKind.Memory }))
            problems.Add("uses WASI but does not export its 'memory'");
        return problems;
    }

    private static string? Refusal(ModuleImport import) => import switch
    {
        { Module: Wasi, Kind: ExternKind.Function } when WasiFunctions.Contains(import.Name) => null,
        { Module: "wasi_unstable" } => "imports 'wasi_unstable' (WASI preview 0), which nobody provides; rebuild it with a newer toolchain",
        { Module: Wasi } => $"imports the {Word(import.Kind)} '{import.Module}.{Printable.Of(import.Name)}', which is not part of WASI preview 1",
        _ => $"imports the {Word(import.Kind)} '{Printable.Of(import.Module)}.{Printable.Of(import.Name)}', which nobody provides",
    };
}
