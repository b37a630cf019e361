using BenchmarkDotNet.Running;
using MiniLambda.Benchmarks.Sandbox;
using MiniLambda.Benchmarks.Scale;
using MiniLambda.Sandbox.Hosts;

if (SandboxHost.IsCalled(args))
    return SandboxHost.Run();

if (args is ["scale", .. var scale])
    return await ScaleCommand.RunAsync(scale);

// In this process: the default toolchain generates projects that know neither the central package versions nor the artifacts folder.
var summaries = BenchmarkSwitcher.FromAssembly(typeof(StartBenchmarks).Assembly).Run([.. args, "--inProcess"]).ToList();
return summaries.TrueForAll(summary => !summary.HasCriticalValidationErrors && summary.Reports.All(report => report.Success)) ? 0 : 1;
