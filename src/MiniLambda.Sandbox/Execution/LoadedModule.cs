using MiniLambda.Sandbox.Engines;
using Wasmtime;

namespace MiniLambda.Sandbox.Execution;

/// <summary>A compiled module in this process, and the engine it is for.</summary>
internal sealed record LoadedModule(Module Module, EngineVariant Engine);
