using MiniLambda.Domain.Functions;
using Wasmtime;
using Wasmtime.Components;

namespace MiniLambda.Sandbox.Wasi;

/// <summary>
/// Linkers with WASI preview 2, one for each choice of grants, made when the first guest has it. A capability that was not granted is a function that
/// ends its caller: preview 2 has no error code for it, and a component mostly imports more than it ever calls.
/// </summary>
internal sealed class ComponentLinkers(Engine engine) : IDisposable
{
    /// <summary>The version of preview 2 that this Wasmtime has. Only functions of this very version can be shadowed; imports of others find it.</summary>
    private const string Version = "0.2.12";

    private static readonly (string Interface, string[] Functions)[] Clocks =
    [
        ("wasi:clocks/monotonic-clock", ["now", "resolution", "subscribe-duration", "subscribe-instant"]), ("wasi:clocks/wall-clock", ["now", "resolution"]),
    ];

    private static readonly (string Interface, string[] Functions)[] Randoms =
    [
        ("wasi:random/random", ["get-random-bytes", "get-random-u64"]),
        ("wasi:random/insecure", ["get-insecure-random-bytes", "get-insecure-random-u64"]),
        ("wasi:random/insecure-seed", ["insecure-seed"]),
    ];

    private readonly Lock _gate = new();
    private readonly Dictionary<(bool Clock, bool Random), ComponentLinker> _linkers = [];

    public ComponentLinker For(CapabilityGrants grants)
    {
        var key = (grants.Clock, grants.Random);
        lock (_gate)
        {
            if (!_linkers.TryGetValue(key, out var linker))
                _linkers.Add(key, linker = Create(grants));
            return linker;
        }
    }

    public void Dispose()
    {
        foreach (var linker in _linkers.Values)
            linker.Dispose();
    }

    private ComponentLinker Create(CapabilityGrants grants)
    {
        var linker = new ComponentLinker(engine);
        linker.AddWasiPreview2();
        linker.AllowShadowing = true;
        using var root = linker.Root();
        if (!grants.Clock)
            Deny(root, Clocks, "clock");
        if (!grants.Random)
            Deny(root, Randoms, "random");
        return linker;
    }

    private static void Deny(ComponentLinkerInstance root, (string Interface, string[] Functions)[] interfaces, string capability)
    {
        foreach (var (name, functions) in interfaces)
        {
            using var instance = root.AddInstance($"{name}@{Version}");
            foreach (var function in functions)
                instance.DefineFunction(function, (_, _) => throw new CapabilityDeniedException($"{name}.{function}", capability));
        }
    }
}

/// <summary>Ends a guest that called what it was not granted.</summary>
internal sealed class CapabilityDeniedException(string function, string capability)
    : Exception($"the function called '{function}', which needs the capability '{capability}', and that is not granted");
