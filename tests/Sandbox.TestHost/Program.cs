using System.Diagnostics;
using System.Text.Json;
using MiniLambda.Sandbox.Hosts;
using MiniLambda.Sandbox.TestHost;
using MiniLambda.Sandbox.Walls;

if (args is [.. var before, SandboxHost.Verb])
    return before is ["rogue", var trick] ? RogueHost.Run(trick) : SandboxHost.Run();

// Raises the walls, says which are in force, tries one thing, says what came of it. Arguments: what to try, then name=value.
var options = args.Skip(1).Select(a => a.Split('=', 2)).ToDictionary(a => a[0], a => a[1]);
var watch = Stopwatch.StartNew();
if (args[0] != "spawn")
{
    var walls = HostWalls.Raise(Options.ToSpec(options));
    Console.WriteLine(JsonSerializer.Serialize(new { walls, milliseconds = watch.Elapsed.TotalMilliseconds }));
}

Console.WriteLine(args[0] switch
{
    "walls" => "raised",
    "exec" => Attempts.Exec(),
    "fork" => Attempts.Fork(),
    "socket" => Attempts.Sockets(),
    "signal" => Attempts.Signals(),
    "undo" => Attempts.Undo(),
    "big-file" => Attempts.BigFile(options["folder"]),
    "many-files" => Attempts.ManyFiles(options["folder"]),
    "allocate" => Attempts.Allocate(),
    "descriptor" => Attempts.Descriptor(options["number"]),
    "spawn" => Attempts.SpawnAndWait(),
    "wait" => Attempts.Wait(),
    "echo" => Console.In.ReadLine(),
    "runtime" => RuntimeWork.Do(options["folder"]),
    "run-guests" => Guests.Run(options["fixtures"], options["folder"]),
    "run-component" => ComponentGuest.Run(options["path"]),
    var other => $"cannot try {other}",
});
return 0;
