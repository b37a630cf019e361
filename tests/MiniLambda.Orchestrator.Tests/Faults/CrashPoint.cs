using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using MiniLambda.Domain.Jobs;
using MiniLambda.Storage.Sqlite;

namespace MiniLambda.Orchestrator.Tests.Faults;

/// <summary>
/// The job store, up to a point: from one call on nothing comes back any more, as when the process dies just before or just after the change of that
/// call is on disk.
/// </summary>
public class CrashPoint : DispatchProxy
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IJobStore _store = null!;
    private string _method = "";
    private bool _isAfter;
    private int _left;

    /// <summary>Completes when the point is reached.</summary>
    public Task Reached => _reached.Task;

    /// <param name="method">The call.</param>
    /// <param name="isAfter">Whether its own change is still made.</param>
    /// <param name="count">Which call of that method, from 1.</param>
    public static (CrashPoint Point, Action<IServiceCollection> Replace) At(string method, bool isAfter, int count)
    {
        var proxy = Create<IJobStore, CrashPoint>();
        var point = (CrashPoint)(object)proxy;
        (point._method, point._isAfter, point._left) = (method, isAfter, count);
        return (point, services => services.AddSingleton<IJobStore>(provider =>
        {
            point._store = new SqliteJobStore(provider.GetRequiredService<SqliteDatabase>());
            return proxy;
        }));
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (_reached.Task.IsCompleted)
            return Never(targetMethod!.ReturnType);
        if (targetMethod!.Name != _method || Interlocked.Decrement(ref _left) != 0)
            return targetMethod.Invoke(_store, args);
        if (_isAfter)
            _ = CrashAfterAsync((Task)targetMethod.Invoke(_store, args)!);
        else
            _reached.SetResult();
        return Never(targetMethod.ReturnType);
    }

    private async Task CrashAfterAsync(Task change)
    {
        await change;
        _reached.SetResult();
    }

    private static object Never(Type type)
    {
        var result = type.GetGenericArguments()[0];
        var task = typeof(CrashPoint).GetMethod(nameof(NeverOf), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(result).Invoke(null, null)!;
        return type.GetGenericTypeDefinition() == typeof(Task<>) ? task : Activator.CreateInstance(type, task)!;
    }

    private static Task<T> NeverOf<T>() => new TaskCompletionSource<T>().Task;
}
