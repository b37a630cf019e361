using System.Globalization;
using System.Runtime.Versioning;

namespace MiniLambda.Sandbox.Walls;

/// <summary>Cuts what a host shares with the process that started it, and ties its life to it.</summary>
[SupportedOSPlatform("linux")]
internal static class ParentTies
{
    private const int SetParentDeathSignal = 1; // PR_SET_PDEATHSIG
    private const int Kill = 9; // SIGKILL
    private const int OfGroup = 1; // PRIO_PGRP
    private const int BatchPolicy = 3; // SCHED_BATCH

    /// <summary>
    /// Has the kernel kill this process when its parent dies; a parent that has died already ends it here. To the kernel the parent is the
    /// <em>thread</em> that started the process, so it has to be one that lives as long as the host may: no thread of the pool.
    /// </summary>
    /// <param name="parent">The parent's process id; 0 if not known, then only a death in this very moment is seen.</param>
    public static Wall DieWithParent(int parent)
    {
        if (parent == 0)
            parent = Libc.ParentId();
        if (Libc.ProcessControl(SetParentDeathSignal, Kill, 0, 0, 0) != 0)
            return new Wall(WallNames.DiesWithParent, InForce: false, Libc.LastError());
        if (Libc.ParentId() != parent)
            Libc.Exit(1);
        return Libc.ThreadId() == Environment.ProcessId
            ? new Wall(WallNames.DiesWithParent, InForce: true, $"killed when process {parent} dies")
            : new Wall(WallNames.DiesWithParent, InForce: false, "asked for by a thread that may end: raise the walls on the main thread");
    }

    /// <summary>An own session and group: no signals meant for the parent's group, no terminal. And less of the processor, if asked.</summary>
    public static Wall LeaveGroup(int niceness)
    {
        var id = Environment.ProcessId;
        // Refused to who leads a group already; that is as good, but for the terminal.
        var ownSession = Libc.NewSession() == id;
        if (!ownSession && Libc.GroupOf(0) != id && Libc.SetGroup(0, 0) != 0)
            return new Wall(WallNames.ProcessGroup, InForce: false, Libc.LastError());
        return new Wall(WallNames.ProcessGroup, InForce: true, (ownSession ? "own session and group" : "own group") + GiveWay(niceness));
    }

    private static string GiveWay(int niceness)
    {
        if (niceness <= 0)
            return "";
        // Both count for single threads, and the runtime has made some already: the group has them all.
        var told = Libc.SetPriority(OfGroup, 0, niceness) == 0 ? $", niceness {niceness}" : $", niceness refused: {Libc.LastError()}";
        var done = true;
        foreach (var task in Directory.EnumerateDirectories("/proc/self/task"))
            done &= Libc.SetScheduler(int.Parse(Path.GetFileName(task), CultureInfo.InvariantCulture), BatchPolicy, 0) == 0;
        try
        {
            // With automatic groups a session is scheduled as one, and niceness only counts within it.
            if (File.Exists("/proc/self/autogroup"))
                File.WriteAllText("/proc/self/autogroup", niceness.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            told += ", within its session only";
        }

        return done ? $"{told}, batch" : told;
    }
}
