using System.CommandLine;

namespace MiniLambda.Benchmarks.Scale;

/// <summary>
/// <c>scale …</c>: an orchestrator under more than one machine could give it. Workers are simulated: real sessions over gRPC whose attempts do nothing.
/// </summary>
internal static class ScaleCommand
{
    public static Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("An orchestrator under load, with simulated workers");

        var jobs = Number("--jobs", 1_000_000, "jobs that are queued");
        var backlog = new Command("backlog", "Submit and dispatch rates with a backlog, beside those with an empty queue") { jobs };
        backlog.SetAction((parsed, stop) => BacklogScenario.RunAsync(parsed.GetValue(jobs), stop));
        root.Add(backlog);

        var workers = Number("--workers", 1000, "workers that are connected");
        var seconds = Number("--seconds", 30, "how long they are watched, at rest and under load each");
        var fleet = new Command("workers", "Many workers: placement latency, heartbeats, the orchestrator's CPU time") { workers, seconds };
        fleet.SetAction((parsed, stop) => FleetScenario.RunAsync(parsed.GetValue(workers), parsed.GetValue(seconds), stop));
        root.Add(fleet);

        var flood = Number("--flood", 100_000, "jobs that one tenant queues");
        var singles = Number("--singles", 200, "jobs that the other sends one after another");
        var tenants = new Command("tenants", "A tenant's single jobs while another one floods the queue, beside those alone") { flood, singles };
        tenants.SetAction((parsed, stop) => TenantScenario.RunAsync(parsed.GetValue(flood), parsed.GetValue(singles), stop));
        root.Add(tenants);

        var program = new Option<string?>("--program") { Description = "the workbench to start, such as a published one" };
        var known = Number("--jobs", 10_000, "jobs that are known");
        var events = Number("--events", 1000, "a second");
        var watched = Number("--seconds", 10, "how long its CPU time is taken, at rest and under the flow each");
        var screen = new Command("screen", "The workbench in tmux: first frame, CPU time, from key to screen") { program, known, events, watched };
        screen.SetAction((parsed, stop) => ScreenScenario.RunAsync(
            parsed.GetValue(program), parsed.GetValue(known), parsed.GetValue(events), parsed.GetValue(watched), stop));
        root.Add(screen);

        var nodes = Number("--nodes", 10_000, "workers");
        var simulated = Number("--jobs", 100_000, "jobs");
        var seed = Number("--seed", 1, "of the random numbers");
        var scheduler = new Command("scheduler", "The scheduling rules alone, in simulated time: utilisation, waits, fairness") { nodes, simulated, seed };
        scheduler.SetAction(parsed => SchedulerSimulation.Run(parsed.GetValue(nodes), parsed.GetValue(simulated), parsed.GetValue(seed)));
        root.Add(scheduler);

        return root.Parse(args).InvokeAsync();
    }

    private static Option<int> Number(string name, int usual, string description) =>
        new(name) { Description = description, DefaultValueFactory = _ => usual };
}
