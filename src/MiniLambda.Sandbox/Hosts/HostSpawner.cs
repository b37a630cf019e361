using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MiniLambda.Sandbox.Hosts;

/// <summary>Starts hosts one after the other on a thread of its own, which lives as long as they do: Linux ends a child with the thread that made it.</summary>
internal sealed class HostSpawner : IDisposable
{
    private readonly BlockingCollection<Action> _orders = [];
    private readonly HostCommand _command;
    private readonly ILogger _logger;
    private readonly Thread _thread;

    public HostSpawner(HostCommand command, ILogger logger)
    {
        _command = command;
        _logger = logger;
        _thread = new Thread(Run) { IsBackground = true, Name = "host-spawner" };
        _thread.Start();
    }

    /// <summary>Starts a host; one of the two is called on the spawner's thread.</summary>
    public void Start(HostSpec spec, Action<HostProcess> started, Action<Exception> failed)
    {
        try
        {
            _orders.Add(() =>
            {
                HostProcess host;
                try
                {
                    host = HostProcess.Start(_command, spec, _logger);
                }
                catch (Exception e)
                {
                    // Whatever it is: this thread carries the hosts that run.
                    failed(e);
                    return;
                }

                started(host);
            });
        }
        catch (InvalidOperationException)
        {
            failed(new IOException("the sandbox is closed"));
        }
    }

    /// <summary>Call after all hosts have been ended: those that are left end with the thread.</summary>
    public void Dispose()
    {
        _orders.CompleteAdding();
        _thread.Join(TimeSpan.FromSeconds(1));
    }

    private void Run()
    {
        foreach (var order in _orders.GetConsumingEnumerable())
            order();
    }
}
