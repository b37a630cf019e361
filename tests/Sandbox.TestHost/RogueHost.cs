using System.Buffers.Binary;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Sandbox.Artifacts;
using MiniLambda.Sandbox.Hosts;
using MiniLambda.Sandbox.Walls;

namespace MiniLambda.Sandbox.TestHost;

/// <summary>A sandbox host that a guest has taken over: it begins as hosts do, and answers what it likes.</summary>
internal static class RogueHost
{
    public static int Run(string trick)
    {
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        var pipe = new FramePipe(input, output);
        pipe.Read();
        pipe.Write(FrameKind.Ready, HostMessages.Write((Wall[])[]));
        if (trick == "reads nothing")
            Thread.Sleep(Timeout.Infinite);
        while (pipe.Read() is { } frame)
        {
            if (frame.Kind == FrameKind.Run)
                Answer(trick, HostMessages.ReadRunOrder(frame.Body), pipe, output);
            else if (frame.Kind == FrameKind.Compile)
                Compile(trick, HostMessages.ReadCompileOrder(frame.Body), pipe);
        }

        return 0;
    }

    private static void Answer(string trick, RunOrder order, FramePipe pipe, Stream output)
    {
        var result = new ExecutionResult { Outcome = AttemptOutcome.Succeeded, ExitCode = 0 };
        switch (trick)
        {
            case "a frame of two gigabytes":
                Raw(output, int.MaxValue);
                break;
            case "a frame of less than nothing":
                Raw(output, -1);
                break;
            case "an unknown kind":
                pipe.Write((FrameKind)77, []);
                break;
            case "another run":
                pipe.Write(FrameKind.Ended, HostMessages.Write(order.Number + 1, result));
                break;
            case "twice":
                pipe.Write(FrameKind.Ended, HostMessages.Write(order.Number, result));
                pipe.Write(FrameKind.Ended, HostMessages.Write(order.Number, result));
                break;
            case "nothing in it":
                pipe.Write(FrameKind.Ended, []);
                break;
            case "an unknown outcome":
                pipe.Write(FrameKind.Ended, HostMessages.Write(order.Number, result with { Outcome = (AttemptOutcome)99 }));
                break;
            case "two gigabytes that are not there":
                var body = HostMessages.Write(order.Number, result);
                BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(^4), int.MaxValue);
                pipe.Write(FrameKind.Ended, body);
                break;
            case "more stdout than a message holds":
                pipe.Write(FrameKind.Ended, HostMessages.Write(order.Number, result with { Stdout = new byte[1 << 20] }));
                break;
            case "stdout in no file":
                pipe.Write(FrameKind.Ended, HostMessages.Write(order.Number, result with { StdoutInFile = true }));
                break;
            case "stdout in a link":
                File.CreateSymbolicLink(order.Request.StdoutPath!, "/dev/zero");
                goto case "stdout in no file";
            case "stdout in a folder":
                Directory.CreateDirectory(order.Request.StdoutPath!);
                goto case "stdout in no file";
            case "more stdout than granted":
                for (var i = 0L; i <= order.Request.Limits.OutputBytes; i += 1 << 20)
                    pipe.Write(FrameKind.Stdout, new byte[1 << 20]);
                break;
            case "more stderr than granted":
                for (var i = 0L; i <= order.Request.Limits.LogBytes; i += 1 << 20)
                    pipe.Write(FrameKind.Stderr, new byte[1 << 20]);
                break;
            case "a text of ten megabytes":
                var wordy = result with
                {
                    Outcome = AttemptOutcome.Trap,
                    ExitCode = null,
                    Message = new string('\e', 10 << 20),
                    Usage = new AttemptUsage { Run = TimeSpan.MaxValue, Cpu = TimeSpan.MinValue, Fuel = -1 },
                };
                pipe.Write(FrameKind.Ended, HostMessages.Write(order.Number, wordy));
                break;
            case "says one endless line":
                var line = new byte[1 << 20];
                using (var errors = Console.OpenStandardError())
                {
                    while (true)
                        errors.Write(line);
                }
        }
    }

    private static void Compile(string trick, CompileOrder order, FramePipe pipe)
    {
        switch (trick)
        {
            case "a link to what has no end":
                File.CreateSymbolicLink(order.OutputPath, "/dev/zero");
                break;
            case "an empty file":
                File.WriteAllBytes(order.OutputPath, []);
                break;
            case "no shape":
                pipe.Write(FrameKind.Compiled, [99]);
                return;
        }

        pipe.Write(FrameKind.Compiled, HostMessages.Write(new GuestShape(ModuleKind.Core, 1, 0)));
    }

    private static void Raw(Stream output, int length)
    {
        var header = new byte[5];
        BinaryPrimitives.WriteInt32LittleEndian(header, length);
        header[4] = (byte)FrameKind.Stdout;
        output.Write(header);
        output.Flush();
    }
}
