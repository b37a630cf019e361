using MiniLambda.Domain.Folders;
using MiniLambda.Sandbox.Execution;

namespace MiniLambda.Sandbox.Hosts;

/// <summary>
/// The host's side of the pipe. Two threads take turns: the one that reads an order carries it out, while the other goes on reading, so that a cancel
/// or the parent's end is seen at once and no order waits for a thread to wake up.
/// </summary>
internal sealed class HostLoop(FramePipe pipe, GuestRuntime runtime)
{
    /// <summary>Guests recurse as deep as the engine's own stack limit allows, well within this.</summary>
    private const int StackBytes = 8 << 20;

    private readonly Lock _reading = new();
    private readonly Lock _current = new();
    private (long Number, CancellationTokenSource Cancel)? _run;

    /// <summary>Returns when the parent has hung up while nothing runs; ends the process when it hangs up while a guest runs.</summary>
    public void Run()
    {
        var other = new Thread(Work, StackBytes) { IsBackground = true, Name = "host-b" };
        var one = new Thread(Work, StackBytes) { IsBackground = true, Name = "host-a" };
        one.Start();
        other.Start();
        one.Join();
    }

    private void Work()
    {
        while (NextOrder() is { } order)
            order();
        // The parent is gone, and nobody is left who could want what still runs.
        Environment.Exit(0);
    }

    /// <summary>Reads until there is something to carry out; null when the parent is gone.</summary>
    private Action? NextOrder()
    {
        lock (_reading)
        {
            while (pipe.Read() is { } frame)
            {
                switch (frame.Kind)
                {
                    case FrameKind.Run:
                        var run = HostMessages.ReadRunOrder(frame.Body);
                        // Known before the next frame is read, which may be its cancel.
                        var cancel = Begin(run.Number);
                        return () => Run(run, cancel);
                    case FrameKind.Compile:
                        var compile = HostMessages.ReadCompileOrder(frame.Body);
                        return () => Compile(compile);
                    case FrameKind.Cancel:
                        Cancel(BitConverter.ToInt64(frame.Body.Span));
                        break;
                    default:
                        throw new InvalidDataException($"a host does not take {frame.Kind}");
                }
            }

            return null;
        }
    }

    private CancellationTokenSource Begin(long number)
    {
        var cancel = new CancellationTokenSource();
        lock (_current)
            _run = (number, cancel);
        return cancel;
    }

    private void Run(RunOrder order, CancellationTokenSource cancel)
    {
        FrameKind kind;
        byte[] body;
        try
        {
            var result = runtime.Run(order.Artifact, order.Request, new PipeOutput(pipe), cancel.Token);
            (kind, body) = (FrameKind.Ended, HostMessages.Write(order.Number, result));
        }
        catch (ArtifactDamagedException e)
        {
            (kind, body) = (FrameKind.ArtifactDamaged, HostMessages.WriteText(order.Number, e.Message));
        }
        catch (IOException e) when (DiskSpace.IsLackOf(e))
        {
            (kind, body) = (FrameKind.DiskFull, HostMessages.WriteText(order.Number, e.Message));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            (kind, body) = (FrameKind.Failed, HostMessages.WriteText(order.Number, e.Message));
        }

        lock (_current)
            _run = null;
        cancel.Dispose();
        pipe.Write(kind, body);
    }

    private void Compile(CompileOrder order)
    {
        try
        {
            var shape = runtime.Compile(order.ModulePath, order.Digest, order.Metered, order.OutputPath);
            pipe.Write(FrameKind.Compiled, HostMessages.Write(shape));
        }
        catch (BadModuleException e)
        {
            pipe.Write(FrameKind.BadModule, HostMessages.WriteText(e.Message));
        }
        catch (IOException e) when (DiskSpace.IsLackOf(e))
        {
            pipe.Write(FrameKind.DiskFull, HostMessages.WriteText(e.Message));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            pipe.Write(FrameKind.Failed, HostMessages.WriteText(e.Message));
        }
    }

    private void Cancel(long number)
    {
        lock (_current)
        {
            if (_run is { } run && run.Number == number)
                run.Cancel.Cancel();
        }
    }

    /// <summary>Sends a guest's streams to the parent.</summary>
    private sealed class PipeOutput(FramePipe pipe) : IGuestOutput
    {
        /// <summary>Guests write as much at once as they have memory.</summary>
        private const int MaxPiece = 1 << 20;

        public void Started()
        {
        }

        public void Stdout(ReadOnlySpan<byte> data) => Write(FrameKind.Stdout, data);

        public void Stderr(ReadOnlySpan<byte> data) => Write(FrameKind.Stderr, data);

        private void Write(FrameKind kind, ReadOnlySpan<byte> data)
        {
            for (; !data.IsEmpty; data = data[Math.Min(data.Length, MaxPiece)..])
                pipe.Write(kind, data[..Math.Min(data.Length, MaxPiece)]);
        }
    }
}
