using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MiniLambda.Sandbox.Execution;
using Wasmtime;

namespace MiniLambda.Sandbox.Wasi;

/// <summary>Gives a store its WASI: arguments, environment, streams and folders, and nothing else.</summary>
internal static partial class WasiSetup
{
    public static void Apply(Store store, ExecutionRequest request, GuestRun run)
    {
        var config = new WasiConfiguration()
            .WithArgs([request.ProgramName, .. request.Args])
            .WithStandardOutputCallback(run.Stdout)
            .WithStandardErrorCallback(run.Stderr);
        if (request.Env.Count > 0)
            config.WithEnvironmentVariables(request.Env.Select(e => (e.Key, e.Value)));
        foreach (var directory in request.Directories)
            config.WithPreopenedDirectory(directory.HostPath, directory.GuestPath, !directory.ReadOnly);
        if (request.StdinPath is { } path)
            config.WithStandardInput(path);
        var hasStdinBytes = request.StdinPath is null && !request.Stdin.IsEmpty;
        if (hasStdinBytes || request.Capabilities.Network)
            ApplyRaw(store, config, hasStdinBytes ? request.Stdin.Span : [], request.Capabilities.Network);
        else
            store.SetWasiConfiguration(config);
    }

    // The binding offers stdin from a file only, and no network; the library takes bytes, which spares a small input its way over the disk. What
    // follows is what Store.SetWasiConfiguration does, with a few calls between.
    private static unsafe void ApplyRaw(Store store, WasiConfiguration config, ReadOnlySpan<byte> stdin, bool network)
    {
        var handle = (SafeHandle)Build(config);
        if (!stdin.IsEmpty)
        {
            ByteVector bytes;
            fixed (byte* data = stdin)
                NewByteVector(&bytes, (nuint)stdin.Length, data);
            SetStdinBytes(handle.DangerousGetHandle(), &bytes);
        }

        if (network)
        {
            // This allows every address and the look-up of names. It does not yet give sockets: TCP and UDP are off by default in Wasmtime 50, and its C
            // interface has no call that turns them on.
            InheritNetwork(handle.DangerousGetHandle());
            AllowNameLookup(handle.DangerousGetHandle(), true);
        }

        var error = SetWasi(ContextHandle(store), handle.DangerousGetHandle());
        handle.SetHandleAsInvalid();
        if (error != 0)
            throw new WasmtimeException("WASI could not be set up.");
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Build")]
    [return: UnsafeAccessorType("Wasmtime.WasiConfiguration+Handle, Wasmtime.Dotnet")]
    private static extern object Build(WasiConfiguration config);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "contextHandle")]
    private static extern ref IntPtr ContextHandle(Store store);

    [LibraryImport("wasmtime", EntryPoint = "wasm_byte_vec_new")]
    private static unsafe partial void NewByteVector(ByteVector* vector, nuint size, byte* data);

    [LibraryImport("wasmtime", EntryPoint = "wasi_config_set_stdin_bytes")]
    private static unsafe partial void SetStdinBytes(IntPtr config, ByteVector* bytes);

    [LibraryImport("wasmtime", EntryPoint = "wasi_config_inherit_network")]
    private static partial void InheritNetwork(IntPtr config);

    [LibraryImport("wasmtime", EntryPoint = "wasi_config_allow_ip_name_lookup")]
    private static partial void AllowNameLookup(IntPtr config, [MarshalAs(UnmanagedType.U1)] bool enable);

    [LibraryImport("wasmtime", EntryPoint = "wasmtime_context_set_wasi")]
    private static partial IntPtr SetWasi(IntPtr context, IntPtr config);

    /// <summary><c>wasm_byte_vec_t</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct ByteVector
    {
        public nuint Size;
        public byte* Data;
    }
}
