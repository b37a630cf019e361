namespace MiniLambda.Workbench.Commands.Init;

/// <summary>A function to begin with, in one language.</summary>
/// <param name="Name">As <c>--template</c> takes it.</param>
/// <param name="Source">Where its code stands.</param>
/// <param name="Module">What the manifest runs.</param>
/// <param name="Needs">What has to be installed, for people; empty when nothing has to be.</param>
/// <param name="Build">Commands, run in the folder, that make the module.</param>
internal sealed record FunctionTemplate(string Name, string Language, string Source, string Module, string Needs, IReadOnlyList<string> Build)
{
    /// <summary>In all of them, this stands for the function's name.</summary>
    public const string NameMark = "{{name}}";

    /// <summary>The one that works with nothing installed.</summary>
    public const string Usual = "wat";

    private const string ResourceRoot = "templates/";

    public static IReadOnlyList<FunctionTemplate> All { get; } =
    [
        new("wat", "WebAssembly text", "{{name}}.wat", "{{name}}.wat", "", []),
        new(
            "c", "C", "{{name}}.c", "{{name}}.wasm",
            "clang and lld with wasi-libc (Debian: clang lld wasi-libc libclang-rt-14-dev-wasm32; elsewhere the WASI SDK)",
            ["clang --target=wasm32-wasi -O2 -s -Wall -Wextra {{name}}.c -o {{name}}.wasm"]),
        new("assemblyscript", "AssemblyScript", "{{name}}.ts", "{{name}}.wasm", "Node.js with npm", ["npm install", "npm run build"]),
        new(
            "rust", "Rust", "main.rs", "{{name}}.wasm", "Rust 1.78 or later with its WASI target: rustup target add wasm32-wasip1 (before 1.78 the target is wasm32-wasi)",
            ["cargo build --release --target wasm32-wasip1", "cp target/wasm32-wasip1/release/function.wasm {{name}}.wasm"]),
        new("go", "Go", "main.go", "{{name}}.wasm", "Go 1.21 or later", ["GOOS=wasip1 GOARCH=wasm go build -ldflags='-s -w' -o {{name}}.wasm"]),
    ];

    /// <summary>The files of a new function: paths within its folder, and what they hold.</summary>
    public IReadOnlyDictionary<string, string> Files(string function)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var assembly = typeof(FunctionTemplate).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            // Folders are separated as on the machine that built this.
            var path = resource.Replace('\\', '/');
            if (!path.StartsWith($"{ResourceRoot}{Name}/", StringComparison.Ordinal) && !path.StartsWith($"{ResourceRoot}all/", StringComparison.Ordinal))
                continue;
            using var text = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            files[FileName(Path.GetFileName(path), function)] = Fill(text.ReadToEnd(), function);
        }

        return files;
    }

    /// <summary>A text with the function's name, and what else is this template's, in place.</summary>
    public string Fill(string text, string function) => text
        .Replace("{{language}}", Language, StringComparison.Ordinal)
        .Replace("{{source}}", Source, StringComparison.Ordinal)
        .Replace("{{module}}", Module, StringComparison.Ordinal)
        .Replace("{{build}}", BuildText(), StringComparison.Ordinal)
        .Replace(NameMark, function, StringComparison.Ordinal);

    private string BuildText() => Build.Count == 0
        ? "Nothing has to be built: the text is the module."
        : $"Needs {Needs}.\n\n```sh\n{string.Join('\n', Build)}\n```";

    private static string FileName(string resource, string function) => Path.GetFileNameWithoutExtension(resource) switch
    {
        "function" => function + Path.GetExtension(resource),
        "gitignore" => ".gitignore",
        _ => resource,
    };
}
