using MiniLambda.Workbench.Commands;

return await CommandLine.RunAsync(args, Terminal.System());
