using MiniLambda.Sandbox;

namespace MiniLambda.Orchestrator.Tests.Traces;

/// <summary>Guests of these tests.</summary>
internal static class ModuleText
{
    /// <summary>Writes its environment to stdout, as WASI gives it: NAME=value, each with a zero byte behind it.</summary>
    public static byte[] PrintsItsEnvironment { get; } = Compile("""
        (module
          (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1)
          (func (export "_start")
            (drop (call $sizes (i32.const 0) (i32.const 4)))
            (drop (call $environ (i32.const 64) (i32.const 4096)))
            (i32.store (i32.const 8) (i32.const 4096))
            (i32.store (i32.const 12) (i32.load (i32.const 4)))
            (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 16)))))
        """);

    private static byte[] Compile(string text)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.wat");
        try
        {
            File.WriteAllText(path, text);
            return ModuleBytes.Read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
